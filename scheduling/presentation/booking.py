"""Words and choices of the booking dialog."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from accounts.models import Patient
from scheduling.models import CalendarColumn, Entry
from scheduling.models.entry import Status
from scheduling.presentation.clock import moment, numeric_day, time_of
from scheduling.selectors.room import Room
from scheduling.slots import Slot

CHIPS = {
    Status.TENTATIVE: ("", "clock"),
    Status.DEFINITE: ("", "clock"),
    Status.ARRIVED: ("wait", "chair"),
    Status.IN_ROOM: ("solid", "door"),
    Status.DONE: ("", "check"),
    Status.NO_SHOW: ("danger", "miss"),
    Status.CANCELLED: ("", "x"),
}


@dataclass(frozen=True, slots=True)
class Length:
    minutes: int
    is_possible: bool
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Offer:
    """Another time, as a button."""

    value: str
    label: str
    column_id: int


@dataclass(frozen=True, slots=True)
class Visit:
    """A line of "Weitere Termine von …"."""

    when: str
    what: str
    status: str
    chip: str
    icon: str
    is_old: bool


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where and when the dialog books."""

    column: CalendarColumn
    starts_at: datetime
    zone: ZoneInfo

    def span(self, minutes: int) -> str:
        return f"{time_of(self.starts_at, self.zone)}–{time_of(self.starts_at + timedelta(minutes=minutes), self.zone)}"

    @property
    def iso(self) -> str:
        return self.starts_at.astimezone(self.zone).isoformat()

    @property
    def day(self) -> date:
        return self.starts_at.astimezone(self.zone).date()

    @property
    def where(self) -> str:
        day = numeric_day(self.starts_at.astimezone(self.zone).date())
        return " · ".join(filter(None, [day, self.column.name, self.column.location]))


def lengths(room: Room, starts_at: datetime, chosen: int, type_minutes: int | None) -> list[Length]:
    offered = sorted({*room.lengths(type_minutes), chosen})
    return [Length(m, room.fits(starts_at, m), m == chosen) for m in offered]


def room_words(room: Room, zone: ZoneInfo) -> str:
    """ "Frei bis 11:30." """
    if room.free_until is None:
        return _("Hier steht schon etwas.")
    if room.closes_at is None:
        return _("Außerhalb der Sprechzeit.")
    return _("Frei bis %(time)s.") % {"time": time_of(min(room.free_until, room.closes_at), zone)}


def offers(slots: Sequence[Slot], zone: ZoneInfo, *, day: date, today: date, names: dict[int, str]) -> list[Offer]:
    """Times of the same day are said by the clock alone, others with their day."""
    found = []
    for slot in slots:
        local = slot.starts_at.astimezone(zone)
        when = f"{local:%H:%M}" if local.date() == day else moment(slot.starts_at, zone, today=today)
        label = _("%(when)s Uhr") % {"when": when}
        if len(names) > 1:
            label += f", {names.get(slot.column_id, '')}"
        found.append(Offer(local.isoformat(), label, slot.column_id))
    return found


def visits(entries: Sequence[Entry], zone: ZoneInfo, *, now: datetime) -> list[Visit]:
    today = now.astimezone(zone).date()
    found = []
    for entry in entries:
        chip, icon = CHIPS[Status(entry.status)]
        kind = entry.appointment_type.name if entry.appointment_type else ""
        found.append(
            Visit(
                when=moment(entry.starts_at, zone, today=today),
                what=" · ".join(filter(None, [entry.column.name, kind])),
                status=str(Status(entry.status).label),
                chip=chip,
                icon=icon,
                is_old=entry.ends_at <= now,
            )
        )
    return found


def salutation(patient: Patient) -> str:
    """ "Frau Meier", "Herrn Meier", "Kim Meier" """
    if patient.sex == "f":
        return _("Frau %(name)s") % {"name": patient.last_name}
    if patient.sex == "m":
        return _("Herrn %(name)s") % {"name": patient.last_name}
    return f"{patient.first_name} {patient.last_name}".strip()
