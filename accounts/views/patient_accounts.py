"""Online-Zugang of a patient: made, sent again, switched, moved to another address, all from the patient's page."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import (
    StaffRequest,
    patient_account_for,
    patient_for,
    recently_signed_in,
    staff_required,
)
from accounts.models import Patient, PatientAccount
from accounts.patient_account_forms import AccountEmailForm, NewAccountForm
from accounts.selectors.email_use import EmailUse
from accounts.selectors.patient_accounts import FILTERS, account_counts, account_rows, online_access_of
from accounts.services.account_switching import deactivate_patient_account, reactivate_patient_account
from accounts.services.patient_account_links import send_password_link_to_patient, send_welcome_again
from accounts.services.patient_accounts import (
    EmailInUse,
    change_account_email,
    create_patient_account,
    origin_of,
)
from accounts.services.second_factor import reset_second_factor
from praxis.core.exceptions import PraxisError
from praxis.core.form_page import form_page, typed
from praxis.core.forms import accepts
from praxis.core.going_back import back_or, way_back

ROWS = 50
FORM_METHODS = ["GET", "HEAD", "POST"]
TEMPLATE = "accounts/patients/access_form.html"


@require_safe
@staff_required()
def patient_accounts(request: StaffRequest) -> HttpResponse:
    now, chosen = timezone.now(), request.GET.get("zustand", "")
    counts = account_counts(practice=request.practice, now=now)
    page = Paginator(account_rows(chosen, practice=request.practice, now=now), ROWS).get_page(request.GET.get("seite"))
    filters = [(name, label, counts[name]) for name, label in FILTERS.items()]
    context = {"page": page, "filters": filters, "chosen": chosen if chosen in FILTERS else "", "labels": FILTERS}
    return render(request, "accounts/patients/accounts.html", context | {"total": sum(counts.values())})


@require_http_methods(FORM_METHODS)
@staff_required()
def patient_account_create(request: StaffRequest, patient_id: int) -> HttpResponse:
    patient = patient_for(request, patient_id)
    access = online_access_of(patient, timezone.now())
    if access.account is not None:
        if request.method == "POST":
            messages.info(request, _("Für diese Person gibt es schon einen Online-Zugang."))
        return back_or(request, "patient", patient.pk)
    form = NewAccountForm(typed(request), initial={"email": patient.email})

    def save(cleaned: dict[str, Any]) -> PatientAccount:
        return create_patient_account(
            patient=patient, origin=origin_of(request.user), actor=request.user, now=timezone.now(),
            links_existing="verbinden" in request.POST, **cleaned,
        )  # fmt: skip

    return _answer(
        request, form, patient, save, heading=_("Online-Zugang anlegen"),
        submit=_("Anlegen und Willkommens-E-Mail senden"), coupling=access.coupling,
    )  # fmt: skip


@require_http_methods(FORM_METHODS)
@staff_required()
def patient_account_email(request: StaffRequest, patient_id: int) -> HttpResponse:
    account = patient_account_for(request, patient_id)
    form = AccountEmailForm(typed(request), initial={"email": account.user.email})

    def save(cleaned: dict[str, Any]) -> PatientAccount:
        return change_account_email(
            account=account, actor=request.user, now=timezone.now(), links_existing="verbinden" in request.POST,
            **cleaned,
        )  # fmt: skip

    return _answer(
        request, form, account.patient, save, heading=_("E-Mail des Online-Zugangs ändern"),
        submit=_("Ändern und Willkommens-E-Mail senden"), is_change=True,
    )  # fmt: skip


@require_POST
@staff_required()
def patient_account_send(request: StaffRequest, patient_id: int) -> HttpResponse:
    """The welcome mail, or with `art=passwort` the link for a new password."""
    account = patient_account_for(request, patient_id)
    wants_password = request.POST.get("art") == "passwort"
    send = send_password_link_to_patient if wants_password else send_welcome_again
    try:
        send(account=account, actor=request.user, now=timezone.now())
    except PraxisError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("Die E-Mail ist unterwegs an %(email)s.") % {"email": account.user.email})
    return back_or(request, "patient", patient_id)


@require_POST
@staff_required()
def patient_account_switch(request: StaffRequest, patient_id: int) -> HttpResponse:
    """Deactivate or reactivate; the page says which of the two it asks for."""
    account = patient_account_for(request, patient_id)
    try:
        said = _switch(request, account, is_on=request.POST.get("aktiv") == "1")
    except PraxisError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, said)
    return back_or(request, "patient", patient_id)


@require_POST
@staff_required()
@recently_signed_in
def patient_account_factor_reset(request: StaffRequest, patient_id: int) -> HttpResponse:
    """For somebody who lost telephone and recovery codes, and whom the practice knows to be the right person."""
    account = patient_account_for(request, patient_id)
    try:
        reset_second_factor(user=account.user, practice=request.practice, actor=request.user, now=timezone.now())
    except PraxisError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("Der zweite Faktor ist zurückgesetzt. Für die Anmeldung genügt das Passwort."))
    return back_or(request, "patient", patient_id)


def _switch(request: StaffRequest, account: PatientAccount, *, is_on: bool) -> str:
    if not is_on:
        deactivate_patient_account(account=account, actor=request.user, now=timezone.now())
        return _("Der Online-Zugang ist deaktiviert.")
    if reactivate_patient_account(account=account, actor=request.user, now=timezone.now()):
        return _("Der Zugang ist reaktiviert, die Willkommens-E-Mail ist unterwegs.")
    return _("Der Online-Zugang ist reaktiviert.")


def _answer(
    request: StaffRequest, form: forms.Form, patient: Patient, save: Callable[[dict[str, Any]], PatientAccount],
    **context: Any,
) -> HttpResponse:  # fmt: skip
    made: list[PatientAccount] = []
    uses: list[EmailUse] = []

    def keep(cleaned: dict[str, Any]) -> None:
        try:
            made.append(save(cleaned))
        except EmailInUse as error:
            uses.append(error.use)
            raise

    if accepts(form, keep):
        messages.success(request, _said(made[0]))
        return back_or(request, "patient", patient.pk)
    return form_page(
        request, form, template=TEMPLATE, patient=patient, use=next(iter(uses), None), next=way_back(request), **context
    )


def _said(account: PatientAccount) -> str:
    if account.activated_at is not None:
        return _("Verbunden: %(email)s sieht jetzt auch diese Person.") % {"email": account.user.email}
    return _("Die Willkommens-E-Mail ist unterwegs an %(email)s.") % {"email": account.user.email}
