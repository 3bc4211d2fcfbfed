"""Asking the portal what is new: from the position where we stand, or everything when that position is unknown."""

from collections import Counter
from datetime import datetime, timedelta

from integrations.betty24.client import Betty24Client, CursorExpired
from integrations.betty24.models import Betty24Booking, Betty24Connection, Betty24Task
from integrations.betty24.services.applying import Progress, apply_bookings
from integrations.betty24.services.tasks import ask_staff
from integrations.betty24.turns import KeepAlive, nobody_waits
from integrations.betty24.wire import PortalBooking

# What a full synchronisation reads: yesterday's bookings may still be cancelled, nobody books further ahead.
BACK, AHEAD = timedelta(days=2), timedelta(days=400)


def pull(
    client: Betty24Client, connection: Betty24Connection, *, now: datetime, most_pages: int,
    keep_alive: KeepAlive = nobody_waits,
) -> tuple[Counter[str], bool]:  # fmt: skip
    """Apply what happened since the last time, `most_pages` at most; whether more is waiting.

    Raises OutsideError, CursorMoved.
    """
    if not connection.cursor:
        return pull_everything(client, connection, now=now, keep_alive=keep_alive), False
    counts: Counter[str] = Counter()
    for _page in range(most_pages):
        try:
            page = client.changes(connection.cursor)
        except CursorExpired:
            return counts + pull_everything(client, connection, now=now, keep_alive=keep_alive), False
        if page.bookings or page.next_cursor != connection.cursor:
            progress = Progress(expected=connection.cursor, next=page.next_cursor)
            counts += apply_bookings(connection, page.bookings, now=now, progress=progress)
        if not page.has_more:
            return counts, False
    return counts, True


def pull_everything(
    client: Betty24Client, connection: Betty24Connection, *, now: datetime, keep_alive: KeepAlive = nobody_waits
) -> Counter[str]:
    """Every booking of the period, page by page; the position of the first page counts, so that what happens
    meanwhile is told again. Raises OutsideError, CursorMoved."""
    from_at, to_at = now - BACK, now + AHEAD
    expected = connection.cursor
    counts: Counter[str] = Counter()
    seen: set[str] = set()
    after, position = None, ""
    while True:
        page = client.bookings(from_at, to_at, after=after)
        position = position or page.cursor
        seen |= {one.id if isinstance(one, PortalBooking) else one.portal_id for one in page.bookings}
        is_last = page.next_after is None
        progress = Progress(expected=expected, next=position) if is_last else None
        counts += apply_bookings(connection, page.bookings, now=now, progress=progress)
        keep_alive()
        if is_last:
            break
        after = page.next_after
    _ask_about_vanished(connection, seen, from_at, to_at, now)
    return counts


def _ask_about_vanished(
    connection: Betty24Connection, seen: set[str], from_at: datetime, to_at: datetime, now: datetime
) -> None:
    """A booking that the portal does not list any more may be a lost cancellation; a person asks the patient."""
    ours = Betty24Booking.objects.filter(
        connection=connection, status=Betty24Booking.Status.BOOKED, starts_at__gte=max(now, from_at),
        starts_at__lt=to_at, entry__deleted_at=None,
    )  # fmt: skip
    for booking in ours.exclude(portal_id__in=seen):
        ask_staff(connection, Betty24Task.Kind.VANISHED, now=now, booking=booking, entry_id=booking.entry_id)
