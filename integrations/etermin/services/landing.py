"""Where an appointment of eTermin stands in the calendar: in its doctor's column while the time is free, else in the
list of extra appointments, with a task for staff.
"""

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from integrations.arztkonsultation.models import DoorCall
from integrations.etermin.models import EterminAppointment, EterminDelivery, EterminService, EterminTask, Rule
from integrations.etermin.reduced import Reduced
from integrations.etermin.services.tasks import ask_staff, close_tasks
from scheduling.models import CalendarColumn, Entry
from scheduling.selectors.portals import SlotBook
from scheduling.services import (
    NewAppointment,
    Person,
    SlotTaken,
    book_appointment,
    cancel_appointment,
    edit_appointment,
    move_entry,
    move_to_extras,
)
from scheduling.services.booking import NotifiedBy, Origin, Placement, Status
from scheduling.services.timing import minutes_of
from videosprechstunde.services.attaching import attach_reserved
from videosprechstunde.services.inviting import set_patient_email
from videosprechstunde.services.reserving import adopting

Outcome, Kind = EterminDelivery.Outcome, EterminTask.Kind
NAME, PHONE = 60, 40
# Whoever is here or was here is not taken off the calendar by a late click.
PRESENT = (Status.ARRIVED, Status.IN_ROOM, Status.DONE)
PERSON = ("last_name", "first_name", "mobile")


@dataclass(frozen=True)
class Landed:
    """What became of a delivery, for its line in the inbox."""

    outcome: EterminDelivery.Outcome
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What the calendar shall show of one appointment."""

    told: Reduced
    starts_at: datetime
    ends_at: datetime
    column: CalendarColumn
    is_video: bool
    service: EterminService | None

    @property
    def minutes(self) -> int:
        return minutes_of(self.starts_at, self.ends_at)

    @property
    def person(self) -> Person:
        """eTermin may know a pseudonym only."""
        last_name = self.told.last_name or self.told.first_name or _("Online-Termin")
        first_name = self.told.first_name if self.told.last_name else ""
        return Person(
            last_name=last_name[:NAME], first_name=(first_name or "")[:NAME],
            contact_phone=(self.told.mobile or "")[:PHONE],
        )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Landing:
    """Called inside a transaction that holds the locks of all columns concerned."""

    practice_id: int
    notified_by: NotifiedBy
    slots: SlotBook
    now: datetime

    def book(self, appointment: EterminAppointment, wish: Wish) -> tuple[Landed, Entry]:
        """Raises TimeInvalid."""
        appointment_type = wish.service.appointment_type if wish.service else None
        wanted = NewAppointment(
            column=wish.column, starts_at=wish.starts_at, minutes=wish.minutes, person=wish.person,
            appointment_type=appointment_type, origin=Origin.ETERMIN, notified_by=self.notified_by,
            is_video=wish.is_video,
        )  # fmt: skip
        with adopting(_reserved_call(wish)):
            entry = self._book_regular(wish, wanted)
            landed = Landed(Outcome.BOOKED)
            if entry is None:
                entry = self._book(replace(wanted, placement=Placement.EXTRA))
                landed = self._ask_about_extra(appointment)
        if wish.is_video and wish.told.email:
            set_patient_email(entry_id=entry.pk, email=wish.told.email, now=self.now)
        return landed, entry

    def _book_regular(self, wish: Wish, wanted: NewAppointment) -> Entry | None:
        if not self._is_open(wish):
            return None
        with suppress(SlotTaken):
            return self._book(wanted)
        return None

    def _book(self, wanted: NewAppointment) -> Entry:
        return book_appointment(practice=wanted.column.practice, wanted=wanted, actor=None, now=self.now)

    def _is_open(self, wish: Wish) -> bool:
        type_id = wish.service.appointment_type_id if wish.service else None
        return self.slots.is_open(wish.column.pk, wish.starts_at, wish.ends_at, type_id=type_id)

    def _ask_about_extra(self, appointment: EterminAppointment) -> Landed:
        ask_staff(self.practice_id, Kind.EXTRA, now=self.now, appointment=appointment)
        return Landed(Outcome.EXTRA, _("Die Zeit ist nicht frei. Der Termin steht auf der Zusatzliste."))

    def cancel(self, appointment: EterminAppointment, entry: Entry) -> Landed:
        """Wherever staff moved it meanwhile; regular, extra or parked."""
        if entry.status in PRESENT:
            return self._too_late(appointment)
        cancel_appointment(entry=entry, actor=None, now=self.now)
        close_tasks(self.practice_id, Q(appointment=appointment), now=self.now)
        return Landed(Outcome.CANCELLED)

    def change(self, appointment: EterminAppointment, entry: Entry, before: Reduced | None, wish: Wish) -> Landed:
        """Only what eTermin changed: what staff changed here stays otherwise."""
        is_elsewhere = before is None or _where(before) != _where(wish.told)
        if is_elsewhere and entry.status in PRESENT:
            return self._too_late(appointment)
        with adopting(_reserved_call(wish)):
            is_edited = self._edit(entry, before, wish)
        is_edited |= self._attach(entry, before, wish)
        if is_elsewhere:
            return self._move(appointment, entry, wish)
        return Landed(Outcome.CHANGED if is_edited else Outcome.UNCHANGED)

    def _attach(self, entry: Entry, before: Reduced | None, wish: Wish) -> bool:
        """The other door told of it first: the link that eTermin was given leads to this appointment from now on."""
        call_id = _reserved_call(wish) if before is None or before.call_id != wish.told.call_id else None
        if call_id is not None:
            attach_reserved(entry_id=entry.pk, call_id=call_id, now=self.now)
        return call_id is not None

    def _move(self, appointment: EterminAppointment, entry: Entry, wish: Wish) -> Landed:
        to: dict[str, Any] = {
            "entry": entry, "column": wish.column, "starts_at": wish.starts_at, "minutes": wish.minutes,
            "actor": None, "now": self.now,
        }  # fmt: skip
        is_free = self.slots.is_free(wish.column.pk, wish.starts_at, wish.ends_at, besides=entry.pk)
        if is_free and self._is_open(wish):
            move_entry(**to)
            close_tasks(self.practice_id, Q(appointment=appointment, kind=Kind.EXTRA), now=self.now)
            return Landed(Outcome.MOVED)
        move_to_extras(**to)
        return self._ask_about_extra(appointment)

    def _edit(self, entry: Entry, before: Reduced | None, wish: Wish) -> bool:
        fields: dict[str, Any] = {}
        if entry.is_video != wish.is_video:
            fields["is_video"] = wish.is_video
        if wish.service is not None and (before is None or before.service_id != wish.told.service_id):
            fields["appointment_type"] = wish.service.appointment_type
        # Once staff know who it is, the practice's own record counts.
        is_renamed = before is None or any(getattr(before, name) != getattr(wish.told, name) for name in PERSON)
        if entry.patient_id is None and is_renamed:
            fields["person"] = wish.person
        version = entry.version
        if fields:
            edit_appointment(entry=entry, actor=None, now=self.now, **fields)
        is_readdressed = before is None or before.email != wish.told.email
        if is_readdressed and wish.is_video and wish.told.email:
            set_patient_email(entry_id=entry.pk, email=wish.told.email, now=self.now)
        return is_readdressed or entry.version != version

    def _too_late(self, appointment: EterminAppointment) -> Landed:
        ask_staff(self.practice_id, Kind.LATE_CHANGE, now=self.now, appointment=appointment)
        return Landed(Outcome.LATE, _("Die Person war schon in der Praxis. Hier ist nichts geändert."))


def rule_of(told: Reduced, connection: Any, services: dict[int, EterminService]) -> Rule:
    """Mission E4: the service first, then the location. What comes through the call API is a video call."""
    if told.call_id is not None or connection is None:
        return Rule.VIDEO
    service = services.get(told.service_id or 0)
    if service is not None and service.rule:
        return Rule(service.rule)
    if told.location == "video":
        return Rule.VIDEO
    return Rule(connection.other_locations if told.location == "other" else connection.missing_location)


def _where(told: Reduced) -> tuple[Any, ...]:
    calendar = told.user_id or told.calendar_id or (told.calendar_name or "").casefold()
    return told.starts_at, told.ends_at, calendar


def _reserved_call(wish: Wish) -> int | None:
    if wish.told.call_id is None:
        return None
    return DoorCall.objects.filter(pk=wish.told.call_id).values_list("video_call_id", flat=True).first()
