"""A call is stored, its link and TAN are fixed, and the inbox knows of it, all at once. The appointment is made of it
by the worker that serves the inbox, whenever that runs."""

import secrets
import string
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import ApiToken, DoctorRole
from integrations.arztkonsultation.events import DoorCallChanged, DoorCallCreated, DoorCallDeleted, DoorCallEvent
from integrations.arztkonsultation.models import DoorCall
from integrations.arztkonsultation.selectors import all_calls, call_with_extid
from integrations.etermin.models import EterminAppointment, EterminConnection, EterminDelivery
from integrations.etermin.reduced import VIDEO, Reduced
from integrations.etermin.services.accepting import accept, hold_appointment
from integrations.etermin.uids import uid_hash, uid_of_call
from praxis.core.events import publish
from praxis.core.exceptions import PraxisError
from videosprechstunde.services.reserving import (
    CLOSES_AFTER,
    Reservation,
    change_reserved,
    minute_of,
    reserve_call,
    withdraw_reserved,
)

ROOM = string.ascii_letters + string.digits
ROOM_LENGTH = 30
# As the calendar keeps each of them.
LONGEST_NAME = 60
Command = EterminDelivery.Command


class CallErased(PraxisError):
    """An appointment with this id was erased 90 days after it took place; it does not come back."""


class CallPast(PraxisError):
    """Its time is over already, or nearly."""


@dataclass(frozen=True, kw_only=True)
class Guest:
    name: str
    email: str = ""


@dataclass(frozen=True, kw_only=True)
class CallFields:
    """What a call is to be."""

    doctor: DoctorRole
    begins_at: datetime | None
    minutes: int
    name: str
    email: str
    phone: str
    guests: Sequence[Guest] = ()
    colleagues: Sequence[int] = ()

    def reservation(self) -> Reservation:
        return Reservation(
            begins_at=self.begins_at, minutes=self.minutes, name=self.name, email=self.email,
            guests=[(guest.name, guest.email) for guest in self.guests], colleagues=self.colleagues,
        )  # fmt: skip

    def columns(self) -> dict[str, Any]:
        return {
            "doctor_role": self.doctor, "begins_at": self.begins_at, "minutes": self.minutes, "name": self.name,
            "email": self.email, "phone": self.phone,
        }  # fmt: skip


@transaction.atomic
def create_call(*, token: ApiToken, wanted: CallFields, extid: str, now: datetime) -> tuple[DoorCall, bool]:
    """The call, and whether it is new: the same `extid` again answers the call that it named first, as that is now.

    Raises CallErased, CallPast.
    """
    if extid and (known := call_with_extid(extid)) is not None:
        return known, False
    if extid and _is_erased(token.practice_id, extid):
        raise CallErased(_("Dieser Termin liegt länger als 90 Tage zurück und ist gelöscht."), field="extid")
    _ensure_ahead(wanted, now)
    room = "".join(secrets.choice(ROOM) for _place in range(ROOM_LENGTH))
    call = DoorCall(
        practice=token.practice, token=token, caller=token.user, extid=extid, room=room, created_at=now,
        updated_at=now, valid_until=wanted.reservation().window(now)[1], **wanted.columns(),
    )  # fmt: skip
    try:
        with transaction.atomic():
            call.save(force_insert=True)
    except IntegrityError:
        # Somebody else said the same at the same moment and was first.
        first = call_with_extid(extid)
        if first is None:
            raise
        return first, False
    call.video_call = reserve_call(practice=token.practice, wanted=wanted.reservation(), now=now)
    call.save(update_fields=["video_call"])
    _tell(call, Command.CREATED, DoorCallCreated, now)
    return call, True


@transaction.atomic
def change_call(
    *, call: DoorCall, change: Callable[[DoorCall], CallFields], token: ApiToken, now: datetime
) -> DoorCall | None:
    """`change` makes of the call, as it is while nobody else changes it, what it is to be. Link and TANs stay.

    None: it was deleted meanwhile. Raises CallTookPlace, CallPast, and what `change` raises.
    """
    hold_appointment(call.practice_id, uid_of_call(call))
    call = all_calls().select_for_update(of=("self",)).get(pk=call.pk)
    if call.deleted_at is not None:
        return None
    wanted = change(call)
    _ensure_ahead(wanted, now)
    if call.video_call_id is not None:
        change_reserved(call_id=call.video_call_id, wanted=wanted.reservation(), now=now)
    valid_until = wanted.reservation().window(call.created_at)[1]
    for name, value in (wanted.columns() | {"updated_at": now, "valid_until": valid_until}).items():
        setattr(call, name, value)
    call.save(update_fields=[*wanted.columns(), "updated_at", "valid_until"])
    _tell(call, Command.MODIFIED, DoorCallChanged, now, actor=token)
    return call


@transaction.atomic
def delete_call(*, call: DoorCall, token: ApiToken, now: datetime) -> None:
    """Its link and TANs are void at once. Deleting twice changes nothing. Raises CallTookPlace."""
    hold_appointment(call.practice_id, uid_of_call(call))
    locked = DoorCall.objects.select_for_update().get(pk=call.pk)
    if locked.deleted_at is not None:
        return
    if locked.video_call_id is not None:
        withdraw_reserved(call_id=locked.video_call_id, now=now)
    locked.deleted_at = locked.updated_at = now
    locked.save(update_fields=["deleted_at", "updated_at"])
    _tell(locked, Command.DELETED, DoorCallDeleted, now, actor=token)


def _ensure_ahead(wanted: CallFields, now: datetime) -> None:
    if wanted.begins_at is None:
        return
    ends_at = wanted.begins_at + timedelta(minutes=wanted.minutes)
    if ends_at + CLOSES_AFTER <= now:
        raise CallPast(_("Dieser Zeitpunkt liegt in der Vergangenheit."), field="begin")


def _is_erased(practice_id: int, extid: str) -> bool:
    known = EterminAppointment.objects.filter(uid_hash=uid_hash(practice_id, extid))
    return known.exclude(erased_at=None).exists()


def _tell(
    call: DoorCall, command: EterminDelivery.Command, event: type[DoorCallEvent], now: datetime,
    actor: ApiToken | None = None,
) -> None:  # fmt: skip
    accept(
        practice_id=call.practice_id, connection=EterminConnection.objects.first(), door=EterminDelivery.Door.CALL,
        command=command, told=told_of(call), now=now,
    )  # fmt: skip
    actor_id = actor.user_id if actor else call.caller_id
    publish(event(practice_id=call.practice_id, actor_id=actor_id, door_call_id=call.pk))


def told_of(call: DoorCall) -> Reduced:
    """A call without an hour stands in the calendar where it was made."""
    starts_at = call.begins_at or minute_of(call.created_at)
    first_name, _blank, last_name = call.name.strip().rpartition(" ")
    return Reduced(
        uid=uid_of_call(call), starts_at=starts_at, ends_at=starts_at + timedelta(minutes=call.minutes),
        location=VIDEO, last_name=last_name[:LONGEST_NAME], first_name=first_name[:LONGEST_NAME],
        email=call.email, mobile=call.phone,
        user_id=call.doctor_role_id, call_id=call.pk,
    )  # fmt: skip
