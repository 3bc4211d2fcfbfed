"""Appointments and rasters as the settings show them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils import formats
from django.utils.translation import gettext_lazy as _

from accounts.models import Practice
from scheduling.models import Entry
from scheduling.models.entry import Status
from scheduling.outside import Outside
from scheduling.presentation.people import full_name
from scheduling.presentation.sentences import PersonOf
from scheduling.selectors.setup import LeftOutside

REASONS = {
    Outside.HOURS: _("außerhalb der Zeiten"),
    Outside.TYPE: _("Terminart nicht erlaubt"),
    Outside.RASTER: _("beginnt nicht mit einem Takt"),
}


@dataclass(frozen=True)
class AppointmentLine:
    entry_id: int
    when: str
    name: str
    born: date | None
    kind: str
    status: str = ""
    column: str = ""
    reason: str = ""


def appointment_lines(practice: Practice, entries: Iterable[Entry]) -> list[AppointmentLine]:
    zone = ZoneInfo(practice.time_zone)
    return [_line(entry, zone) for entry in entries]


def outside_lines(practice: Practice, found: Iterable[LeftOutside]) -> list[AppointmentLine]:
    zone = ZoneInfo(practice.time_zone)
    return [_line(one.entry, zone, reason=str(REASONS[one.reason])) for one in found]


def patient_lines(practice: Practice, entries: Iterable[Entry]) -> list[AppointmentLine]:
    zone = ZoneInfo(practice.time_zone)
    return [_line(entry, zone, status=str(Status(entry.status).label), column=entry.column.name) for entry in entries]


def when(starts_at: datetime, ends_at: datetime, zone: ZoneInfo) -> str:
    """ "Mo, 23.11.2026, 11:15–11:30" """
    local = starts_at.astimezone(zone)
    return f"{formats.date_format(local, 'D, d.m.Y, H:i')}–{ends_at.astimezone(zone):%H:%M}"


def _line(entry: Entry, zone: ZoneInfo, **more: str) -> AppointmentLine:
    who = PersonOf(entry)
    return AppointmentLine(
        entry_id=entry.pk,
        when=when(entry.starts_at, entry.ends_at, zone),
        name=full_name(who),
        born=who.person_born,
        kind=entry.appointment_type.name if entry.appointment_type else "–",
        **more,
    )
