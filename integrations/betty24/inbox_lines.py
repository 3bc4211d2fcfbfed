"""What was booked online and what a person has to settle, in words for the people at the desk."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext as _

from accounts.models import Practice
from integrations.betty24.models import Betty24Booking
from praxis.core.localtime import local_day
from scheduling.models import Entry
from scheduling.services.booking import Placement, Status


@dataclass(frozen=True, kw_only=True)
class NewBooking:
    """`where`: column and place; `calendar_url` is empty when there is no appointment to show."""

    id: int
    name: str
    born: date | None
    is_known: bool
    when: str
    where: str
    is_extra: bool
    reason: str
    booked: str
    calendar_url: str


def new_booking_lines(bookings: Iterable[Betty24Booking], practice: Practice) -> list[NewBooking]:
    return [_line(booking, practice) for booking in bookings]


def _line(booking: Betty24Booking, practice: Practice) -> NewBooking:
    zone = ZoneInfo(practice.time_zone)
    entry = standing(booking.entry)
    is_known = booking.entry is not None and booking.entry.patient_id is not None
    return NewBooking(
        id=booking.pk,
        name=shown_name(booking, is_known=is_known, case_shows_known=practice.case_shows_known),
        born=booking.birth_date,
        is_known=is_known,
        when=when(entry.starts_at if entry else booking.starts_at, zone),
        where=place_words(entry),
        is_extra=entry is not None and entry.placement == Placement.EXTRA,
        reason=booking.reason,
        booked=when(booking.booked_at, zone) if booking.booked_at else "",
        calendar_url=calendar_url(entry, zone),
    )


def full_name(booking: Betty24Booking) -> str:
    """ "Mustermann, Erika" """
    return ", ".join(filter(None, [booking.last_name, booking.first_name]))


def shown_name(booking: Betty24Booking, *, is_known: bool, case_shows_known: bool) -> str:
    """As the calendar writes it: known patients in lower case, unknown ones in capitals."""
    name = full_name(booking)
    if not case_shows_known:
        return name
    return name.lower() if is_known else name.upper()


def standing(entry: Entry | None) -> Entry | None:
    """None: it is not in the calendar any more."""
    if entry is None or entry.deleted_at is not None or entry.status == Status.CANCELLED:
        return None
    return entry


def place_words(entry: Entry | None) -> str:
    if entry is None:
        return _("nicht im Kalender")
    if entry.placement == Placement.PARKED:
        return _("Klemmbrett")
    return entry.column.name


def when(instant: datetime, zone: ZoneInfo) -> str:
    """ "Mo, 23.11.2026, 11:15" """
    return formats.date_format(instant.astimezone(zone), "D, d.m.Y, H:i")


def calendar_url(entry: Entry | None, zone: ZoneInfo) -> str:
    """The day, and on a phone the column."""
    if entry is None:
        return ""
    asked = {"tag": local_day(entry.starts_at, zone).isoformat(), "spalte": entry.column_id}
    return f"{reverse('calendar')}?{urlencode(asked)}"
