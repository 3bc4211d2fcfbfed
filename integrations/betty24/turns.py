"""One at a time per connection: whoever speaks to the portal holds the connection's advisory lock meanwhile.

A lock of the session, not of a transaction, since no transaction is open while we call outside. The database gives it
back when the process dies.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection as database

# First key of the advisory locks, so that no other use of advisory locks meets ours.
LOCK_SPACE = 7002


@contextmanager
def taking_turns(connection_id: int) -> Iterator[bool]:
    """False: somebody else is speaking to this portal right now."""
    key = [LOCK_SPACE, connection_id % 2**31]
    with database.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", key)
        [is_ours] = cursor.fetchone()
    try:
        yield is_ours
    finally:
        if is_ours:
            with database.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", key)
