"""A practice with two columns, connected to a portal in a process of its own that many tests share."""

import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
import time_machine

from accounts.models import Practice
from integrations.betty24.models import Betty24Connection
from integrations.betty24.services.connecting import ConnectionFields, Wish, save_connection
from scheduling.models import CalendarColumn
from tests.betty24_portal import Portal, free_port


@pytest.fixture(autouse=True)
def _on_that_monday(now: datetime) -> Iterator[None]:
    """Whoever asks the clock of this process hears the test's day; the portal has its own clock."""
    with time_machine.travel(now, tick=True):
        yield


@pytest.fixture(scope="session")
def portal_process() -> Iterator[Portal]:
    with tempfile.TemporaryDirectory(prefix="betty24-") as folder:
        one = Portal(Path(folder) / "portal.sqlite3", f"http://127.0.0.1:{free_port()}")
        one.start()
        try:
            yield one
        finally:
            one.stop()


@pytest.fixture
def portal(portal_process: Portal) -> Portal:
    portal_process.faults()
    portal_process.reset()
    return portal_process


@pytest.fixture
def connection(
    in_practice: Practice, column: CalendarColumn, other_column: CalendarColumn, portal: Portal, now: datetime
) -> Betty24Connection:
    """Both columns are bound: cal-1 to Dr. Reuter, cal-2 to Dr. Brandes. Off, so that nothing happens by itself."""
    return save_connection(
        practice=in_practice, fields=ConnectionFields(host=portal.base_url, api_key=portal.key),
        bindings=[Wish(1, "cal-1", column), Wish(2, "cal-2", other_column)], actor=None, now=now,
    )  # fmt: skip
