"""A practice with two columns, connected to a portal in a process of its own that many tests share."""

from collections.abc import Iterator
from datetime import datetime

import pytest
import time_machine

from accounts.models import Practice
from integrations.betty24.models import Betty24Connection
from integrations.betty24.services.connecting import ConnectionFields, Wish, save_connection
from scheduling.models import CalendarColumn
from tests.betty24_portal import Portal


@pytest.fixture(autouse=True)
def _on_that_monday(now: datetime) -> Iterator[None]:
    """Whoever asks the clock of this process hears the test's day; the portal has its own clock."""
    with time_machine.travel(now, tick=True):
        yield


@pytest.fixture
def connection(
    in_practice: Practice, column: CalendarColumn, other_column: CalendarColumn, portal: Portal, now: datetime
) -> Betty24Connection:
    """Both columns are bound: cal-1 to Dr. Reuter, cal-2 to Dr. Brandes. Off, so that nothing happens by itself."""
    return save_connection(
        practice=in_practice, fields=ConnectionFields(host=portal.base_url, api_key=portal.key),
        bindings=[Wish(1, "cal-1", column), Wish(2, "cal-2", other_column)], actor=None, now=now,
    )  # fmt: skip
