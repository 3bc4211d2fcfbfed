"""Bookings and cancellations as the list, the print and the export show them (seed 001, TMEX L)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from integrations.betty24.models import Betty24Booking
from scheduling.services.booking import Placement, Status


@dataclass(frozen=True)
class BookingLine:
    booking: Betty24Booking
    name: str
    calendar: str
    landed: str
    # Where it stands now when staff moved it; None as booked.
    moved_to: datetime | None

    @property
    def is_cancelled(self) -> bool:
        return self.booking.status == Betty24Booking.Status.CANCELLED


def booking_lines(bookings: Iterable[Betty24Booking], calendar_names: Mapping[str, str]) -> list[BookingLine]:
    return [booking_line(booking, calendar_names) for booking in bookings]


def booking_line(booking: Betty24Booking, calendar_names: Mapping[str, str]) -> BookingLine:
    entry = booking.entry
    is_here = entry is not None and entry.deleted_at is None and entry.status != Status.CANCELLED
    moved = is_here and entry is not None and entry.starts_at != booking.starts_at
    return BookingLine(
        booking,
        ", ".join(part for part in (booking.last_name, booking.first_name) if part),
        calendar_names.get(booking.calendar_id) or booking.calendar_id,
        landed_words(booking),
        entry.starts_at if moved and entry is not None else None,
    )


def landed_words(booking: Betty24Booking) -> str:
    entry = booking.entry
    if entry is None:
        return _("nicht im Kalender")
    if entry.deleted_at is not None:
        return _("hier gelöscht")
    if entry.status == Status.CANCELLED:
        return _("hier abgesagt")
    column = entry.column.name
    if entry.placement == Placement.EXTRA:
        return _("%s, Zusatztermin") % column
    if entry.placement == Placement.PARKED:
        return _("%s, Klemmbrett") % column
    return column


def cancelled_by_words(booking: Betty24Booking) -> str:
    words = {"patient": _("vom Patienten"), "practice": _("von der Praxis")}
    return words.get(booking.cancelled_by, "")
