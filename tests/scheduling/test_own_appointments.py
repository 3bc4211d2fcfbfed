"""Patients see and cancel their own appointments, and nobody else's (issue 5, patient area)."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django_scopes import scope

from accounts.models import PatientAccount, Practice, User
from scheduling.models import CalendarColumn, Entry, EntryChange
from scheduling.models.entry import Origin, Placement, Status
from scheduling.selectors import patient_area
from scheduling.selectors.patient_area import JoinOffer
from scheduling.services.own_cancelling import NotYourAppointment, cancel_own_appointment
from tests.conftest import NOW
from tests.factories import at, make_appointment, make_patient, make_patient_account, make_type


@pytest.fixture(autouse=True)
def _monday_morning() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def account(practice: Practice) -> PatientAccount:
    return make_patient_account(make_patient(practice))


@pytest.fixture
def patient_client(client: Client, account: PatientAccount) -> Client:
    client.force_login(account.user)
    return client


@pytest.fixture
def entry(account: PatientAccount, column: CalendarColumn) -> Entry:
    return make_appointment(column, at(9), patient=account.patient, text="ruft immer an")


def _state(entry: Entry) -> str:
    return Entry._base_manager.get(pk=entry.pk).status


def test_the_area_shows_the_own_appointments_in_whole_words(
    patient_client: Client, account: PatientAccount, entry: Entry, other_column: CalendarColumn
) -> None:
    make_appointment(other_column, at(10), patient=make_patient(account.practice, "Fremd", "Frieda"))
    for address in (f"/mein/{account.pk}/", f"/mein/{account.pk}/termine/"):
        page = patient_client.get(address).content.decode()
        assert "Montag, 23. November 2026" in page
        assert "09:00 bis 09:15 Uhr" in page
        assert "Dr. Reuter" in page
        assert "10:00" not in page
        assert "ruft immer an" not in page


def test_in_english_too(patient_client: Client, account: PatientAccount, entry: Entry) -> None:
    page = patient_client.get(f"/mein/{account.pk}/", headers={"Accept-Language": "en"}).content.decode()
    assert "Monday, 23 November 2026" in page
    assert "09:00 to 09:15" in page
    assert "Uhr" not in page


def test_the_first_page_shows_three_and_says_how_many_more(
    patient_client: Client, account: PatientAccount, column: CalendarColumn
) -> None:
    for day in range(5):
        make_appointment(column, at(9) + timedelta(days=day), patient=account.patient)
    assert "Noch 2 Termine zeigen" in patient_client.get(f"/mein/{account.pk}/").content.decode()


def test_what_is_over_or_laid_aside_is_not_coming(
    patient_client: Client, account: PatientAccount, column: CalendarColumn, entry: Entry
) -> None:
    Entry._base_manager.filter(pk=entry.pk).update(placement=Placement.PARKED)
    page = patient_client.get(f"/mein/{account.pk}/termine/").content.decode()
    assert "Im Moment ist kein Termin vereinbart." in page


def test_a_patient_cancels_after_a_question(
    patient_client: Client, account: PatientAccount, entry: Entry, column: CalendarColumn
) -> None:
    address = f"/mein/{account.pk}/termine/{entry.pk}/absagen/"
    assert "Diesen Termin absagen?" in patient_client.get(address).content.decode()
    assert _state(entry) == Status.DEFINITE
    answer = patient_client.post(address, {"version": entry.version}, follow=True)
    assert "Ihr Termin ist abgesagt." in answer.content.decode()
    assert _state(entry) == Status.CANCELLED
    line = EntryChange._base_manager.filter(entry_id=entry.pk).latest("pk")
    assert line.author_id == account.user_id
    # The time is free at once.
    make_appointment(column, at(9))


def test_cancelling_twice_changes_nothing(patient_client: Client, account: PatientAccount, entry: Entry) -> None:
    address = f"/mein/{account.pk}/termine/{entry.pk}/absagen/"
    for _again in range(2):
        assert patient_client.post(address, {"version": entry.version}).status_code == 302
    assert Entry._base_manager.get(pk=entry.pk).version == entry.version + 1
    assert "Dieser Termin ist abgesagt" in patient_client.get(address).content.decode()


def test_what_was_moved_meanwhile_is_asked_again(patient_client: Client, account: PatientAccount, entry: Entry) -> None:
    address = f"/mein/{account.pk}/termine/{entry.pk}/absagen/"
    answer = patient_client.post(address, {"version": entry.version + 1}, follow=True)
    assert "inzwischen geändert" in answer.content.decode()
    assert answer.redirect_chain[-1][0] == address
    assert _state(entry) == Status.DEFINITE


@pytest.mark.parametrize("version", ["", "x", "9" * 40, "-1"])
def test_a_version_that_is_none_is_no_fault(
    version: str, patient_client: Client, account: PatientAccount, entry: Entry
) -> None:
    address = f"/mein/{account.pk}/termine/{entry.pk}/absagen/"
    assert patient_client.post(address, {"version": version}).status_code == 302


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"origin": Origin.ETERMIN}, "eTermin"),
        ({"status": Status.ARRIVED}, "nur noch die Praxis"),
        ({"starts_at": NOW}, "schon begonnen"),
        ({"placement": Placement.PARKED}, "nur noch die Praxis"),
    ],
)
def test_what_cannot_be_cancelled_here_says_what_to_do_instead(
    change: dict[str, object], words: str, patient_client: Client, account: PatientAccount, entry: Entry
) -> None:
    Entry._base_manager.filter(pk=entry.pk).update(**change)
    before = _state(entry)
    address = f"/mein/{account.pk}/termine/{entry.pk}/absagen/"
    page = patient_client.get(address).content.decode()
    assert words in page
    assert "Termin absagen</button>" not in page
    assert words in patient_client.post(address, {"version": entry.version}, follow=True).content.decode()
    assert _state(entry) == before


def test_another_patients_appointment_is_none(
    patient_client: Client, account: PatientAccount, column: CalendarColumn, entry: Entry
) -> None:
    """Also of the same practice, also with an account of the own."""
    others = make_appointment(column, at(10), patient=make_patient(account.practice, "Fremd", "Frieda"))
    other_account = make_patient_account(others.patient)
    for address in (
        f"/mein/{account.pk}/termine/{others.pk}/absagen/", f"/mein/{other_account.pk}/termine/{others.pk}/absagen/",
        f"/mein/{account.pk}/termine/987654321/absagen/",
    ):  # fmt: skip
        assert patient_client.get(address).status_code == 404
        assert patient_client.post(address).status_code == 404
    assert _state(others) == Status.DEFINITE
    with scope(practice=account.practice), pytest.raises(NotYourAppointment):
        cancel_own_appointment(entry=others, patient=account.patient, actor=account.user, now=NOW)


@pytest.fixture
def video(account: PatientAccount, column: CalendarColumn) -> Entry:
    return make_appointment(
        column, at(11), patient=account.patient, appointment_type=make_type(account.practice, "Video", is_video=True)
    )


def test_a_video_appointment_says_how_the_link_comes(
    patient_client: Client, account: PatientAccount, video: Entry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patient_area, "_offers", [])
    page = patient_client.get(f"/mein/{account.pk}/").content.decode()
    assert "Den Link für das Videogespräch bekommen Sie vor dem Termin" in page


def test_an_upper_app_offers_to_join(
    patient_client: Client, account: PatientAccount, entry: Entry, video: Entry, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []

    def offers(entries: list[Entry], now: datetime) -> dict[int, JoinOffer]:
        asked.extend(entry.pk for entry in entries)
        return {one.pk: JoinOffer("Der Raum ist offen.", "/video/raum/", "Teilnehmen") for one in entries}

    monkeypatch.setattr(patient_area, "_offers", [offers])
    page = patient_client.get(f"/mein/{account.pk}/").content.decode()
    assert 'href="/video/raum/"' in page
    assert asked == [video.pk]


def test_the_pages_ask_no_more_for_more_appointments(
    patient_client: Client, account: PatientAccount, column: CalendarColumn
) -> None:
    counts = []
    for number in range(2):
        make_appointment(column, at(8 + number), patient=account.patient)
        with CaptureQueriesContext(connection) as captured:
            patient_client.get(f"/mein/{account.pk}/termine/")
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_staff_cannot_use_the_address_of_patients(
    client: Client, reception: User, account: PatientAccount, entry: Entry
) -> None:
    client.force_login(reception)
    assert client.post(f"/mein/{account.pk}/termine/{entry.pk}/absagen/").status_code == 404
    assert _state(entry) == Status.DEFINITE
