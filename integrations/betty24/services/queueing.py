"""Writing down, in the transaction of the cause, that the portal has to agree with an entry again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection as database

from integrations.betty24.models import Betty24Binding, Betty24Booking, Betty24Connection, Betty24Push, Betty24Sync
from praxis.core.jobs import enqueue

CONCERNS = (
    "SELECT EXISTS (SELECT FROM integrations_betty24binding WHERE column_id = ANY(%s))"
    " OR EXISTS (SELECT FROM integrations_betty24booking WHERE entry_id = ANY(%s))"
)


@dataclass(frozen=True)
class Changed:
    """An entry and the columns it stands and stood in."""

    entry_id: int
    column_ids: tuple[int, ...]


def note_changed_entries(changed: Sequence[Changed], *, now: datetime) -> None:
    """Queue those in a bound column and those that came from the portal. One statement when there are none."""
    columns = list({column_id for one in changed for column_id in one.column_ids})
    entries = [one.entry_id for one in changed]
    if not _concern_portal(entries, columns):
        return
    found = Betty24Binding.objects.filter(column_id__in=columns).select_related("connection")
    bound = {binding.column_id: binding.connection for binding in found}
    booked = Betty24Booking.objects.filter(entry_id__in=entries).select_related("connection")
    # Staff may have moved it out of the bound columns: a cancellation still concerns the portal.
    online = {booking.entry_id: booking.connection for booking in booked}
    for one in changed:
        column_id = next((column_id for column_id in one.column_ids if column_id in bound), one.column_ids[0])
        connection = bound.get(column_id) or online.get(one.entry_id)
        if connection is not None:
            queue_entry(connection, entry_id=one.entry_id, column_id=column_id, now=now)


def _concern_portal(entry_ids: list[int], column_ids: list[int]) -> bool:
    """Asked at every booking of every practice and nearly always answered no: one short statement, no queryset."""
    with database.cursor() as cursor:
        cursor.execute(CONCERNS, [column_ids, entry_ids])
        (concerns,) = cursor.fetchone()
    return bool(concerns)


def queue_entry(connection: Betty24Connection, *, entry_id: int, column_id: int, now: datetime) -> None:
    enqueue(
        Betty24Push, dedupe_key=f"entry:{entry_id}", due_at=now, wake=False, practice_id=connection.practice_id,
        connection_id=connection.pk, entry_id=entry_id, column_id=column_id,
    )  # fmt: skip
    if connection.is_on:
        wake(connection, now=now)


def wake(connection: Betty24Connection, *, now: datetime) -> None:
    """Have a worker speak to the portal soon; after a failure not before its pause is over."""
    due_at = max(now, connection.retry_at or now)
    enqueue(
        Betty24Sync, dedupe_key=f"connection:{connection.pk}", due_at=due_at, practice_id=connection.practice_id,
        connection_id=connection.pk,
    )  # fmt: skip
