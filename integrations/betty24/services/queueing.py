"""Writing down, in the transaction of the cause, that the portal has to agree with an entry again."""

from collections.abc import Iterable
from datetime import datetime

from django.db import connection as database

from integrations.betty24.models import Betty24Binding, Betty24Booking, Betty24Connection, Betty24Push, Betty24Sync
from praxis.core.jobs import enqueue

CONCERNS = (
    "SELECT EXISTS (SELECT FROM integrations_betty24binding WHERE column_id = ANY(%s))"
    " OR EXISTS (SELECT FROM integrations_betty24booking WHERE entry_id = %s)"
)


def note_changed_entry(*, entry_id: int, column_ids: Iterable[int], now: datetime) -> None:
    """Queue the entry when one of the columns is bound, or when it came from the portal."""
    columns = list(dict.fromkeys(column_ids))
    if not _concerns_portal(entry_id, columns):
        return
    found = Betty24Binding.objects.filter(column_id__in=columns).select_related("connection")
    bindings = {binding.column_id: binding for binding in found}
    bound = next((bindings[column_id] for column_id in columns if column_id in bindings), None)
    if bound is not None:
        queue_entry(bound.connection, entry_id=entry_id, column_id=bound.column_id, now=now)
        return
    booking = Betty24Booking.objects.filter(entry_id=entry_id).select_related("connection").first()
    if booking is not None:
        # Staff moved it out of the bound columns: a cancellation still concerns the portal.
        queue_entry(booking.connection, entry_id=entry_id, column_id=columns[0], now=now)


def _concerns_portal(entry_id: int, column_ids: list[int]) -> bool:
    """Asked at every booking of every practice and nearly always answered no: one short statement, no queryset."""
    with database.cursor() as cursor:
        cursor.execute(CONCERNS, [column_ids, entry_id])
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
