"""The statements that run for every piece of work: one message each, compiled once per model."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any, TypeVar

from django.core.exceptions import EmptyResultSet, FullResultSet
from django.db import connection
from django.db.models import Q
from django.db.models.sql import Query
from psycopg import sql

from praxis.core.rows import build, columns_of
from praxis.core.workrow import WorkRow

W = TypeVar("W", bound=WorkRow)

_CLAIM = """
    WITH due AS MATERIALIZED (
        SELECT id FROM {table} WHERE ({ready}) AND {among} ORDER BY due_at, id LIMIT %s FOR UPDATE SKIP LOCKED
    )
    UPDATE {table} AS work
    SET state = 'running', rerun = false, lease_until = %s, attempts = attempts + 1, claim_number = claim_number + 1
    FROM due WHERE work.id = due.id RETURNING {columns}
"""
_QUEUED, _LAPSED = "state = 'queued' AND due_at <= %s", "state = 'running' AND lease_until <= %s"
_FINISH = """
    UPDATE {table}
    SET state = CASE WHEN rerun THEN 'queued' ELSE 'done' END, finished_at = CASE WHEN rerun THEN NULL ELSE %(now)s END,
        due_at = CASE WHEN rerun THEN %(now)s ELSE due_at END, attempts = CASE WHEN rerun THEN 0 ELSE attempts END,
        rerun = false, lease_until = NULL, last_error = ''
    WHERE id = %(id)s AND claim_number = %(claim_number)s AND state IN ('running', 'unknown')
"""
_REPEAT = """
    UPDATE {table}
    SET state = 'queued', due_at = CASE WHEN rerun THEN %(now)s ELSE %(due_at)s END, rerun = false,
        attempts = %(attempts)s, lease_until = NULL, last_error = ''
    WHERE id = %(id)s AND claim_number = %(claim_number)s AND state = 'running'
"""


def take(model: type[W], *, now: datetime, until: datetime, limit: int, among: Q | None) -> Sequence[W]:
    """Due rows, and of repeatable work those whose lease ran out, become ours until `until`; the longest due first."""
    narrowed, values = _condition(model, among)
    ready = [now] if model.at_most_once else [now, now]
    with connection.cursor() as cursor:
        cursor.execute(_claim(model, narrowed), [*ready, *values, limit, until])
        rows = [build(model, found) for found in cursor.fetchall()]
    # RETURNING knows no order.
    return sorted(rows, key=lambda row: (row.due_at, row.pk))


def write_done(row: WorkRow, *, now: datetime) -> bool:
    return _write(_FINISH, row, {"now": now})


def write_again(row: WorkRow, *, now: datetime, due_at: datetime, attempts: int) -> bool:
    return _write(_REPEAT, row, {"now": now, "due_at": due_at, "attempts": attempts})


def _write(text: str, row: WorkRow, values: dict[str, Any]) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_of_table(text, type(row)), {**values, "id": row.pk, "claim_number": row.claim_number})
        return bool(cursor.rowcount == 1)


def _condition(model: type[WorkRow], among: Q | None) -> tuple[str, Sequence[Any]]:
    if among is None:
        return "true", ()
    query = Query(model, alias_cols=False)
    try:
        condition, values = query.build_where(among).as_sql(query.get_compiler(connection=connection), connection)
    except EmptyResultSet:
        return "false", ()
    except FullResultSet:
        return "true", ()
    return condition, values


@cache
def _claim(model: type[WorkRow], among: str) -> str:
    ready = _QUEUED if model.at_most_once else f"{_QUEUED} OR {_LAPSED}"
    parts = {"ready": sql.SQL(ready), "among": sql.SQL(among), "columns": sql.SQL(columns_of(model, "work"))}
    statement = sql.SQL(_CLAIM).format(table=sql.Identifier(model._meta.db_table), **parts)
    return statement.as_string(None)


@cache
def _of_table(text: str, model: type[WorkRow]) -> str:
    return sql.SQL(text).format(table=sql.Identifier(model._meta.db_table)).as_string(None)
