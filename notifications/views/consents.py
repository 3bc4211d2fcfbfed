"""Consent per channel and purpose on the patient's page (N10), and addresses that are blocked."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import StaffRequest, patient_for, staff_required
from notifications.access import LONGEST_ID, blocked_for
from notifications.forms.consent import ConsentForm
from notifications.models import Message
from notifications.selectors.consents import consents_of, contacts_of
from notifications.services.consent_answers import record_answers
from notifications.services.consents import unblock_address
from notifications.services.settings import settings_of
from notifications.views.methods import FORM_METHODS
from praxis.core.form_page import form_page, typed
from praxis.core.forms import accepts

MOST_MESSAGES = 8


@require_http_methods(FORM_METHODS)
@staff_required()
def patient_messages(request: StaffRequest, patient_id: int) -> HttpResponse:
    """To htmx the part of the patient's page alone."""
    patient = patient_for(request, patient_id)
    form = ConsentForm(typed(request), cells=consents_of(patient))
    recorded: list[int] = []

    def save(said: dict[str, str]) -> None:
        answers = [(cell.channel, cell.purpose, is_granted) for cell, is_granted in form.changes()]
        recorded.append(
            record_answers(
                patient=patient, answers=answers, source=said["source"], actor=request.user, now=timezone.now()
            )
        )

    if accepts(form, save):
        words = ngettext("%d Einwilligung ist eingetragen.", "%d Einwilligungen sind eingetragen.", recorded[0])
        messages.success(request, words % recorded[0] if recorded[0] else _("Es war nichts geändert."))
        return redirect("patient", patient.pk)
    recent = Message.objects.filter(patient=patient).select_related("stage", "entry").order_by("-created_at", "-pk")
    return form_page(
        request, form, patient=patient, contacts=contacts_of(patient), settings=settings_of(request.practice),
        recent=list(recent[:MOST_MESSAGES]),
        template=f"notifications/{'_patient' if request.htmx else 'patient'}.html",
    )  # fmt: skip


@require_POST
@staff_required()
def address_unblock(request: StaffRequest, blocked_id: int) -> HttpResponse:
    unblock_address(blocked=blocked_for(request, blocked_id), actor=request.user, now=timezone.now())
    messages.success(request, _("Die Sperre ist aufgehoben. Eine Einwilligung braucht es trotzdem."))
    patient = request.POST.get("patient", "")
    is_id = patient.isascii() and patient.isdecimal() and len(patient) <= LONGEST_ID
    return redirect("patient", int(patient)) if is_id else redirect("messages")
