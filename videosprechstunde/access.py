"""Appointments enter a view of this app only through here. Missing and foreign both answer 404."""

from typing import Any

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from accounts.access import patient_for
from scheduling.access import appointment_for
from scheduling.models import Entry
from scheduling.selectors.video import video_appointments
from videosprechstunde.models import CallMember, KontoRow, KontoRun, LegacyParticipant, VideoCall, VideoParticipant
from videosprechstunde.selectors.conducting import video_call_of

ADMIN = "practice_admin"


def video_appointment_for(request: HttpRequest, entry_id: int) -> Entry:
    """A video appointment, whatever became of it, with whom it concerns; seeing the patient's state is audited."""
    if not appointment_for(request, entry_id).is_video:
        raise Http404
    [entry] = video_appointments([entry_id])
    if entry.patient_id is not None:
        patient_for(request, entry.patient_id)
    return entry


def call_for(request: HttpRequest, entry_id: int) -> VideoCall | None:
    """The call of an appointment, for questions that a page repeats: opening the page is what is audited."""
    return video_call_of(entry_id)


def call_member_for(request: HttpRequest, call: VideoCall, member_id: int) -> CallMember:
    """A patient or guest of this call."""
    members = CallMember.objects.exclude(side=CallMember.Side.PRACTICE).select_related("call__entry__practice")
    return get_object_or_404(members, call=call, pk=member_id)


def held_member(member_id: Any) -> CallMember | None:
    """Of whom this browser redeemed link or TAN; a new TAN ends it. Before any scope: the session says whose it is."""
    if not isinstance(member_id, int):
        return None
    related = ("call__practice", "call__entry__practice", "call__entry__patient", "call__entry__column__doctor_role")
    found = CallMember._base_manager.select_related(*related).filter(pk=member_id, redeemed_at__isnull=False)
    return found.filter(call__practice__is_active=True).first()


def video_participant_for(request: HttpRequest, video_participant_id: int) -> VideoParticipant:
    found = VideoParticipant.objects.select_related("practice", "participant__account", "participant__user")
    return get_object_or_404(found.filter(removed_at=None), pk=video_participant_id)


def legacy_participant_for(request: HttpRequest, legacy_id: int) -> LegacyParticipant:
    """Also one that is gone: the protocol shows it."""
    found = LegacyParticipant.objects.select_related("practice", "assigned_to__account", "appointment_type")
    return get_object_or_404(found, pk=legacy_id)


def konto_run_for(request: HttpRequest, run_id: int) -> KontoRun:
    return get_object_or_404(KontoRun.objects.select_related("practice", "started_by"), pk=run_id)


def konto_row_for(request: HttpRequest, row_id: int) -> KontoRow:
    return get_object_or_404(KontoRow.objects.select_related("practice", "run", "participant"), pk=row_id)
