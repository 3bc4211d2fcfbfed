"""One at a time per connection: whoever speaks to the portal holds the connection's advisory lock meanwhile.

A lock of the session, not of a transaction, since no transaction is open while we call outside. The database gives it
back when the process dies.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connection as database

# First key of the advisory locks, so that no other use of advisory locks meets ours.
LOCK_SPACE, LOCK_SPACE_OF_JOBS = 7002, 7003

# Called between the parts of long work, so that nobody takes the worker for dead.
KeepAlive = Callable[[], object]


def nobody_waits() -> None:
    """Of work that nobody has leased."""


@contextmanager
def taking_turns(connection_id: int) -> Iterator[bool]:
    """False: somebody else is speaking to this portal right now."""
    with _holding(LOCK_SPACE, connection_id) as is_ours:
        yield is_ours


@contextmanager
def doing_alone(job_id: int) -> Iterator[bool]:
    """False: another worker is doing this very job, however long ago its lease ran out."""
    with _holding(LOCK_SPACE_OF_JOBS, job_id) as is_ours:
        yield is_ours


@contextmanager
def _holding(space: int, number: int) -> Iterator[bool]:
    key = [space, number % 2**31]
    with database.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", key)
        [is_ours] = cursor.fetchone()
    try:
        yield is_ours
    finally:
        if is_ours:
            with database.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", key)
