from collections.abc import Iterator
from datetime import datetime

import pytest
from django_scopes import scope

from accounts.models import Practice
from scheduling.models import CalendarColumn
from tests import factories
from tests.notifications.cast import NOW, open_messages


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def house(practice: Practice) -> Iterator[Practice]:
    """A practice with messages switched on, default texts and credit."""
    with scope(practice=practice):
        open_messages(practice)
        yield practice


@pytest.fixture
def column(house: Practice) -> CalendarColumn:
    return factories.make_column(house, "Dr. Reuter")
