"""The canary: the statements of a booking, sent without the column lock to a table without the constraint, book twice.

If they did not, the tests beside this one would prove nothing. The product has no switch for this: its own SQL is
recorded while it books, and replayed by plain connections in a scratch copy of the schema.
"""

import os
import re
import threading
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.db import connection

from scheduling.models import CalendarColumn
from tests.factories import at, make_appointment, make_column, make_practice

pytestmark = pytest.mark.django_db(transaction=True)

CALLERS = 20
ROUNDS = 10
# Only the question whether the time is free asks for this.
CHECK = "ends_at > %s"
TABLES = ("scheduling_entry", "scheduling_entrychange", "core_auditentry")
Statement = tuple[str, list[Any]]


@pytest.fixture
def column(transactional_db: None) -> CalendarColumn:
    return make_column(make_practice("demo"), "Dr. Reuter")


@pytest.fixture
def unguarded(transactional_db: None) -> Iterator[str]:
    """A schema with copies of the tables a booking writes to: same columns, no constraint."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA canary")
        for table in TABLES:
            cursor.execute(f"CREATE TABLE canary.{table} (LIKE public.{table} INCLUDING DEFAULTS INCLUDING IDENTITY)")
    yield "canary"
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA canary CASCADE")


@pytest.fixture
def booking(column: CalendarColumn) -> list[Statement]:
    """What the service sends for one booking, with its parameters; the booking itself is taken away again."""
    sent: list[Statement] = []

    def record(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        values = iter(params or [])
        # One message may hold several statements.
        for statement in sql.split("; "):
            sent.append((statement, [next(values) for _place in range(statement.count("%s"))]))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(record):
        entry = make_appointment(column, at(9))
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM scheduling_entrychange WHERE entry_id = %s", [entry.pk])
        cursor.execute("DELETE FROM scheduling_entry WHERE id = %s", [entry.pk])
    return sent


def test_the_recording_holds_the_lock_the_check_and_the_insert(booking: list[Statement]) -> None:
    kinds = [re.sub(r"\W.*", "", sql.strip().upper(), flags=re.DOTALL) for sql, _params in booking]

    assert "pg_advisory_xact_lock" in booking[0][0]
    # After them, listeners of other floors ask whether the booking concerns them.
    assert kinds[:5] == ["SELECT", "SELECT", "INSERT", "INSERT", "INSERT"]
    assert CHECK in booking[1][0]


def test_without_lock_and_constraint_a_slot_is_booked_more_than_once(unguarded: str, booking: list[Statement]) -> None:
    without_lock = [(sql, params) for sql, params in booking if "pg_advisory_xact_lock" not in sql]
    copies = f"{unguarded},public"

    assert any(race(without_lock, copies) > 1 for _round in range(ROUNDS))


def test_with_lock_and_constraint_the_same_race_has_one_winner(booking: list[Statement]) -> None:
    assert [race(booking, "public") for _round in range(ROUNDS)] == [1] * ROUNDS


def test_the_constraint_alone_refuses_the_second(booking: list[Statement]) -> None:
    without_lock = [(sql, params) for sql, params in booking if "pg_advisory_xact_lock" not in sql]

    assert [race(without_lock, "public") for _round in range(ROUNDS)] == [1] * ROUNDS


def race(statements: list[Statement], search_path: str) -> int:
    """How many of CALLERS connections that start together believe they have the slot; emptied afterwards."""
    address = f"{os.environ['DATABASE_URL'].rpartition('/')[0]}/{connection.settings_dict['NAME']}"
    path = f"-c search_path={search_path}"
    start = threading.Barrier(CALLERS, timeout=60)
    winners: list[bool] = []

    def call() -> None:
        with psycopg.connect(address, options=path, cursor_factory=psycopg.ClientCursor) as own:
            start.wait()
            winners.append(_books(own, statements))

    callers = [threading.Thread(target=call) for _caller in range(CALLERS)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    assert len(winners) == CALLERS
    with psycopg.connect(address, options=path) as own:
        (rows,) = own.execute("SELECT count(*) FROM scheduling_entry").fetchone() or (0,)
        own.execute("DELETE FROM scheduling_entrychange")
        own.execute("DELETE FROM scheduling_entry")
    assert rows == sum(winners)
    return sum(winners)


def _books(own: "psycopg.Connection[Any]", statements: list[Statement]) -> bool:
    try:
        with own.transaction():
            for sql, params in statements:
                if "entrychange" in sql or "auditentry" in sql:
                    # They speak of the entry that was recorded; what is raced for is written by now.
                    continue
                found = own.execute(sql, params).fetchone()
                if CHECK in sql and found:
                    return False
    except (psycopg.errors.ExclusionViolation, psycopg.errors.DeadlockDetected):
        # Without the lock the losers of the constraint also block each other: why the product has both.
        return False
    return True
