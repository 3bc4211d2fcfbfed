"""The cast: one practice with people who may, one neighbour who must see nothing."""

import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from django.db import connection
from django_scopes import scope
from hypothesis import settings as hypothesis_settings

from accounts.models import Practice, User
from praxis.core import even_answers
from scheduling.models import AppointmentType, CalendarColumn
from tests import factories, migrated
from tests.emptying import empty_quickly

# A busy machine is no failure; CI repeats the same examples, so that its answer depends on the code alone.
hypothesis_settings.register_profile("praxis", deadline=None, derandomize="CI" in os.environ)
hypothesis_settings.load_profile("praxis")

pytest_plugins = [
    "tests.betty24_portal", "tests.calls_in_turn", "tests.downloads_publisher", "tests.etermin_account",
]  # fmt: skip

empty_quickly()

# Monday, before the practice opens.
NOW = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None) -> None:
    """The database of a worker begins as a copy."""
    connection.settings_dict["TEST"]["TEMPLATE"] = migrated.make_once()


@pytest.fixture(scope="session", autouse=True)
def nobody_waits_for_even_answers() -> Iterator[None]:
    """The tests of the waiting put a sleep of their own in here."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(even_answers, "time", SimpleNamespace(monotonic=time.monotonic, sleep=lambda _seconds: None))
        yield


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def practice(db: None) -> Practice:
    return factories.make_practice("demo")


@pytest.fixture
def neighbour(db: None) -> Practice:
    """Another practice on the same server."""
    return factories.make_practice("nachbar")


@pytest.fixture
def in_practice(practice: Practice) -> Iterator[Practice]:
    with scope(practice=practice):
        yield practice


@pytest.fixture
def reception(practice: Practice) -> User:
    return factories.make_user(practice, "empfang@demo.example", first_name="Mira", last_name="Seidel")


@pytest.fixture
def doctor(practice: Practice) -> User:
    return factories.make_user(practice, "aerztin@demo.example", role=User.Role.DOCTOR, last_name="Reuter")


@pytest.fixture
def practice_admin(practice: Practice) -> User:
    return factories.make_user(practice, "admin@demo.example", role=User.Role.PRACTICE_ADMIN, last_name="Arndt")


@pytest.fixture
def stranger(neighbour: Practice) -> User:
    return factories.make_user(neighbour, "empfang@nachbar.example", last_name="Fremd")


@pytest.fixture
def column(in_practice: Practice) -> CalendarColumn:
    """Dr. Reuter, open Monday to Friday 08:00-12:00 in quarter hours."""
    return factories.make_column(in_practice, "Dr. Reuter")


@pytest.fixture
def other_column(in_practice: Practice) -> CalendarColumn:
    return factories.make_column(in_practice, "Dr. Brandes")


@pytest.fixture
def check_up(in_practice: Practice) -> AppointmentType:
    """30 minutes: two slots of the usual raster."""
    return factories.make_type(in_practice, "Check-up", minutes=30)
