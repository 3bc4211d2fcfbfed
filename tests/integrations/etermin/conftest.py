"""A practice with two doctors; the calendar of eTermin leads to Dr. Reuter's column."""

import secrets
from collections.abc import Iterator
from datetime import datetime

import pytest
import time_machine
from django.test import Client

from accounts.models import DoctorRole, Practice
from integrations.etermin.models import EterminCalendar, EterminConnection
from scheduling.models import CalendarColumn
from tests.integrations.etermin.house import CALENDAR, SECRET, EterminHouse


@pytest.fixture(autouse=True)
def _on_that_monday(now: datetime) -> Iterator[None]:
    with time_machine.travel(now, tick=True):
        yield


@pytest.fixture
def role(in_practice: Practice, column: CalendarColumn) -> DoctorRole:
    role = DoctorRole.objects.create(practice=in_practice, name="Dr. Reuter")
    CalendarColumn.objects.filter(pk=column.pk).update(doctor_role=role)
    return role


@pytest.fixture
def connection(in_practice: Practice) -> EterminConnection:
    return EterminConnection.objects.create(practice=in_practice, public_id=secrets.token_hex(16), secret=SECRET)


@pytest.fixture
def house(
    in_practice: Practice, connection: EterminConnection, column: CalendarColumn, role: DoctorRole, now: datetime
) -> EterminHouse:
    EterminCalendar.objects.create(
        practice=in_practice, connection=connection, calendar_id=str(CALENDAR), name="Dr. Beispiel", doctor_role=role,
        seen_at=now,
    )  # fmt: skip
    client = Client(headers={"host": "localhost"})
    return EterminHouse(in_practice, connection, column, role, client, now)
