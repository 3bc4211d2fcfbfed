"""Registrations that wait for a person of the practice: who is it, and does this person get an Online-Zugang?"""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import StaffRequest, patient_for, registration_for, staff_required
from accounts.models import PatientAccount, Registration
from accounts.patient_account_forms import DecisionForm, RegistrationSettingsForm
from accounts.selectors.access_facts import coupling_in_use
from accounts.selectors.registrations import (
    decided_registrations,
    suggested_patients,
    waiting_registrations,
)
from accounts.services.patient_accounts import EmailInUse
from accounts.services.practices import update_practice
from accounts.services.registrations import OtherEmail, accept_registration, is_open, reject_registration
from praxis.core.addresses import public_url
from praxis.core.exceptions import PraxisError
from praxis.core.form_page import form_page, typed
from praxis.core.forms import accepts

ADMIN = "practice_admin"
FORM_METHODS = ["GET", "HEAD", "POST"]
ROWS, DECIDED = 50, 20


@require_safe
@staff_required()
def registrations(request: StaffRequest) -> HttpResponse:
    page = Paginator(waiting_registrations(), ROWS).get_page(request.GET.get("seite"))
    context = {"page": page, "decided": list(decided_registrations()[:DECIDED]), "is_open": is_open(request.practice)}
    return render(request, "accounts/registrations/list.html", context)


@require_http_methods(FORM_METHODS)
@staff_required()
def registration(request: StaffRequest, registration_id: int) -> HttpResponse:
    shown = registration_for(request, registration_id)
    if shown.state != Registration.State.WAITING:
        return render(request, "accounts/registrations/decided.html", {"shown": shown})
    suggestions = suggested_patients(shown)
    form = DecisionForm(
        typed(request), patients={str(one.patient.pk): one.patient.full_name for one in suggestions},
        initial={"whose": next((str(one.patient.pk) for one in suggestions if one.is_exact), None)},
    )  # fmt: skip
    made: list[PatientAccount] = []
    asked: dict[str, Any] = {}

    def save(cleaned: dict[str, Any]) -> None:
        try:
            made.append(_accept(request, shown, form))
        except EmailInUse as error:
            asked["use"] = error.use
            raise
        except OtherEmail:
            asked["replaces"] = True
            raise

    if accepts(form, save):
        messages.success(request, _welcome(made[0]))
        return redirect("registrations")
    return form_page(
        request, form, template="accounts/registrations/decide.html", shown=shown, suggestions=suggestions,
        coupling=coupling_in_use(), chosen=form["whose"].value(), **asked,
    )  # fmt: skip


def _accept(request: StaffRequest, shown: Registration, form: DecisionForm) -> PatientAccount:
    patient_id = form.patient_id
    return accept_registration(
        registration=shown, patient=None if patient_id is None else patient_for(request, patient_id),
        actor=request.user, now=timezone.now(), links_existing="verbinden" in request.POST,
        replaces_email="ersetzen" in request.POST,
    )  # fmt: skip


def _welcome(account: PatientAccount) -> str:
    if account.activated_at is not None:
        return _("Der Online-Zugang besteht schon und gilt jetzt auch hier.")
    return _("Angenommen. Die Willkommens-E-Mail ist unterwegs an %(email)s.") % {"email": account.user.email}


@require_POST
@staff_required()
def registration_reject(request: StaffRequest, registration_id: int) -> HttpResponse:
    try:
        reject_registration(
            registration=registration_for(request, registration_id), actor=request.user, now=timezone.now()
        )
    except PraxisError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("Die Registrierung ist abgelehnt. Die Person bekommt keine Nachricht."))
    return redirect("registrations")


@require_http_methods(FORM_METHODS)
@staff_required(ADMIN)
def registration_settings(request: StaffRequest) -> HttpResponse:
    practice = request.practice
    form = RegistrationSettingsForm(
        typed(request), initial={"is_open_for_registration": practice.is_open_for_registration}
    )
    if accepts(form, lambda cleaned: update_practice(practice=practice, actor=request.user, **cleaned)):
        messages.success(request, _("Die Einstellung ist gespeichert."))
        return redirect("registration_settings")
    return form_page(
        request, form, template="accounts/settings/registration.html", section="registration_settings",
        address=public_url(reverse("register", args=[practice.slug])), coupling=coupling_in_use(),
    )  # fmt: skip
