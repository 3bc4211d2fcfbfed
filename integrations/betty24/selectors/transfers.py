"""How far the portal knows of single entries."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection as database

# Every drawing of every calendar asks this and hardly ever finds anything: one short statement, no queryset. What is
# refused is said as in models.REFUSED.
ON_THEIR_WAY = """
    SELECT push.entry_id, push.created_at, push.last_error, portal.alarm_minutes,
        push.state = 'queued' AND push.attempts >= 2 AND push.last_error <> '',
        NOT portal.is_on OR EXISTS (
            SELECT FROM integrations_betty24binding WHERE column_id = push.column_id AND is_paused
        )
    FROM integrations_betty24push push JOIN integrations_betty24connection portal ON portal.id = push.connection_id
    WHERE push.entry_id = ANY(%s) AND push.state IN ('queued', 'running')
"""


@dataclass(frozen=True, kw_only=True)
class Transfer:
    """An entry that the portal has not confirmed yet. `is_refused`: it was answered with a no; `is_held`: a person has
    switched the synchronisation off or stopped the column. `error` is the last one, in German."""

    since: datetime
    is_refused: bool
    is_held: bool
    alarm_after: timedelta
    error: str

    def is_late(self, now: datetime) -> bool:
        return now - self.since > self.alarm_after


def transfers_of(entry_ids: Collection[int]) -> dict[int, Transfer]:
    """Of those entries that are on their way. Whoever asks has found the entries inside the scope of a practice."""
    if not entry_ids:
        return {}
    with database.cursor() as cursor:
        cursor.execute(ON_THEIR_WAY, [list(entry_ids)])
        rows = cursor.fetchall()
    return {
        entry_id: Transfer(
            since=since,
            is_refused=is_refused,
            is_held=is_held,
            alarm_after=timedelta(minutes=alarm_minutes),
            error=error,
        )
        for entry_id, since, error, alarm_minutes, is_refused, is_held in rows
    }
