"""What asks for the attention of staff, in one short statement: every page with a menu asks this."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection as database

from praxis.core.asking import asked_once
from praxis.core.rows import scoped_practice_id

# A short disturbance mends itself.
SILENCE = timedelta(minutes=15)
COUNTS = """
    SELECT
        (SELECT count(*) FROM integrations_etermintask WHERE practice_id = own.practice_id AND done_at IS NULL),
        (SELECT count(*) FROM integrations_etermindelivery WHERE practice_id = own.practice_id AND state = 'failed'),
        own.last_error <> '', COALESCE(own.last_contact_at, own.created_at)
    FROM integrations_eterminconnection own WHERE own.practice_id = %s
"""


@dataclass(frozen=True, kw_only=True)
class Attention:
    tasks: int
    dead: int
    is_silent: bool


def attention_now(now: datetime) -> Attention | None:
    """Of the practice in scope; None where nobody uses eTermin."""
    found = _counts(scoped_practice_id())
    if found is None:
        return None
    tasks, dead, has_error, contact_at = found
    return Attention(tasks=tasks, dead=dead, is_silent=has_error and contact_at < now - SILENCE)


@asked_once
def _counts(practice_id: int) -> tuple[Any, ...] | None:
    """The menu and the notices of one page want the same."""
    with database.cursor() as cursor:
        cursor.execute(COUNTS, [practice_id])
        return cursor.fetchone()
