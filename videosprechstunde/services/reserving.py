"""A call that stands before its appointment: another system needs link and TAN at once (mission E3), the appointment
follows. Whoever comes by them meanwhile waits as everybody does."""

import secrets
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Practice
from praxis.core.exceptions import PraxisError
from scheduling.models import Entry
from scheduling.services.booking import Status
from videosprechstunde.events import CallClosed, CallCreated
from videosprechstunde.models import CallEvent, CallMember, Signal, VideoCall
from videosprechstunde.services.access_codes import issue_access
from videosprechstunde.services.trail import note

OPENS_BEFORE = timedelta(minutes=60)
CLOSES_AFTER = timedelta(minutes=120)
# How long a call without an hour stays open.
OPEN_WITHOUT_HOUR = timedelta(days=30)
# No appointment and no waiting after it lasts as long.
WEEKS = timedelta(days=7)
PUBLIC_ID_BYTES = 8
_adopted: ContextVar[int | None] = ContextVar("adopted_call", default=None)


class CallTookPlace(PraxisError):
    """Somebody was in it already, or its time is over."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Reservation:
    """Whom a call is for, and its hours. `begins_at` None: from now on, for 30 days. `guests`: name and address;
    `colleagues`: ids of users, who need no TAN."""

    begins_at: datetime | None
    minutes: int
    name: str
    email: str
    guests: Sequence[tuple[str, str]] = ()
    colleagues: Sequence[int] = ()

    def window(self, now: datetime) -> tuple[datetime, datetime]:
        if self.begins_at is None:
            start = minute_of(now)
            return start - OPENS_BEFORE, start + OPEN_WITHOUT_HOUR
        return self.begins_at - OPENS_BEFORE, self.begins_at + timedelta(minutes=self.minutes) + CLOSES_AFTER


def minute_of(now: datetime) -> datetime:
    """When the appointment of a call without an hour begins."""
    return now.replace(second=0, microsecond=0)


@transaction.atomic
def reserve_call(*, practice: Practice, wanted: Reservation, now: datetime) -> VideoCall:
    """Link and TAN are valid from now on, so the call is held here, whatever service the practice uses otherwise.
    Inside the scope of the practice."""
    opens_at, closes_at = wanted.window(now)
    call = VideoCall(
        practice=practice, public_id=secrets.token_hex(PUBLIC_ID_BYTES), created_at=now, opens_at=opens_at,
        closes_at=closes_at,
    )  # fmt: skip
    call.save(force_insert=True)
    note(call, CallEvent.Kind.CREATED, now=now, event=CallCreated)
    _add(call, CallMember.Side.PATIENT, wanted.name, wanted.email, now)
    _bring_others(call, wanted, now)
    return call


def _bring_others(call: VideoCall, wanted: Reservation, now: datetime) -> None:
    """Who is there already keeps the TAN; who is not named any more gets in no more."""
    missing = Counter(wanted.guests)
    for guest in CallMember.objects.filter(call=call, side=CallMember.Side.GUEST).order_by("pk"):
        if missing[guest.name, guest.email] > 0:
            missing[guest.name, guest.email] -= 1
        else:
            guest.delete()
    for name, email in missing.elements():
        _add(call, CallMember.Side.GUEST, name, email, now)
    invited = CallMember.objects.filter(call=call, side=CallMember.Side.PRACTICE)
    invited.filter(entered_at=None).exclude(user__in=wanted.colleagues).delete()
    for user_id in set(wanted.colleagues) - set(invited.values_list("user_id", flat=True)):
        CallMember.objects.create(
            practice_id=call.practice_id, call=call, side=CallMember.Side.PRACTICE, user_id=user_id, created_at=now,
            admitted_at=now,
        )  # fmt: skip


def _add(call: VideoCall, side: CallMember.Side, name: str, email: str, now: datetime) -> None:
    member = CallMember(practice_id=call.practice_id, call=call, side=side, name=name, email=email, created_at=now)
    issue_access(member)
    member.save(force_insert=True)


@transaction.atomic
def change_reserved(*, call_id: int, wanted: Reservation, now: datetime) -> None:
    """Other hours or another name; link and TAN stay. Raises CallTookPlace."""
    call = _still_ahead(call_id)
    if wanted.begins_at is not None or not is_open_for_weeks(call):
        opens_at, closes_at = wanted.window(now)
        VideoCall.objects.filter(pk=call.pk).update(opens_at=opens_at, closes_at=closes_at)
        if call.opens_at != opens_at:
            note(call, CallEvent.Kind.MOVED, now=now)
    patient = CallMember.objects.filter(call=call, side=CallMember.Side.PATIENT)
    # Once there is an appointment the name stands there.
    patient.update(email=wanted.email, **({} if call.entry_id else {"name": wanted.name}))
    _bring_others(call, wanted, now)


@transaction.atomic
def withdraw_reserved(*, call_id: int, now: datetime) -> None:
    """Its links and TANs open nothing any more. Withdrawing twice changes nothing. Raises CallTookPlace."""
    call = _still_ahead(call_id)
    if call.state == VideoCall.State.CANCELLED:
        return
    VideoCall.objects.filter(pk=call.pk).update(state=VideoCall.State.CANCELLED)
    Signal.objects.filter(call=call).delete()
    note(call, CallEvent.Kind.CANCELLED, now=now, event=CallClosed)


def _still_ahead(call_id: int) -> VideoCall:
    call = VideoCall.objects.select_for_update(of=("self",)).get(pk=call_id)
    if call.started_at is not None or (call.is_over and call.state != VideoCall.State.CANCELLED):
        raise CallTookPlace(_("Dieses Videogespräch hat schon stattgefunden."))
    return call


def is_open_for_weeks(call: VideoCall) -> bool:
    """Made without an hour: it is open until it gets one."""
    return call.closes_at - call.opens_at > WEEKS


@contextmanager
def adopting(call_id: int | None) -> Iterator[None]:
    """The next video appointment that is booked inside gets this call instead of a new one."""
    token = _adopted.set(call_id)
    try:
        yield
    finally:
        _adopted.reset(token)


def take_reserved(entry: Entry) -> VideoCall | None:
    """The reserved call, now of this appointment; None when nobody reserved one or it has an appointment."""
    call_id = _adopted.get()
    if call_id is None:
        return None
    call = VideoCall.objects.select_for_update(of=("self",)).filter(pk=call_id).first()
    if call is None or not _is_free(call):
        return None
    if call.entry_id is not None and call.state == VideoCall.State.CANCELLED:
        # Closed with its former appointment; link and TAN are out in the world and count again.
        call.state = VideoCall.State.PLANNED
    call.entry = entry
    call.save(update_fields=["entry", "state"])
    patient = CallMember.objects.filter(call=call, side=CallMember.Side.PATIENT)
    patient.update(name="", issued_for=entry.patient_id)
    return call


def _is_free(call: VideoCall) -> bool:
    """No appointment yet, or one that does not take place any more."""
    former = call.entry
    return former is None or former.deleted_at is not None or former.status == Status.CANCELLED
