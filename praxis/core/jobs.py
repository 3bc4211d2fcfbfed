"""Work rows: enqueue, claim, and the ways a claim ends (done, again later, failed, unknown).

`row.claim_number` is the claim a worker holds: a worker that lost its lease changes nothing any more.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.db import connection, models
from django.db.models import Case, F, Q, Value, When
from django.db.models.expressions import DatabaseDefault
from django.db.models.functions import Greatest
from psycopg import sql

from praxis.core.claiming import take, write_again, write_done
from praxis.core.nudging import nudge
from praxis.core.transactions import in_own_transaction
from praxis.core.workrow import WorkRow, WorkState

W = TypeVar("W", bound=WorkRow)

# An unknown row may still be settled by whoever held it: a late answer is better than none.
_HELD_STATES = (WorkState.RUNNING, WorkState.UNKNOWN)
_INTERRUPTED = "Die Bearbeitung wurde unterbrochen. Ob sie draußen angekommen ist, ist unklar."


def enqueue(model: type[W], *, dedupe_key: str | None, due_at: datetime, wake: bool = True, **fields: Any) -> int:
    """Write a work row, or make the open row with this key due no later than this; returns the id.

    `wake` False: another row's work takes care of this one, no worker needs to be told.

    The open row stays locked until this transaction ends, so that no worker can read the old state of its subject and
    call the row done. If it is running right now, it runs once more (not when the model is at most once).
    """
    row = model(dedupe_key=dedupe_key or "", due_at=due_at, **fields)
    own = [field for field in model._meta.concrete_fields if not field.primary_key]
    values = {str(field.column): _stored(field, row) for field in own}
    given = {column: value for column, value in values.items() if not isinstance(value, DatabaseDefault)}
    newer = [str(field.column) for field in own if {field.name, field.attname} & fields.keys()]
    with connection.cursor() as cursor:
        statement = _upsert(model, columns=list(given), newer=newer).as_string(cursor.connection)
        cursor.execute(statement, list(given.values()))
        [row_id] = cursor.fetchone()
    if wake:
        nudge(model, due_at=due_at)
    return int(row_id)


def _stored(field: "models.Field[Any, Any]", row: WorkRow) -> Any:
    value = field.pre_save(row, True)
    return value if isinstance(value, DatabaseDefault) else field.get_db_prep_save(value, connection)


def _upsert(model: type[WorkRow], *, columns: list[str], newer: list[str]) -> sql.Composed:
    again = "false" if model.at_most_once else "work.rerun OR work.state = 'running'"
    updates: list[sql.Composable] = [sql.SQL("{0} = EXCLUDED.{0}").format(sql.Identifier(column)) for column in newer]
    updates += [sql.SQL("due_at = LEAST(work.due_at, EXCLUDED.due_at)"), sql.SQL("rerun = " + again)]
    return sql.SQL(
        "INSERT INTO {table} AS work ({columns}) VALUES ({values}) "
        "ON CONFLICT (dedupe_key) WHERE state IN ('queued', 'running') AND dedupe_key > '' "
        "DO UPDATE SET {updates} RETURNING id"
    ).format(
        table=sql.Identifier(model._meta.db_table),
        columns=sql.SQL(", ").join(map(sql.Identifier, columns)),
        values=sql.SQL(", ").join([sql.Placeholder()] * len(columns)),
        updates=sql.SQL(", ").join(updates),
    )


def claim(
    model: type[W], *, now: datetime, limit: int = 1, lease: timedelta | None = None, among: Q | None = None
) -> Sequence[W]:
    """Take up to `limit` due rows for `lease` and commit, the longest due first; `among` narrows which.

    Raises inside a transaction: a claim nobody sees is none.
    """
    if in_own_transaction():
        raise RuntimeError("claim() commits, so it cannot be part of a transaction.")
    return take(model, now=now, until=now + (lease or model.lease), limit=limit, among=among)


def extend_lease(row: WorkRow, *, now: datetime, lease: timedelta | None = None) -> bool:
    """For long work, called in between. False: the row is somebody else's by now, stop."""
    until = Value(now + (lease or row.lease), output_field=models.DateTimeField())
    return _held(row, WorkState.RUNNING).update(lease_until=Greatest(F("lease_until"), until)) == 1


def finish(row: WorkRow, *, now: datetime, **fields: Any) -> bool:
    """Done; `fields` are the receipt, written in the same statement. False: the row was not ours any more."""
    if not fields:
        return _left(row, WorkState.DONE, write_done(row, now=now))
    again = Q(rerun=True)
    changed = _held(row, *_HELD_STATES).update(
        state=Case(When(again, then=Value(WorkState.QUEUED)), default=Value(WorkState.DONE)),
        finished_at=Case(When(again, then=None), default=Value(now), output_field=models.DateTimeField()),
        due_at=Case(When(again, then=Value(now)), default=F("due_at")),
        attempts=Case(When(again, then=0), default=F("attempts"), output_field=models.PositiveIntegerField()),
        rerun=False,
        lease_until=None,
        last_error="",
        **fields,
    )
    return _left(row, WorkState.DONE, changed == 1)


def release(row: WorkRow, *, error: str = "") -> bool:
    """Back into the queue at its old place, as if it had not been claimed: what it needs cannot be had right now."""
    changed = _held(row, WorkState.RUNNING).update(
        state=WorkState.QUEUED, attempts=Greatest(F("attempts") - 1, 0), lease_until=None, rerun=False, last_error=error
    )
    return changed == 1


def hand_back(row: WorkRow, *, now: datetime) -> bool:
    """Claimed because its lease had run out, but its former holder is alive: its claim counts again, as if nobody had
    taken the row. Call it only when the former holder is known to be at work, and once per claim."""
    changed = _held(row, WorkState.RUNNING).update(
        claim_number=F("claim_number") - 1, attempts=Greatest(F("attempts") - 1, 0), lease_until=now + row.lease
    )
    return _left(row, WorkState.QUEUED, changed == 1)


def repeat(row: WorkRow, *, now: datetime, due_at: datetime, worked: bool = True) -> bool:
    """Work that never ends, such as asking a portal for news: done for now, again at `due_at`, or at once when it was
    asked for meanwhile. `worked` False: it was not tried, so earlier failures still count. False: the row was not ours
    any more."""
    written = write_again(row, now=now, due_at=due_at, attempts=0 if worked else max(row.attempts - 1, 0))
    nudge(type(row), due_at=due_at)
    return _left(row, WorkState.QUEUED, written)


def retry(
    row: WorkRow, *, now: datetime, error: str, permanent: bool = False, retry_after: timedelta | None = None
) -> bool:
    """Again later, each time later; `permanent`, or too often: failed, unless it was asked for anew meanwhile."""
    given_up = permanent or (row.max_attempts is not None and row.attempts >= row.max_attempts)
    state_now = {"lease_until": None, "last_error": error}
    if given_up and _held(row, *_HELD_STATES).filter(rerun=False).update(
        state=WorkState.FAILED, finished_at=now, **state_now
    ):
        return True
    again_at = now + max(_pause(row), retry_after or timedelta())
    changed = _held(row, *_HELD_STATES).update(
        state=WorkState.QUEUED, due_at=again_at, rerun=False, finished_at=None, **state_now
    )
    return changed == 1


def mark_unknown(row: WorkRow, *, now: datetime, error: str) -> bool:
    """It may or may not have happened: a query by reference, or a person, decides. Never a blind retry."""
    running = _held(row, WorkState.RUNNING)
    changed = running.update(state=WorkState.UNKNOWN, finished_at=now, lease_until=None, last_error=error)
    return changed == 1


def expire(model: type[WorkRow], *, now: datetime) -> int:
    """At most once: rows whose worker died in the act become unknown. Returns how many."""
    if not model.at_most_once:
        return 0
    died = model._base_manager.filter(state=WorkState.RUNNING, lease_until__lte=now)
    return died.update(state=WorkState.UNKNOWN, finished_at=now, lease_until=None, last_error=_INTERRUPTED)


def _pause(row: WorkRow) -> timedelta:
    """Doubling from first to longest pause; the jitter keeps rows that failed together from coming back together."""
    doubled = row.first_pause * 2 ** min(max(row.attempts - 1, 0), 20)
    jitter = secrets.SystemRandom().uniform(0.8, 1.2)
    return min(doubled, row.longest_pause) * jitter


def _left(row: WorkRow, state: WorkState, written: bool) -> bool:
    """The object says that it is nobody's to finish any more."""
    row.state = state
    return written


def _held(row: WorkRow, *states: WorkState) -> "models.QuerySet[Any]":
    return type(row)._base_manager.filter(pk=row.pk, claim_number=row.claim_number, state__in=states)
