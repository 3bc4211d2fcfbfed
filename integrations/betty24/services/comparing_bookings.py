"""The portal's list of bookings against ours, and our bookings against the calendar."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from integrations.betty24.client import Betty24Client
from integrations.betty24.differences import Difference, What
from integrations.betty24.models import Betty24Booking, Betty24Connection
from integrations.betty24.selectors.agreement import outlived_bookings, placed_bookings, unplaced_bookings
from integrations.betty24.services.pulling import AHEAD, BACK
from integrations.betty24.turns import KeepAlive
from integrations.betty24.wire import PortalBooking

# All that a difference says.
TOLD_OF = ("portal_id", "calendar_id", "starts_at", "ends_at", "entry")


@dataclass
class Listed:
    """What the portal lists: the ids, and the bookings of which we know an earlier version or none."""

    ids: set[str] = field(default_factory=set)
    unheard: list[PortalBooking] = field(default_factory=list)


def compare_bookings(
    client: Betty24Client, connection: Betty24Connection, *, now: datetime, keep_alive: KeepAlive
) -> dict[str, list[Difference]]:
    """By the id of their calendar. Raises OutsideError."""
    listed = _read_list(client, connection, now, keep_alive)
    found: dict[str, list[Difference]] = {}
    for told in listed.unheard:
        difference = Difference(What.BOOKING, told.id, told.starts_at, told.ends_at)
        found.setdefault(told.calendar_id, []).append(difference)
    # What is known of these is not the last word.
    unheard = {told.id for told in listed.unheard}
    for what, booking in _ours(connection, listed, now):
        if booking.portal_id not in unheard:
            difference = Difference(what, booking.portal_id, booking.starts_at, booking.ends_at, booking.entry_id)
            found.setdefault(booking.calendar_id, []).append(difference)
    return found


def _ours(connection: Betty24Connection, listed: Listed, now: datetime) -> Iterable[tuple[What, Betty24Booking]]:
    for booking in unplaced_bookings(connection, now).only(*TOLD_OF):
        if booking.portal_id in listed.ids:
            yield What.UNPLACED, booking
    for booking in placed_bookings(connection, now).filter(starts_at__lt=now + AHEAD).only(*TOLD_OF):
        if booking.portal_id not in listed.ids:
            yield What.GONE, booking
    for booking in outlived_bookings(connection, now).only(*TOLD_OF):
        yield What.CANCELLED, booking


def _read_list(
    client: Betty24Client, connection: Betty24Connection, now: datetime, keep_alive: KeepAlive
) -> Listed:  # fmt: skip
    listed = Listed()
    after = None
    while True:
        page = client.bookings(now - BACK, now + AHEAD, after=after)
        told = {one.id: one for one in page.bookings if isinstance(one, PortalBooking)}
        listed.ids |= told.keys() | {one.portal_id for one in page.bookings if not isinstance(one, PortalBooking)}
        known = Betty24Booking.objects.filter(connection=connection, portal_id__in=list(told))
        versions = dict(known.values_list("portal_id", "version"))
        listed.unheard += [one for one in told.values() if versions.get(one.id, -1) < one.version]
        keep_alive()
        after = page.next_after
        if after is None:
            return listed
