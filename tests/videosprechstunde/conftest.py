"""A practice with one video column. Appointments begin this minute, so that they are of today at any hour."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from django_scopes import scope

from accounts.models import DoctorRole, Practice, User
from scheduling.models import AppointmentType, CalendarColumn
from tests.factories import make_column, make_type
from tests.videosprechstunde.cast import VideoHouse


@pytest.fixture
def moment() -> datetime:
    return timezone.now()


@pytest.fixture
def house(practice: Practice, doctor: User, reception: User, moment: datetime) -> Iterator[VideoHouse]:
    """The doctor signed in yesterday, the patients of the house have whatever the test gives them."""
    User.objects.filter(pk=doctor.pk).update(last_login=moment - timedelta(days=1))
    with scope(practice=practice):
        role = DoctorRole.objects.create(practice=practice, name="Dr. Reuter", user=doctor)
        column: CalendarColumn = make_column(practice, "Video", kind="video", doctor_role=role)
        kind: AppointmentType = make_type(practice, "Videosprechstunde", is_video=True)
        yield VideoHouse(practice, column, kind, role, doctor, reception, moment)


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
