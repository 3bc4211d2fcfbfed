"""Where an online booking lands in the calendar: on its free slot, else in the list of extra appointments."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from accounts.models import Patient
from integrations.betty24.models import Betty24Binding, Betty24Booking, Betty24Connection, Betty24Task
from integrations.betty24.services.queueing import queue_entry
from integrations.betty24.services.tasks import ask_staff
from praxis.core.exceptions import PraxisError
from scheduling.models import Entry
from scheduling.selectors.portals import SlotBook
from scheduling.services import SlotTaken, book_appointment, cancel_appointment, move_entry, move_to_extras
from scheduling.services.booking import NewAppointment, NotifiedBy, Origin, Person, Placement, Status
from scheduling.services.moving import NotMovable
from scheduling.services.timing import TimeInvalid, minutes_of

Identity = tuple[str, str, date]
# Lengths of the entry's own fields.
NAME, PHONE, TEXT = 60, 40, 200
# Whoever is here or was here is not taken off the calendar by a late click at the portal.
PRESENT = (Status.ARRIVED, Status.IN_ROOM, Status.DONE)


@dataclass(frozen=True, kw_only=True)
class Landing:
    """Called inside a transaction that holds the locks of all columns concerned."""

    connection: Betty24Connection
    bindings: Mapping[str, Betty24Binding]
    slots: SlotBook
    # By last name, first name and birth date.
    patients: Mapping[Identity, Patient]

    def book(self, booking: Betty24Booking, *, now: datetime) -> Entry | Betty24Task.Kind:
        """What a person has to be asked when no appointment can be made of it."""
        binding = self.bindings.get(booking.calendar_id)
        if binding is None:
            return Betty24Task.Kind.NO_COLUMN
        wanted = NewAppointment(
            column=binding.column, starts_at=booking.starts_at, text=booking.reason[:TEXT],
            minutes=minutes_of(booking.starts_at, booking.ends_at), origin=Origin.BETTY24,
            notified_by=NotifiedBy.SOURCE, is_video=False, **self._who(booking),
        )  # fmt: skip
        practice, extra = binding.column.practice, replace(wanted, placement=Placement.EXTRA)
        try:
            if self.slots.is_on_raster(binding.column_id, booking.starts_at, booking.ends_at):
                with suppress(SlotTaken):
                    return book_appointment(practice=practice, wanted=wanted, actor=None, now=now)
            return book_appointment(practice=practice, wanted=extra, actor=None, now=now)
        except PraxisError:
            # A time outside the calendar, longer than a day: nothing a program can mend.
            return Betty24Task.Kind.UNREADABLE

    def cancel(self, booking: Betty24Booking, entry: Entry | None, *, now: datetime) -> str:
        """Wherever staff moved it meanwhile; regular, extra or parked."""
        if entry is None or entry.deleted_at is not None or entry.status == Status.CANCELLED:
            return "cancelled"
        if entry.status in PRESENT:
            ask_staff(self.connection, Betty24Task.Kind.LATE_CHANGE, now=now, booking=booking, entry_id=entry.pk)
            return "cancelled"
        cancel_appointment(entry=entry, actor=None, now=now)
        return "cancelled"

    def move(self, booking: Betty24Booking, entry: Entry, *, was_minutes: int, now: datetime) -> str:
        """The patient chose another time at the portal: it counts wherever staff had put the appointment."""
        binding = self.bindings.get(booking.calendar_id)
        if entry.deleted_at is not None or entry.status == Status.CANCELLED:
            # The practice cancelled it; the portal is told so by the work that waits for it.
            queue_entry(self.connection, entry_id=entry.pk, column_id=entry.column_id, now=now)
            return "changed"
        if binding is None or entry.status in PRESENT:
            kind = Betty24Task.Kind.NO_COLUMN if binding is None else Betty24Task.Kind.LATE_CHANGE
            ask_staff(self.connection, kind, now=now, booking=booking, entry_id=entry.pk)
            return "changed"
        try:
            self._move(booking, entry, binding, was_minutes, now)
        except (TimeInvalid, NotMovable):
            ask_staff(self.connection, Betty24Task.Kind.UNREADABLE, now=now, booking=booking, entry_id=entry.pk)
            return "changed"
        Betty24Booking.objects.filter(pk=booking.pk).update(seen_at=None, seen_by=None)
        queue_entry(self.connection, entry_id=entry.pk, column_id=binding.column_id, now=now)
        return "moved"

    def _move(
        self, booking: Betty24Booking, entry: Entry, binding: Betty24Binding, was_minutes: int, now: datetime
    ) -> None:
        to: dict[str, Any] = {"entry": entry, "column": binding.column, "starts_at": booking.starts_at}
        booked = minutes_of(booking.starts_at, booking.ends_at)
        # What staff made longer stays longer where there is room.
        kept = minutes_of(entry.starts_at, entry.ends_at) if booked == was_minutes else booked
        for minutes in dict.fromkeys((kept, booked)):
            ends_at = booking.starts_at + (booking.ends_at - booking.starts_at) * minutes / booked
            if self.slots.offers(binding.column_id, booking.starts_at, ends_at, besides=entry.pk):
                move_entry(**to, minutes=minutes, actor=None, now=now)
                return
        move_to_extras(**to, minutes=booked, actor=None, now=now)

    def _who(self, booking: Betty24Booking) -> dict[str, Any]:
        """Seed 001: known is whose last name, first name and birth date are all equal."""
        patient = self.patients.get((booking.last_name, booking.first_name, booking.birth_date or date.min))
        if patient is not None:
            return {"patient": patient}
        person = Person(
            last_name=booking.last_name[:NAME], first_name=booking.first_name[:NAME], birth_date=booking.birth_date,
            contact_phone=booking.phone[:PHONE],
        )  # fmt: skip
        return {"person": person}
