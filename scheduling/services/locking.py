"""One writer per column at a time. See docs/decisions/0003."""

import functools
import os
import time
from collections.abc import Callable, Iterable
from typing import ParamSpec, TypeVar

from django.db import OperationalError, connection, transaction

# First key of the advisory locks, so that no other use of advisory locks meets ours.
LOCK_SPACE = 7001

# Deadlock detected, serialization failure: nothing was written, the same call may succeed now.
TRANSIENT_SQLSTATES = ("40P01", "40001")
TRIES = 3

LOCK = "SELECT pg_advisory_xact_lock(%s, %s)"

P = ParamSpec("P")
R = TypeVar("R")


def lock_columns(column_ids: Iterable[int]) -> None:
    """Wait until this transaction alone may write to these columns. Always in ascending order, so nobody waits in a
    circle. Raises RuntimeError outside a transaction (a lock would be gone at once)."""
    with connection.cursor() as cursor:
        for column_id in sorted(set(column_ids)):
            cursor.execute(LOCK, lock_parameters(column_id))


def lock_parameters(column_id: int) -> list[int]:
    """For LOCK. Raises RuntimeError outside a transaction."""
    if not connection.in_atomic_block:
        raise RuntimeError("A lock on a column belongs inside the transaction that writes.")
    return [LOCK_SPACE, column_id % 2**31]


def in_column_transaction(service: Callable[P, R]) -> Callable[P, R]:
    """`@transaction.atomic` with a bounded retry of what the database broke off. Inside another transaction the outer
    one decides, so nothing is retried there."""

    @functools.wraps(service)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        for attempt in range(1, TRIES):
            try:
                with transaction.atomic():
                    return service(*args, **kwargs)
            except OperationalError as error:
                if connection.in_atomic_block or _sqlstate(error) not in TRANSIENT_SQLSTATES:
                    raise
                # The other side goes on at once; backing off by process keeps two losers apart.
                time.sleep(0.01 * attempt + (os.getpid() % 7) / 200)
        with transaction.atomic():
            return service(*args, **kwargs)

    return wrapped


def _sqlstate(error: BaseException) -> str | None:
    return getattr(error.__cause__, "sqlstate", None)
