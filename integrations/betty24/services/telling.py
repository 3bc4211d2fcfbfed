"""Telling open pages what the portal's side of the calendar looks like now."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from integrations.betty24.models import Betty24Connection
from integrations.betty24.selectors.ledger import silent_for_longer
from praxis.core import live
from praxis.core.localtime import local_day
from scheduling.models import Entry


def announce_entries(entries: Iterable[Entry], column_ids: Iterable[int] = ()) -> None:
    """Their cells show what the portal has confirmed or refused. All are of one practice; `column_ids`: where else."""
    entries = list(entries)
    if not entries:
        return
    zone = ZoneInfo(entries[0].practice.time_zone)
    days = {day for entry in entries for day in _days(entry, zone)}
    live.announce(entries[0].practice_id, {*column_ids, *(entry.column_id for entry in entries)}, days)


def announce_notices(practice_id: int) -> None:
    """What stands above every page changed: no column, no day."""
    live.announce(practice_id, [], [])


def announce_silence(connection: Betty24Connection, *, now: datetime) -> None:
    """Called at each failed contact and at the first good one: only when staff are warned of it."""
    if silent_for_longer(connection, now) is not None:
        announce_notices(connection.practice_id)


def _days(entry: Entry, zone: ZoneInfo) -> list[date]:
    first = local_day(entry.starts_at, zone)
    last = local_day(entry.ends_at - timedelta(microseconds=1), zone)
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]
