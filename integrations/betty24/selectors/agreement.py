"""Online bookings whose appointment does not say the same, though everything the portal told has been heard."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from integrations.betty24.models import Betty24Booking, Betty24Connection, Betty24Task
from scheduling.services.booking import Status

Kind = Betty24Task.Kind

_ALIVE = Q(entry__isnull=False, entry__deleted_at=None) & ~Q(entry__status=Status.CANCELLED)
# Whoever ticked one of these off has settled by hand what becomes of the booking.
ABOUT_PLACING = (Kind.NO_COLUMN, Kind.UNREADABLE)
ABOUT_CANCELLING = (Kind.LATE_CHANGE, Kind.REVIVED)


def unplaced_bookings(connection: Betty24Connection, now: datetime) -> QuerySet[Betty24Booking]:
    """Booked, still to come, without a living appointment, and nobody decided so."""
    settled = _tasks(*ABOUT_PLACING).filter(done_at__isnull=False)
    return _to_come(connection, now, Betty24Booking.Status.BOOKED).exclude(_ALIVE).exclude(Exists(settled))


def placed_bookings(connection: Betty24Connection, now: datetime) -> QuerySet[Betty24Booking]:
    """Booked, still to come, with a living appointment; without those that staff know to be gone at the portal."""
    settled = _tasks(Kind.VANISHED).filter(done_at__isnull=False)
    return _to_come(connection, now, Betty24Booking.Status.BOOKED).filter(_ALIVE).exclude(Exists(settled))


def outlived_bookings(connection: Betty24Connection, now: datetime) -> QuerySet[Betty24Booking]:
    """Cancelled at the portal, still to come and alive here, and nobody was asked about it."""
    asked = _tasks(*ABOUT_CANCELLING)
    return _to_come(connection, now, Betty24Booking.Status.CANCELLED).filter(_ALIVE).exclude(Exists(asked))


def _to_come(
    connection: Betty24Connection, now: datetime, status: Betty24Booking.Status
) -> QuerySet[Betty24Booking]:  # fmt: skip
    found = Betty24Booking.objects.filter(connection=connection, status=status, starts_at__gte=now)
    return found.order_by("starts_at", "pk")


def _tasks(*kinds: Betty24Task.Kind) -> QuerySet[Betty24Task]:
    return Betty24Task.objects.filter(booking=OuterRef("pk"), kind__in=kinds)
