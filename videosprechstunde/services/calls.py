"""A call agrees with its appointment: made when a video appointment is booked, moved with it, closed with it.

`sync_call` is told that something changed, not what: it reads the appointment as it is now. Repeats change nothing.
"""

import secrets
from datetime import datetime

from django.db import transaction

from scheduling.models import Entry
from scheduling.selectors.video import video_appointments
from scheduling.services.booking import Kind, Status
from videosprechstunde.events import CallClosed, CallCreated
from videosprechstunde.models import CallEvent, CallMember, Signal, VideoCall
from videosprechstunde.providers import provider_of
from videosprechstunde.services.access_codes import issue_access
from videosprechstunde.services.inviting import without_mail, write_to_patient
from videosprechstunde.services.konto.holding import find_holder
from videosprechstunde.services.reserving import (
    CLOSES_AFTER,
    OPENS_BEFORE,
    PUBLIC_ID_BYTES,
    is_open_for_weeks,
    take_reserved,
)
from videosprechstunde.services.trail import note

State = VideoCall.State


@transaction.atomic
def sync_call(*, entry_id: int, actor_id: int | None, now: datetime) -> VideoCall | None:
    """The call of the appointment as it should be; None when there is none. Inside the scope of the practice."""
    entry = next(iter(video_appointments([entry_id])), None)
    call = VideoCall.objects.select_for_update(of=("self",)).filter(entry_id=entry_id).first()
    if entry is None:
        return call
    is_taken_over = False
    if call is None and _is_wanted(entry):
        call = take_reserved(entry)
        is_taken_over = call is not None
        if call is not None:
            find_holder(call, entry)
    if call is None:
        return _create(entry, actor_id, now) if _is_wanted(entry) and entry.ends_at + CLOSES_AFTER > now else None
    call.entry = entry
    if not _is_wanted(entry):
        _close(call, actor_id, now)
        return call
    is_back = call.state == State.CANCELLED
    if is_back:
        _set_state(call, State.PLANNED)
        note(call, CallEvent.Kind.REOPENED, now=now, actor_id=actor_id)
    is_other = _renew_for_another_patient(call, entry, actor_id, now)
    if (_move(call, entry, actor_id, now) or is_back or is_other or is_taken_over) and not call.is_over:
        write_to_patient(call, entry, actor_id, now)
    return call


def _is_wanted(entry: Entry) -> bool:
    is_appointment = entry.kind == Kind.APPOINTMENT and entry.deleted_at is None
    return is_appointment and entry.is_video and entry.status != Status.CANCELLED


def _create(entry: Entry, actor_id: int | None, now: datetime) -> VideoCall:
    call = VideoCall(
        practice_id=entry.practice_id, entry=entry, public_id=secrets.token_hex(PUBLIC_ID_BYTES), created_at=now,
        opens_at=entry.starts_at - OPENS_BEFORE, closes_at=entry.ends_at + CLOSES_AFTER,
        provider=provider_of(entry.practice).name,
    )  # fmt: skip
    call.save(force_insert=True)
    find_holder(call, entry)
    note(call, CallEvent.Kind.CREATED, now=now, actor_id=actor_id, event=CallCreated)
    member = CallMember(practice_id=call.practice_id, call=call, side=CallMember.Side.PATIENT, created_at=now)
    issue_access(member, patient_id=entry.patient_id)
    member.save(force_insert=True)
    write_to_patient(call, entry, actor_id, now)
    return call


def _close(call: VideoCall, actor_id: int | None, now: datetime) -> None:
    if call.is_over:
        return
    _set_state(call, State.CANCELLED)
    Signal.objects.filter(call=call).delete()
    note(call, CallEvent.Kind.CANCELLED, now=now, actor_id=actor_id, event=CallClosed)


def _set_state(call: VideoCall, state: VideoCall.State) -> None:
    call.state = state
    call.save(update_fields=["state"])


def _move(call: VideoCall, entry: Entry, actor_id: int | None, now: datetime) -> bool:
    """Link and TAN stay the same. True when the patient should come at another time."""
    opens_at, closes_at = entry.starts_at - OPENS_BEFORE, entry.ends_at + CLOSES_AFTER
    is_another_time = call.opens_at != opens_at
    if not is_another_time and (call.closes_at == closes_at or is_open_for_weeks(call)):
        return False
    call.opens_at, call.closes_at = opens_at, closes_at
    call.save(update_fields=["opens_at", "closes_at"])
    note(call, CallEvent.Kind.MOVED, now=now, actor_id=actor_id)
    return is_another_time


def _renew_for_another_patient(call: VideoCall, entry: Entry, actor_id: int | None, now: datetime) -> bool:
    """Whoever had the appointment before gets in no more. A provisional person who becomes a patient is the same."""
    member = CallMember.objects.select_for_update().filter(call=call, side=CallMember.Side.PATIENT).first()
    if member is None or member.issued_for == entry.patient_id:
        return False
    is_same_person = member.issued_for is None
    changed = ["issued_for"]
    if is_same_person:
        member.issued_for = entry.patient_id
    else:
        changed = issue_access(member, patient_id=entry.patient_id)
        note(call, CallEvent.Kind.RENEWED, now=now, member=member, actor_id=actor_id)
    member.save(update_fields=changed)
    return True


__all__ = ["CLOSES_AFTER", "OPENS_BEFORE", "sync_call", "without_mail"]
