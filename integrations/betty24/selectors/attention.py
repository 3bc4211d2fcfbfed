"""What asks for the attention of staff, in one short statement."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection as database

from integrations.betty24.selectors.ledger import silence
from praxis.core.asking import asked_once
from praxis.core.rows import scoped_practice_id

# Every page with a menu asks this: one statement, no queryset. The conditions are those of new_bookings, open_tasks and
# of the ledger's queue.
COUNTS = """
    SELECT
        (SELECT count(*) FROM integrations_betty24booking
            WHERE practice_id = portal.practice_id AND seen_at IS NULL AND status = 'booked'),
        (SELECT count(*) FROM integrations_betty24task WHERE connection_id = portal.id AND done_at IS NULL),
        (SELECT count(*) FROM integrations_betty24push
            WHERE connection_id = portal.id AND state IN ('queued', 'running')),
        portal.is_on, COALESCE(portal.last_contact_at, portal.created_at), portal.alarm_minutes,
        oldest.column_name, oldest.created_at
    FROM integrations_betty24connection portal LEFT JOIN LATERAL (
        SELECT col.name AS column_name, push.created_at
        FROM integrations_betty24push push JOIN scheduling_calendarcolumn col ON col.id = push.column_id
        WHERE push.connection_id = portal.id AND push.state IN ('queued', 'running') AND NOT EXISTS (
            SELECT FROM integrations_betty24binding WHERE column_id = push.column_id AND is_paused
        )
        ORDER BY push.created_at LIMIT 1
    ) oldest ON true
    WHERE portal.practice_id = %s
"""


@dataclass(frozen=True, kw_only=True)
class Late:
    """A column whose changes the portal has not taken for longer than the practice wants to wait."""

    column: str
    since: timedelta


@dataclass(frozen=True, kw_only=True)
class Attention:
    """`silent_for`: how long the portal has been out of touch, when that is longer than the practice wants to wait;
    `waiting`: changes that it has not been told meanwhile; `late`: the column that waits the longest, also while the
    portal answers."""

    new_bookings: int
    tasks: int
    waiting: int
    silent_for: timedelta | None
    late: Late | None

    @property
    def total(self) -> int:
        return self.new_bookings + self.tasks


def attention_now(now: datetime) -> Attention | None:
    """None without a connection."""
    row = _counts(scoped_practice_id())
    if row is None:
        return None
    new, tasks, waiting, is_on, heard_at, alarm_minutes, column, oldest_at = row
    late_for = silence(is_on, oldest_at, alarm_minutes, now) if oldest_at else None
    return Attention(
        new_bookings=new, tasks=tasks, waiting=waiting, silent_for=silence(is_on, heard_at, alarm_minutes, now),
        late=Late(column=column, since=late_for) if late_for else None,
    )  # fmt: skip


@asked_once
def _counts(practice_id: int) -> tuple[Any, ...] | None:
    """The menu and the notices of one page want the same."""
    with database.cursor() as cursor:
        cursor.execute(COUNTS, [practice_id])
        return cursor.fetchone()
