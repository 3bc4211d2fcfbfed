"""What was booked online: all of it (TMEX L), what nobody has looked at yet, and what a person has to settle."""

from datetime import datetime

from django.db.models import QuerySet

from integrations.betty24.models import Betty24Booking, Betty24Task


def booking_lines(*, from_at: datetime | None = None, to_at: datetime | None = None) -> QuerySet[Betty24Booking]:
    """Bookings and cancellations in the order of their appointments (seed 001, TMEX L)."""
    found = Betty24Booking.objects.select_related("entry__column", "seen_by").order_by("starts_at", "pk")
    if from_at is not None:
        found = found.filter(starts_at__gte=from_at)
    if to_at is not None:
        found = found.filter(starts_at__lt=to_at)
    return found


def booking_by_portal_id(portal_id: str) -> Betty24Booking | None:
    return Betty24Booking.objects.select_related("entry__column", "connection").filter(portal_id=portal_id).first()


def booking_of_entry(entry_id: int) -> Betty24Booking | None:
    return Betty24Booking.objects.filter(entry_id=entry_id).select_related("seen_by").first()


def new_bookings() -> QuerySet[Betty24Booking]:
    """Booked or moved online and not yet looked at by anybody; the next appointment first."""
    return booking_lines().filter(seen_at=None, status=Betty24Booking.Status.BOOKED)


def open_tasks() -> QuerySet[Betty24Task]:
    """What only a person can settle, the oldest first."""
    return (
        Betty24Task.objects.filter(done_at=None)
        .select_related("booking__entry__column", "entry__column", "entry__patient", "connection")
        .order_by("created_at", "pk")
    )
