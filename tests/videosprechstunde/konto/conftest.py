from collections.abc import Iterator

import pytest
from django_scopes import scope

from accounts.models import Practice, User
from tests.videosprechstunde.konto.cast import OldWorld, make_old_world
from tests.videosprechstunde.konto.service import OldService, running


@pytest.fixture(scope="session")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OldService]:
    with running(tmp_path_factory.mktemp("legacy_vss")) as service:
        yield service


@pytest.fixture
def service(process: OldService) -> OldService:
    process.reset()
    return process


@pytest.fixture
def world(practice: Practice, practice_admin: User, service: OldService) -> Iterator[OldWorld]:
    with scope(practice=practice):
        yield make_old_world(practice, practice_admin, service.url)
