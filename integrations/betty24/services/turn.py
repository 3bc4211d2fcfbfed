"""One contact with a portal: tell what is queued, column by column in order, then ask for news."""

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q

from integrations.betty24.client import Betty24Client
from integrations.betty24.models import Betty24Binding, Betty24Connection, Betty24Push
from integrations.betty24.services.describing import learn_names
from integrations.betty24.services.pulling import pull
from integrations.betty24.services.pushing import Push
from integrations.betty24.services.telling import announce_entries, announce_silence
from praxis.core.exceptions import OutsideError
from praxis.core.jobs import claim, finish, release, retry
from scheduling.models import Entry
from scheduling.selectors.portals import entries_by_id

Clock = Callable[[], datetime]

# A turn ends after this, so that no practice keeps the others waiting.
BUDGET_SECONDS = 5.0
PUSHES_AT_ONCE = 20
PAGES_AT_ONCE = 4
# So many refused calls in a turn are no matter of single entries any more.
MOST_REFUSALS = 3


@dataclass
class Turn:
    """What happened: counts by kind, and whether more is waiting on either side."""

    counts: Counter[str] = field(default_factory=Counter)
    is_more: bool = False


def take_turn(connection: Betty24Connection, *, clock: Clock, pull_now: bool = True) -> Turn:
    """Speak to the portal until both agree or the turn is over. Call it while `taking_turns`.

    Raises OutsideError; what was told and heard before stays so, and a refused change does not keep the news away.
    """
    client = Betty24Client(connection)
    bindings = list(Betty24Binding.objects.filter(connection=connection))
    turn, refusal = Turn(), None
    if any(not binding.name for binding in bindings):
        learn_names(client, bindings, now=clock())
    try:
        push_due(client, connection, bindings, turn, clock=clock)
    except OutsideError as error:
        if is_out_of_touch(error):
            raise
        refusal = error
    more_news = False
    if pull_now:
        heard, more_news = pull(client, connection, now=clock(), most_pages=PAGES_AT_ONCE)
        turn.counts += heard
        # Where a booking landed is the next thing to be told.
        turn.is_more = turn.is_more or more_news or heard.total() > heard["unchanged"]
    next_pull_in = timedelta() if more_news else timedelta(seconds=connection.poll_seconds)
    _remember_contact(connection, client, now=clock(), next_pull_in=next_pull_in if pull_now else None)
    if refusal is not None:
        raise refusal
    return turn


def is_out_of_touch(error: OutsideError) -> bool:
    """Concerns the whole portal and not one call: no answer, unknown key, asked to wait."""
    return error.status is None or error.status in (401, 403, 429)


def push_due(
    client: Betty24Client, connection: Betty24Connection, bindings: list[Betty24Binding], turn: Turn, *, clock: Clock
) -> None:
    """Raises OutsideError after putting back what was claimed."""
    push = Push(client, connection, {binding.column_id: binding for binding in bindings}, turn.counts)
    paused = [binding.column_id for binding in bindings if binding.is_paused]
    mine = Q(connection=connection) & ~Q(column_id__in=paused)
    ends_at = time.monotonic() + BUDGET_SECONDS
    while rows := claim(Betty24Push, now=clock(), limit=PUSHES_AT_ONCE, among=mine):
        _work_through(push, list(rows), clock)
        turn.is_more = len(rows) == PUSHES_AT_ONCE
        if not turn.is_more or time.monotonic() > ends_at:
            return


def _work_through(push: Push, rows: list[Betty24Push], clock: Clock) -> None:
    entries = entries_by_id([row.entry_id for row in rows])
    agreed: set[int] = set()
    answered: list[Entry] = []
    refused: list[int] = []
    try:
        for place, row in enumerate(rows):
            try:
                push.agree(entries[row.entry_id], now=clock())
            except OutsideError as error:
                _note_refusal(row, error, clock())
                refused.append(row.column_id)
                if is_out_of_touch(error) or len(refused) > MOST_REFUSALS:
                    for waiting in rows[place:]:
                        release(waiting, error=error.message if waiting is row else "")
                    raise
                push.counts["refused"] += 1
                # Never given up: a person may put right what the portal refuses, and the ledger shows it meanwhile.
                retry(row, now=clock(), error=error.message, retry_after=error.retry_after)
            else:
                finish(row, now=clock())
                agreed.add(row.column_id)
            answered.append(entries[row.entry_id])
    finally:
        announce_entries(answered, agreed)
        if agreed:
            Betty24Binding.objects.filter(column_id__in=agreed).update(last_success_at=clock())
            mended = [
                b.pk for b in push.bindings.values() if b.last_error and b.column_id in agreed.difference(refused)
            ]
            if mended:
                Betty24Binding.objects.filter(pk__in=mended).update(last_error="")


def _note_refusal(row: Betty24Push, error: OutsideError, now: datetime) -> None:
    Betty24Binding.objects.filter(column_id=row.column_id).update(last_error=error.message, last_error_at=now)


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
