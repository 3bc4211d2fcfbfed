"""How each column stands with the portal, in a fixed number of queries."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Min

from integrations.betty24.models import REFUSED, Betty24Binding, Betty24Connection, Betty24Push
from praxis.core.workrow import OPEN_STATES


@dataclass(frozen=True, kw_only=True)
class ColumnLedger:
    """`waiting` changes are queued, the oldest since `oldest_at`; `refused` of them were answered with a no."""

    binding: Betty24Binding
    waiting: int
    oldest_at: datetime | None
    refused: int

    @property
    def is_quiet(self) -> bool:
        return not (self.waiting or self.refused or self.binding.last_error)


@dataclass(frozen=True, kw_only=True)
class Ledger:
    """`silent_for`: since when the portal has not been reached, when that is longer than the practice wants."""

    connection: Betty24Connection
    columns: list[ColumnLedger]
    silent_for: timedelta | None

    @property
    def waiting(self) -> int:
        return sum(column.waiting for column in self.columns)


def connection_of() -> Betty24Connection | None:
    """Of the active practice."""
    return Betty24Connection.objects.select_related("practice").first()


def bindings_of(connection: Betty24Connection | None) -> list[Betty24Binding]:
    """In the order of their places; none without a connection."""
    if connection is None:
        return []
    found = Betty24Binding.objects.filter(connection=connection).select_related("column__calendar", "connection")
    return list(found.order_by("place"))


def calendar_names(connection: Betty24Connection) -> dict[str, str]:
    """What people call the online calendars: the portal's name, else its id; with the column here."""
    return {binding.calendar_id: f"{binding} · {binding.column.name}" for binding in bindings_of(connection)}


def read_ledger(now: datetime) -> Ledger | None:
    """None without a connection."""
    connection = connection_of()
    if connection is None:
        return None
    bindings = Betty24Binding.objects.filter(connection=connection).select_related("column__calendar")
    queues = _queues(connection)
    columns = [
        ColumnLedger(
            binding=binding,
            waiting=queues.get(binding.column_id, {}).get("waiting", 0),
            oldest_at=queues.get(binding.column_id, {}).get("oldest"),
            refused=queues.get(binding.column_id, {}).get("refused", 0),
        )
        for binding in bindings.order_by("place")
    ]
    return Ledger(connection=connection, columns=columns, silent_for=silent_for_longer(connection, now))


def _queues(connection: Betty24Connection) -> dict[int, Any]:
    rows = (
        Betty24Push.objects.filter(connection=connection, state__in=OPEN_STATES)
        .values("column_id")
        .annotate(waiting=Count("id"), oldest=Min("created_at"), refused=Count("id", filter=REFUSED))
        .order_by("column_id")
    )
    return {row["column_id"]: row for row in rows}


def silent_for_longer(connection: Betty24Connection, now: datetime) -> timedelta | None:
    heard_at = connection.last_contact_at or connection.created_at
    return silence(connection.is_on, heard_at, connection.alarm_minutes, now)


def silence(is_on: bool, heard_at: datetime, alarm_minutes: int, now: datetime) -> timedelta | None:
    """How long nothing has been heard, or a change has waited, when that is longer than the practice wants to wait."""
    return now - heard_at if is_on and now - heard_at > timedelta(minutes=alarm_minutes) else None
