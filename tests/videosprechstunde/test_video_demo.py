"""The demo shows every light of the guide, once, and never outside a demo."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django_scopes import scope

from accounts.models import DoctorRole, PatientAccount, User
from accounts.passwords import DEMO_PASSWORD
from accounts.services.demo_accounts import Standing, give_demo_access
from tests.factories import make_column
from tests.videosprechstunde.cast import VideoHouse
from videosprechstunde.demo import PATIENT_EMAIL, STANDINGS, fill_video
from videosprechstunde.readiness.advising import advise_among
from videosprechstunde.readiness.terms import Light, StepKind


@pytest.fixture
def crowd(house: VideoHouse, practice_admin: User, settings: Any) -> list[int]:
    """An appointment for each standing, and one without an address of e-mail."""
    settings.DEMO = True
    people = [house.patient(f"Nr{number}") for number in range(len(STANDINGS))]
    return [house.book(patient=patient).pk for patient in (*people, house.patient("Ohne", email=""))]


def before(house: VideoHouse) -> datetime:
    """When what begins this minute was still to come."""
    return house.moment - timedelta(minutes=5)


def test_it_shows_every_light(house: VideoHouse, crowd: list[int]) -> None:
    make_column(house.practice, "Dr. Brandes", doctor_role=DoctorRole.objects.create(practice=house.practice, name="B"))
    fill_video(now=before(house))

    with scope(practice=house.practice):
        advised = advise_among(crowd, house.moment)
    steps = {advice.deciding.step for _entry, advice in advised if advice.deciding}
    assert {advice.light for _entry, advice in advised} == set(Light)
    assert steps >= {StepKind.WELCOME_PATIENT, StepKind.CREATE_PATIENT, StepKind.REACTIVATE_PATIENT}


def test_it_is_filled_once(house: VideoHouse, crowd: list[int]) -> None:
    assert fill_video(now=before(house)) > 0
    assert fill_video(now=before(house)) == 0


def test_its_patient_signs_in_with_the_published_password(house: VideoHouse, crowd: list[int]) -> None:
    fill_video(now=before(house))
    patient = Client()

    answer = patient.post("/konto/login/", {"login": PATIENT_EMAIL, "password": DEMO_PASSWORD})

    assert answer.status_code == 302
    assert patient.get("/mein/", follow=True).status_code == 200


def test_nobody_gets_the_published_password_outside_a_demo(house: VideoHouse) -> None:
    with pytest.raises(RuntimeError):
        give_demo_access(
            patient=house.patient(), email="x@x.example", standing=Standing.USED, actor=house.reception,
            now=house.moment,
        )  # fmt: skip
    with pytest.raises(CommandError):
        call_command("demo_video")
    assert not PatientAccount.objects.exists()
