"""What the portal tells becomes appointments, together with the position in its list of changes: both or neither."""

import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import OperationalError, transaction

from accounts.selectors import match_people
from integrations.betty24.models import Betty24Binding, Betty24Booking, Betty24Connection, Betty24Task
from integrations.betty24.selectors.agreement import ABOUT_PLACING, unplaced_bookings
from integrations.betty24.services.landing import Landing
from integrations.betty24.services.queueing import queue_entry
from integrations.betty24.services.tasks import ask_staff
from integrations.betty24.services.telling import announce_notices
from integrations.betty24.wire import Incoming, PortalBooking, Unreadable
from praxis.core.exceptions import PraxisError
from praxis.core.rows import insert
from scheduling.models import Entry
from scheduling.selectors.portals import SlotBook, entries_by_id, entries_to_change
from scheduling.services.locking import in_column_transaction, lock_columns

logger = logging.getLogger(__name__)

UNCHANGED = "unchanged"
# What is called the same in the portal's words and in ours.
TOLD = (
    "version", "calendar_id", "starts_at", "ends_at", "booked_at", "cancelled_at", "cancelled_by", "reason",
    "last_name", "first_name", "birth_date", "phone", "email", "insurance",
)  # fmt: skip


class CursorMoved(PraxisError):
    """Another synchronisation went on meanwhile; nothing was done."""


@dataclass(frozen=True, kw_only=True)
class Progress:
    """Applied only when the connection still stands at `expected`; then it stands at `next`."""

    expected: str
    next: str


def apply_bookings(
    connection: Betty24Connection, incoming: Sequence[Incoming], *, now: datetime, progress: Progress | None = None
) -> Counter[str]:
    """Bring entries to what the portal says; counts by kind: booked, extra, moved, cancelled, changed, unreadable,
    unchanged. A version that is known already changes nothing, so repeats and reorderings do no harm.

    A booking that nobody foresaw becomes a task for a person and does not keep the others away. Raises CursorMoved.
    """
    try:
        return _apply_all(connection, incoming, now=now, progress=progress, one_by_one=False)
    except (PraxisError, OperationalError):
        raise
    except Exception as error:
        logger.error("Page of news: %s; now one by one", type(error).__name__)
        return _apply_all(connection, incoming, now=now, progress=progress, one_by_one=True)


@in_column_transaction
def _apply_all(
    connection: Betty24Connection, incoming: Sequence[Incoming], *, now: datetime, progress: Progress | None,
    one_by_one: bool,
) -> Counter[str]:  # fmt: skip
    _hold_position(connection, progress)
    batch = _read_batch(connection, incoming)
    counts: Counter[str] = Counter()
    for one in incoming:
        if isinstance(one, Unreadable):
            ask_staff(connection, Betty24Task.Kind.UNREADABLE, now=now, portal_id=one.portal_id)
            counts["unreadable"] += 1
        elif one_by_one:
            counts[_apply_carefully(connection, one, batch, now)] += 1
        else:
            counts[_apply(connection, one, batch, now)] += 1
    if progress is not None:
        Betty24Connection.objects.filter(pk=connection.pk).update(cursor=progress.next)
        connection.cursor = progress.next
    return counts


# So many that were left over are landed in one transaction.
MOST_STORED = 200


@in_column_transaction
def land_stored(connection: Betty24Connection, *, now: datetime) -> Counter[str]:
    """Bookings that never became an appointment, as their calendar had no column then; counts by kind: booked, extra,
    changed. What staff were asked about them is answered by that."""
    _hold_position(connection, None)
    bound = Betty24Binding.objects.filter(connection=connection).values("calendar_id")
    left = unplaced_bookings(connection, now).filter(entry=None, calendar_id__in=bound)[:MOST_STORED]
    batch = _read_batch(connection, [_as_told(booking) for booking in left])
    counts: Counter[str] = Counter()
    for known in batch.stored.values():
        if known.entry_id is not None:
            continue
        counts[_land(known, batch, now)] += 1
        if known.entry_id is not None:
            asked = Betty24Task.objects.filter(booking=known, kind__in=ABOUT_PLACING, done_at=None)
            if asked.update(done_at=now):
                announce_notices(connection.practice_id)
    return counts


def _as_told(known: Betty24Booking) -> PortalBooking:
    """As the portal told it the last time."""
    is_cancelled = known.status == Betty24Booking.Status.CANCELLED
    return PortalBooking(
        id=known.portal_id, is_cancelled=is_cancelled, **{name: getattr(known, name) for name in TOLD}
    )  # fmt: skip


def _hold_position(connection: Betty24Connection, progress: Progress | None) -> None:
    """One writer per connection, also against a person's "sync now" in another process."""
    # Not FOR UPDATE: new work rows of staff refer to the connection while they hold the locks of columns.
    row = Betty24Connection.objects.select_for_update(no_key=True).only("pk", "cursor", "account").get(pk=connection.pk)
    if row.account != connection.account or (progress is not None and row.cursor != progress.expected):
        raise CursorMoved("Ein anderer Abgleich war schneller.")


@dataclass
class Batch:
    """What a page of bookings needs, read at once."""

    stored: dict[str, Betty24Booking]
    entries: dict[int, Entry]
    landing: Landing


def _read_batch(connection: Betty24Connection, incoming: Sequence[Incoming]) -> Batch:
    told = [one for one in incoming if isinstance(one, PortalBooking)]
    ids = [one.id for one in told]
    found = Betty24Booking.objects.filter(connection=connection, portal_id__in=ids)
    stored = {booking.portal_id: booking for booking in found}
    bindings = Betty24Binding.objects.filter(connection=connection).select_related("column__practice")
    by_calendar = {binding.calendar_id: binding for binding in bindings}
    entry_ids = [booking.entry_id for booking in stored.values() if booking.entry_id]
    columns = {binding.column_id for binding in by_calendar.values()}
    # All locks at once and in order; where the entries stand is read again once they are held.
    lock_columns(columns | {entry.column_id for entry in entries_by_id(entry_ids).values()})
    zone = ZoneInfo(connection.practice.time_zone)
    people = [(one.last_name, one.first_name, one.birth_date) for one in told if one.birth_date is not None]
    landing = Landing(
        connection=connection, bindings=by_calendar, slots=SlotBook(columns, zone), patients=match_people(people)
    )
    return Batch(stored, entries_to_change(entry_ids), landing)


def _apply_carefully(connection: Betty24Connection, told: PortalBooking, batch: Batch, now: datetime) -> str:
    try:
        with transaction.atomic():
            return _apply(connection, told, batch, now)
    except (PraxisError, OperationalError):
        raise
    except Exception as error:
        logger.error("One of the news: %s", type(error).__name__)
        ask_staff(connection, Betty24Task.Kind.UNREADABLE, now=now, portal_id=told.id)
        return "unreadable"


def _apply(connection: Betty24Connection, told: PortalBooking, batch: Batch, now: datetime) -> str:
    known = batch.stored.get(told.id)
    if known is None:
        return _take_in(connection, told, batch, now)
    if told.version <= known.version:
        return UNCHANGED
    entry = batch.entries.get(known.entry_id) if known.entry_id else None
    was_booked = known.status == Betty24Booking.Status.BOOKED
    before = (known.calendar_id, known.starts_at, known.ends_at)
    _update(known, told)
    if told.is_cancelled:
        return batch.landing.cancel(known, entry, now=now) if was_booked else "changed"
    if entry is None or not was_booked:
        return _land(known, batch, now)
    if before != (known.calendar_id, known.starts_at, known.ends_at):
        return batch.landing.move(known, entry, was_minutes=_minutes(before), now=now)
    queue_entry(connection, entry_id=entry.pk, column_id=entry.column_id, now=now)
    return "changed"


def _take_in(connection: Betty24Connection, told: PortalBooking, batch: Batch, now: datetime) -> str:
    known = Betty24Booking(
        practice_id=connection.practice_id, connection=connection, portal_id=told.id, received_at=now,
        **_fields(told), seen_at=now if told.is_cancelled else None,
    )  # fmt: skip
    batch.stored[told.id] = known
    if told.is_cancelled:
        insert(known)
        return "cancelled"
    landed = batch.landing.book(known, now=now)
    if isinstance(landed, Entry):
        known.entry = landed
    insert(known)
    return _landed(known, landed, batch, now)


def _land(known: Betty24Booking, batch: Batch, now: datetime) -> str:
    """A booking that had no living appointment gets a new one."""
    landed = batch.landing.book(known, now=now)
    if isinstance(landed, Entry):
        known.entry, known.seen_at, known.seen_by = landed, None, None
        known.save(update_fields=["entry", "seen_at", "seen_by"])
    return _landed(known, landed, batch, now)


def _landed(known: Betty24Booking, landed: "Entry | Betty24Task.Kind", batch: Batch, now: datetime) -> str:
    if not isinstance(landed, Entry):
        ask_staff(batch.landing.connection, landed, now=now, booking=known)
        return "changed"
    batch.entries[landed.pk] = landed
    return "booked" if landed.takes_time else "extra"


def _update(known: Betty24Booking, told: PortalBooking) -> None:
    """The portal is to hear anew where it landed: what it was told was about an earlier version."""
    fields = _fields(told) | {"placement_told": ""}
    for name, value in fields.items():
        setattr(known, name, value)
    known.save(update_fields=list(fields))


def _fields(told: PortalBooking) -> dict[str, Any]:
    status = Betty24Booking.Status.CANCELLED if told.is_cancelled else Betty24Booking.Status.BOOKED
    return {"status": status} | {name: getattr(told, name) for name in TOLD}


def _minutes(stretch: tuple[str, datetime, datetime]) -> int:
    return round((stretch[2] - stretch[1]).total_seconds() / 60)
