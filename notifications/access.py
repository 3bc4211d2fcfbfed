"""Objects of this wing enter a view only through here. Missing and foreign both answer 404."""

from collections.abc import Iterable

from django.conf import settings
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django_scopes import scopes_disabled

from accounts.access import StaffRequest
from notifications.models import (
    BlockedAddress,
    GatewayAccount,
    Job,
    JobRun,
    Message,
    MessageTemplate,
    Skipped,
    Stage,
)
from notifications.selectors.letters import LetterView, letters_for
from praxis.core.audit import record_read
from praxis.core.crypto import hash_token

# Longest decimal that fits a bigint whatever its digits.
LONGEST_ID = 18
# Who may change texts, plans, switches and credit. What was sent, and letters, concern everybody who works here.
ADMIN = "practice_admin"


def reads_secrets(request: StaffRequest) -> bool:
    """While nothing is sent, links for new accounts are read in the outbox: by whoever makes accounts, no colleague."""
    return settings.DEMO or request.user.role == ADMIN


def template_for(request: HttpRequest, template_id: int) -> MessageTemplate:
    return get_object_or_404(MessageTemplate.objects.select_related("appointment_type"), pk=template_id)


def stage_for(request: HttpRequest, stage_id: int) -> Stage:
    return get_object_or_404(Stage.objects, pk=stage_id)


def job_for(request: HttpRequest, job_id: int) -> Job:
    return get_object_or_404(Job.objects.select_related("practice"), pk=job_id)


def run_for(request: HttpRequest, run_id: int) -> JobRun:
    return get_object_or_404(JobRun.objects.select_related("job", "actor"), pk=run_id)


def message_for(request: HttpRequest, message_id: int) -> Message:
    """Its text says something about a patient: reading it is part of the audit trail."""
    message = get_object_or_404(Message.objects.select_related("practice", "patient"), pk=message_id)
    if message.patient_id is not None:
        record_read(
            practice_id=message.practice_id, actor_id=request.user.pk, object_type="patient",
            object_id=message.patient_id,
        )  # fmt: skip
    return message


def skipped_for(request: HttpRequest, skipped_id: int) -> Skipped:
    return get_object_or_404(Skipped.objects.select_related("patient", "entry"), pk=skipped_id)


def gateway_for(request: HttpRequest, gateway_id: int) -> GatewayAccount:
    return get_object_or_404(GatewayAccount.objects, pk=gateway_id)


def blocked_for(request: HttpRequest, blocked_id: int) -> BlockedAddress:
    return get_object_or_404(BlockedAddress.objects, pk=blocked_id)


def gateway_of_token(token: str) -> GatewayAccount:
    """Whose callback address this is. A gateway knocks, not a person: no practice is active yet."""
    with scopes_disabled():
        accounts = GatewayAccount.objects.select_related("practice").exclude(callback_hash="")
        return get_object_or_404(accounts, callback_hash=hash_token(token), practice__is_active=True)


def letters_asked_for(request: StaffRequest) -> list[LetterView]:
    """The letters whose rows the form names; all of them or 404."""
    skipped, failed = _ids(request.POST.getlist("ausgelassen")), _ids(request.POST.getlist("nachricht"))
    found = letters_for(request.practice, skipped_ids=skipped, message_ids=failed)
    if len(found) != len(skipped) + len(failed):
        raise Http404
    return found


def _ids(texts: Iterable[str]) -> list[int]:
    """What is no id is passed over."""
    return sorted({int(text) for text in texts if text.isascii() and text.isdecimal() and len(text) <= LONGEST_ID})
