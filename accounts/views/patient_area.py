"""The area of a patient: who is meant, what is next, the own data."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import PatientRequest, patient_required
from accounts.models import User
from accounts.own_data_form import OwnDataForm
from accounts.services.patient_area import accounts_of, area_parts
from accounts.services.patient_locks import lock_of
from accounts.services.patients import as_fields, update_patient
from praxis.core.form_page import form_page, typed
from praxis.core.forms import accepts

FOLDER = "accounts/patient_area"


@require_safe
@login_required
def patient_area(request: HttpRequest) -> HttpResponse:
    """With one account straight into it. Without any it says whom to ask."""
    accounts = accounts_of(request.user) if isinstance(request.user, User) else []
    if len(accounts) == 1:
        return redirect("patient_home", accounts[0].pk)
    return render(request, f"{FOLDER}/choose.html", {"accounts": accounts})


@require_safe
@patient_required
def patient_home(request: PatientRequest) -> HttpResponse:
    account = request.patient_account
    context = {"account": account, "parts": area_parts(account, timezone.now())}
    return render(request, f"{FOLDER}/home.html", context)


@require_safe
@patient_required
def patient_data(request: PatientRequest) -> HttpResponse:
    account = request.patient_account
    lock = lock_of(account.patient)
    context = {
        "account": account,
        "patient": account.patient,
        "lock": lock,
        "may_edit": OwnDataForm.NAMES - lock.fields,
    }
    return render(request, f"{FOLDER}/data.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@patient_required
def patient_data_edit(request: PatientRequest) -> HttpResponse:
    account, patient = request.patient_account, request.patient_account.patient
    lock = lock_of(patient)
    form = OwnDataForm(typed(request), patient=patient, locked=lock.fields)

    def save(cleaned: dict[str, Any]) -> None:
        update_patient(patient=patient, actor=request.user, now=timezone.now(), **as_fields(form.changes))

    if request.method == "POST" and accepts(form, save):
        messages.success(request, _("Ihre Angaben sind gespeichert."))
        return redirect("patient_data", account.pk)
    return form_page(request, form, template=f"{FOLDER}/data_edit.html", account=account, lock=lock)
