"""What a worker may see while the transaction that wrote the cause is still open."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import TypeVar

import pytest
from django.db import connection, transaction

from praxis.core.jobs import claim, enqueue, finish
from praxis.core.workrow import WorkState
from tests.workapp.models import Errand

pytestmark = pytest.mark.usefixtures("committed_rows")

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
T = TypeVar("T")


def elsewhere(do: Callable[[], T]) -> T:
    """On a connection of its own."""

    def run() -> T:
        try:
            return do()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(run).result(timeout=10)


def test_a_waiting_row_that_is_asked_for_again_is_not_claimed_before_the_commit() -> None:
    # Else the worker would tell the portal the state before the change, and call the row done.
    enqueue(Errand, dedupe_key="entry:1", due_at=NOW)
    with transaction.atomic():
        enqueue(Errand, dedupe_key="entry:1", due_at=NOW)
        assert elsewhere(lambda: claim(Errand, now=NOW)) == []
    assert len(elsewhere(lambda: claim(Errand, now=NOW))) == 1


def test_finishing_waits_for_an_open_transaction_that_asks_again() -> None:
    enqueue(Errand, dedupe_key="entry:1", due_at=NOW)
    [running] = claim(Errand, now=NOW)
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            enqueue(Errand, dedupe_key="entry:1", due_at=NOW)

            def finish_it() -> bool:
                try:
                    return finish(running, now=NOW)
                finally:
                    connection.close()

            finished = pool.submit(finish_it)
        assert finished.result(timeout=10)
    running.refresh_from_db()
    assert running.state == WorkState.QUEUED


def test_a_row_of_a_transaction_that_failed_never_was() -> None:
    with transaction.atomic():
        enqueue(Errand, dedupe_key=None, due_at=NOW)
        transaction.set_rollback(True)
    assert claim(Errand, now=NOW) == []
