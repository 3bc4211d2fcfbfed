"""One at a time over all hosts, by advisory locks of the session: the database gives them back when a process dies."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection as database

# First key of the advisory locks, so that no other use of advisory locks meets ours.
FEED, FILE, PACKS = 7010, 7011, 7012


@contextmanager
def reading_the_feed() -> Iterator[bool]:
    """False: somebody else is at it."""
    with _holding(FEED, 1) as is_ours:
        yield is_ours


@contextmanager
def writing_the_file(sha256: str) -> Iterator[bool]:
    """False: another worker is writing this very file, however long ago its lease ran out."""
    with _holding(FILE, int(sha256[:7], 16)) as is_ours:
        yield is_ours


def changing_the_packs(practice_id: int) -> None:
    """Until the end of the transaction nobody else installs or takes back in this practice."""
    with database.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [PACKS, practice_id])


@contextmanager
def _holding(space: int, number: int) -> Iterator[bool]:
    with database.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [space, number])
        [is_ours] = cursor.fetchone()
    try:
        yield is_ours
    finally:
        if is_ours:
            with database.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [space, number])
