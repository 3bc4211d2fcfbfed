"""One contact with a portal: tell what is queued, column by column in order, then ask for news."""

import logging
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import connection as database
from django.db.models import Q
from django.utils import timezone

from integrations.betty24.client import Betty24Client
from integrations.betty24.models import Betty24Binding, Betty24Connection, Betty24Push
from integrations.betty24.services.describing import learn_names
from integrations.betty24.services.pulling import pull
from integrations.betty24.services.pushing import Push
from integrations.betty24.services.telling import announce_entries, announce_silence
from integrations.betty24.turns import KeepAlive, nobody_waits
from praxis.core.exceptions import OutsideError
from praxis.core.jobs import claim, finish, release, retry
from scheduling.models import Entry
from scheduling.selectors.portals import entries_by_id

logger = logging.getLogger(__name__)

Clock = Callable[[], datetime]

# A turn ends after this, so that no practice keeps the others waiting.
BUDGET_SECONDS = 5.0
PUSHES_AT_ONCE = 20
PAGES_AT_ONCE = 4
# So many refused calls of one column in a turn are no matter of single entries: the column waits for the next turn.
MOST_REFUSALS = 3
# The earliest of what is queued and of what a dead worker held.
NEXT_PUSH = """
    SELECT min(CASE state WHEN 'queued' THEN due_at ELSE lease_until END) FROM integrations_betty24push
    WHERE connection_id = %s AND state IN ('queued', 'running') AND NOT column_id = ANY(%s)
"""


@dataclass
class Turn:
    """What happened: counts by kind, and whether more is waiting on either side."""

    counts: Counter[str] = field(default_factory=Counter)
    is_more: bool = False
    # When the portal is to be spoken to again because of what staff changed.
    next_push_at: datetime | None = None


def take_turn(
    connection: Betty24Connection, *, clock: Clock, pull_now: bool = True, keep_alive: KeepAlive = nobody_waits
) -> Turn:
    """Speak to the portal until both agree or the turn is over. Call it while `taking_turns`.

    Raises OutsideError when the portal is out of touch; what was told and heard before stays so. What it refuses is
    written down, tried again later, and keeps neither the news nor other columns away.
    """
    client = Betty24Client(connection)
    bindings = list(Betty24Binding.objects.filter(connection=connection))
    turn = Turn()
    if any(not binding.name for binding in bindings):
        learn_names(client, bindings, now=clock())
    push_due(client, connection, bindings, turn, clock=clock)
    more_news = False
    if pull_now:
        heard, more_news = pull(client, connection, now=clock(), most_pages=PAGES_AT_ONCE, keep_alive=keep_alive)
        turn.counts += heard
        # Where a booking landed is the next thing to be told.
        turn.is_more = turn.is_more or more_news or heard.total() > heard["unchanged"]
    next_pull_in = timedelta() if more_news else timedelta(seconds=connection.poll_seconds)
    _remember_contact(connection, client, now=clock(), next_pull_in=next_pull_in if pull_now else None)
    turn.next_push_at = _next_push_at(connection, bindings)
    return turn


def is_out_of_touch(error: OutsideError) -> bool:
    """Concerns the whole portal and not one call: no answer, unknown key, asked to wait."""
    return error.status is None or error.status in (401, 403, 429)


def push_due(
    client: Betty24Client, connection: Betty24Connection, bindings: list[Betty24Binding], turn: Turn, *, clock: Clock
) -> None:
    """Raises OutsideError after putting back what was claimed."""
    push = Push(client, connection, {binding.column_id: binding for binding in bindings}, turn.counts)
    refused: Counter[int] = Counter()
    ends_at = time.monotonic() + BUDGET_SECONDS
    while True:
        waiting = {binding.column_id for binding in bindings if binding.is_paused}
        waiting |= {column_id for column_id, number in refused.items() if number >= MOST_REFUSALS}
        mine = Q(connection=connection) & ~Q(column_id__in=waiting)
        rows = list(claim(Betty24Push, now=clock(), limit=PUSHES_AT_ONCE, among=mine))
        if not rows:
            return
        _work_through(push, rows, refused, ends_at, clock)
        turn.is_more = len(rows) == PUSHES_AT_ONCE
        if not turn.is_more or time.monotonic() > ends_at:
            return


def _work_through(push: Push, rows: list[Betty24Push], refused: "Counter[int]", ends_at: float, clock: Clock) -> None:
    """Until the time is up or the portal is out of touch: then what is left goes back to its place in the queue."""
    entries = entries_by_id([row.entry_id for row in rows])
    agreed: set[int] = set()
    answered: list[Entry] = []
    left = list(rows)
    try:
        while left and time.monotonic() < ends_at:
            row = left[0]
            if refused[row.column_id] < MOST_REFUSALS:
                if _agree(push, row, entries[row.entry_id], clock):
                    agreed.add(row.column_id)
                else:
                    refused[row.column_id] += 1
                answered.append(entries[row.entry_id])
            else:
                release(row)
            left.pop(0)
    finally:
        for row in left:
            release(row)
        announce_entries(answered, agreed)
        _note_success(push, agreed, agreed.difference(+refused))


def _agree(push: Push, row: Betty24Push, entry: Entry, clock: Clock) -> bool:
    """False: refused, and to be tried again after a pause; never given up, since a person may put right why."""
    try:
        push.agree(entry, now=clock())
    except OutsideError as error:
        _note_refusal(row, error.message, clock())
        if is_out_of_touch(error):
            raise
        retry(row, now=clock(), error=error.message, retry_after=error.retry_after)
    except Exception as error:
        # Not logger.exception: a message or a traceback may quote what the entry is about.
        logger.error("%s %s: %s", row._meta.label, row.pk, type(error).__name__)
        message = f"Unerwarteter Fehler ({type(error).__name__})."
        retry(row, now=clock(), error=message)
        _note_refusal(row, message, clock())
    else:
        finish(row, now=clock())
        return True
    push.counts["refused"] += 1
    return False


def _note_success(push: Push, agreed: set[int], without_refusal: set[int]) -> None:
    if not agreed:
        return
    now = timezone.now()
    Betty24Binding.objects.filter(column_id__in=agreed).update(last_success_at=now)
    mended = [b.pk for b in push.bindings.values() if b.last_error and b.column_id in without_refusal]
    if mended:
        Betty24Binding.objects.filter(pk__in=mended).update(last_error="")


def _next_push_at(connection: Betty24Connection, bindings: list[Betty24Binding]) -> datetime | None:
    paused = [binding.column_id for binding in bindings if binding.is_paused]
    with database.cursor() as cursor:
        cursor.execute(NEXT_PUSH, [connection.pk, paused])
        [next_at] = cursor.fetchone()
    return next_at if isinstance(next_at, datetime) else None


def _note_refusal(row: Betty24Push, message: str, now: datetime) -> None:
    Betty24Binding.objects.filter(column_id=row.column_id).update(last_error=message, last_error_at=now)


def _remember_contact(
    connection: Betty24Connection, client: Betty24Client, *, now: datetime, next_pull_in: timedelta | None
) -> None:
    """`next_pull_in` None: the news were not asked for."""
    announce_silence(connection, now=now)
    changes: dict[str, Any] = {"last_contact_at": now, "retry_at": None, "last_error": ""}
    if next_pull_in is not None:
        changes |= {"last_pull_at": now, "next_pull_at": now + next_pull_in}
    if client.ahead is not None:
        changes["clock_ahead_seconds"] = round(client.ahead.total_seconds())
    for name, value in changes.items():
        setattr(connection, name, value)
    Betty24Connection.objects.filter(pk=connection.pk).update(**changes)
