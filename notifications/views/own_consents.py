"""Patients say by themselves on which way they want to be written to (N10)."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import PatientRequest, patient_required
from notifications.forms.own_consent import OwnConsentForm
from notifications.models import Consent
from notifications.selectors.consents import consents_of, contacts_of
from notifications.services.consent_answers import record_answers
from notifications.services.settings import settings_of
from notifications.views.methods import FORM_METHODS
from praxis.core.form_page import form_page, typed
from praxis.core.forms import accepts


@require_http_methods(FORM_METHODS)
@patient_required
def own_consents(request: PatientRequest) -> HttpResponse:
    account = request.patient_account
    form = OwnConsentForm(typed(request), cells=consents_of(account.patient))

    def save(said: dict[str, Any]) -> None:
        answers = [(cell.channel, cell.purpose, is_granted) for cell, is_granted in form.changes()]
        record_answers(
            patient=account.patient, answers=answers, source=Consent.Source.ONLINE, actor=request.user,
            now=timezone.now(),
        )  # fmt: skip

    if request.method == "POST" and accepts(form, save):
        messages.success(request, _("Gespeichert. Das gilt ab sofort."))
        return redirect("own_consents", account.pk)
    ways = [(contact, form.of_channel(contact.channel)) for contact in contacts_of(account.patient)]
    return form_page(
        request, form, template="notifications/patient_area/consents.html", account=account, ways=ways,
        needs_consent=settings_of(request.practice).consent_rule == "opt_in",
    )  # fmt: skip
