"""A practice with one video column. Appointments begin this minute, so that they are of today at any hour."""

from collections.abc import Iterator
from datetime import datetime

import pytest
from django.test import Client
from django.utils import timezone
from django_scopes import scope

from accounts.models import Practice, User
from tests.videosprechstunde.cast import VideoHouse, make_video_house


@pytest.fixture
def moment() -> datetime:
    return timezone.now()


@pytest.fixture
def house(practice: Practice, doctor: User, reception: User, moment: datetime) -> Iterator[VideoHouse]:
    """The doctor signed in yesterday, the patients of the house have whatever the test gives them."""
    with scope(practice=practice):
        yield make_video_house(practice, doctor, reception, moment)


@pytest.fixture
def desk(client: Client, reception: User) -> Client:
    client.force_login(reception)
    return client


@pytest.fixture
def office(practice_admin: User) -> Client:
    """The administration of the practice."""
    client = Client()
    client.force_login(practice_admin)
    return client
