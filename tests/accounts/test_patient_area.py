"""What somebody who signs in as a patient sees and may change (issue 5, patient area)."""

from datetime import datetime

import pytest
from django.conf import settings
from django.test import Client
from django_scopes import scope

from accounts.models import CoupledPatient, Coupling, Patient, PatientAccount, Practice, User
from praxis.core.models import AuditEntry
from tests.factories import make_patient, make_patient_account, make_user

PAGES = ("", "daten/", "daten/aendern/", "anmeldung/", "termine/", "nachrichten/")


@pytest.fixture
def account(practice: Practice) -> PatientAccount:
    return make_patient_account(make_patient(practice, mobile="0170 1234567", email="magda@post.example"))


@pytest.fixture
def patient_client(client: Client, account: PatientAccount) -> Client:
    client.force_login(account.user)
    return client


def test_a_patient_begins_in_the_own_area(patient_client: Client, account: PatientAccount) -> None:
    answer = patient_client.get("/", follow=True)
    assert answer.redirect_chain[-1][0] == f"/mein/{account.pk}/"
    assert "Guten Tag, Magda" in answer.content.decode()


def test_staff_begin_in_the_calendar(client: Client, reception: User) -> None:
    client.force_login(reception)
    assert client.get("/").headers["Location"] == "/kalender/"


def test_nobody_in_particular_begins_at_the_sign_in(client: Client, db: None) -> None:
    assert client.get("/").headers["Location"] == "/konto/login/"


@pytest.mark.parametrize("page", PAGES)
def test_every_page_opens_and_is_kept_apart_from_strangers(
    page: str, patient_client: Client, account: PatientAccount, stranger: User, neighbour: Practice
) -> None:
    address = f"/mein/{account.pk}/{page}"
    assert patient_client.get(address).status_code == 200
    other = make_patient_account(make_patient(neighbour, "Fremd", "Frieda"))
    for somebody in (stranger, other.user):
        client = Client()
        client.force_login(somebody)
        assert client.get(address).status_code == 404
        assert client.post(address).status_code in (404, 405)
    assert Client().get(address).status_code == 302


@pytest.mark.parametrize("field", ["activated_at", "deactivated_at"])
def test_an_account_that_is_not_in_use_opens_nothing(
    field: str, patient_client: Client, account: PatientAccount, now: datetime
) -> None:
    value = None if field == "activated_at" else now
    PatientAccount._base_manager.filter(pk=account.pk).update(**{field: value})
    assert patient_client.get(f"/mein/{account.pk}/").status_code == 404
    answer = patient_client.get("/mein/")
    assert "Noch kein Zugang" in answer.content.decode()


def test_a_practice_that_is_switched_off_shows_nothing(patient_client: Client, account: PatientAccount) -> None:
    Practice.objects.filter(pk=account.practice_id).update(is_active=False)
    assert patient_client.get(f"/mein/{account.pk}/").status_code == 404


def test_whoever_looks_after_several_people_is_asked_which(
    patient_client: Client, account: PatientAccount, neighbour: Practice
) -> None:
    child = make_patient_account(make_patient(neighbour, "Meier", "Mia"), account.user)
    page = patient_client.get("/mein/").content.decode()
    assert f"/mein/{account.pk}/" in page
    assert f"/mein/{child.pk}/" in page
    assert "Mia" in page


def test_staff_with_an_account_see_that_patient_only(
    client: Client, account: PatientAccount, stranger: User, neighbour: Practice
) -> None:
    own = make_patient_account(make_patient(neighbour, "Fremd", "Frieda"), stranger)
    client.force_login(stranger)
    assert client.get(f"/mein/{own.pk}/").status_code == 200
    assert client.get(f"/mein/{account.pk}/").status_code == 404


@pytest.mark.parametrize("address", ["/kalender/", "/patienten/", "/einstellungen/", "/nachrichten/", "/verwaltung/"])
def test_a_patient_gets_into_no_page_of_staff(address: str, patient_client: Client) -> None:
    assert patient_client.get(address).status_code in (302, 403, 404)
    assert patient_client.get("/live/").status_code == 403


def test_seeing_the_record_is_part_of_the_audit_trail(patient_client: Client, account: PatientAccount) -> None:
    patient_client.get(f"/mein/{account.pk}/daten/")
    line = AuditEntry._base_manager.filter(action="read", object_type="patient").get()
    assert (line.object_id, line.actor_id) == (account.patient_id, account.user_id)


def _typed(client: Client, account: PatientAccount, **changes: str) -> dict[str, str]:
    """What a browser would send back: every field and what the page showed."""
    form = client.get(f"/mein/{account.pk}/daten/aendern/").context["form"]
    shown = dict(form.seen_fields)
    return shown | {name.partition("-")[2]: text for name, text in shown.items()} | changes


def test_a_patient_changes_how_to_be_reached(patient_client: Client, account: PatientAccount) -> None:
    data = _typed(patient_client, account, mobile="0151 7654321", city="Beispielstadt", last_name="Schulze")
    answer = patient_client.post(f"/mein/{account.pk}/daten/aendern/", data, follow=True)
    assert "Ihre Angaben sind gespeichert." in answer.content.decode()
    stored = _stored(account)
    assert (stored.mobile, stored.city, stored.last_name) == ("0151 7654321", "Beispielstadt", "Meier")


def test_what_is_no_address_keeps_what_was_typed(patient_client: Client, account: PatientAccount) -> None:
    data = _typed(patient_client, account, email="magda@", mobile="0151 7654321")
    answer = patient_client.post(f"/mein/{account.pk}/daten/aendern/", data)
    assert answer.status_code == 422
    assert "0151 7654321" in answer.content.decode()
    assert _stored(account).mobile == "0170 1234567"


def test_what_the_practice_changed_meanwhile_is_not_overwritten(
    patient_client: Client, account: PatientAccount
) -> None:
    data = _typed(patient_client, account, mobile="0151 7654321")
    Patient._base_manager.filter(pk=account.patient_id).update(mobile="0160 1", city="Neustadt")
    answer = patient_client.post(f"/mein/{account.pk}/daten/aendern/", data)
    assert answer.status_code == 422
    assert "0160 1" in answer.content.decode()
    assert _stored(account).city == "Neustadt"


def test_what_another_system_keeps_is_shown_and_not_changed(
    patient_client: Client, account: PatientAccount, now: datetime
) -> None:
    with scope(practice=account.practice):
        Coupling.objects.create(practice=account.practice, system_name="KIS Nord", contact="Frau Lange", is_on=True)
        CoupledPatient.objects.create(
            practice=account.practice, patient=account.patient, external_id="1", locked_fields=["email", "mobile"],
            created_at=now, updated_at=now,
        )  # fmt: skip
    page = patient_client.get(f"/mein/{account.pk}/daten/aendern/").content.decode()
    assert "KIS Nord" in page
    assert 'name="mobile"' not in page
    data = {"mobile": "1", "gesehen-mobile": "0170 1234567", "city": "Ulm", "gesehen-city": ""}
    assert patient_client.post(f"/mein/{account.pk}/daten/aendern/", data).status_code == 302
    stored = _stored(account)
    assert (stored.mobile, stored.city) == ("0170 1234567", "Ulm")


def _stored(account: PatientAccount) -> Patient:
    return Patient._base_manager.get(pk=account.patient_id)


def test_the_language_is_the_browsers_until_somebody_chooses(patient_client: Client, account: PatientAccount) -> None:
    address = f"/mein/{account.pk}/"
    assert 'lang="de"' in patient_client.get(address).content.decode()
    english = patient_client.get(address, headers={"Accept-Language": "en-GB,en;q=0.9"})
    assert 'lang="en"' in english.content.decode()
    assert english.headers["Content-Language"] == "en"

    answer = patient_client.post("/sprache/", {"language": "en", "next": address})
    assert answer.headers["Location"] == address
    assert User.objects.get(pk=account.user_id).language == "en"
    assert '<html lang="en">' in patient_client.get(address).content.decode()
    patient_client.cookies.pop(settings.LANGUAGE_COOKIE_NAME)
    assert '<html lang="en">' in patient_client.get(address).content.decode()
    patient_client.post("/sprache/", {"language": "de", "next": address})
    again = patient_client.get(address, headers={"Accept-Language": "en"})
    assert '<html lang="de">' in again.content.decode()


@pytest.mark.parametrize("target", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)", ""])
def test_choosing_a_language_leads_nowhere_else(target: str, client: Client, db: None) -> None:
    answer = client.post("/sprache/", {"language": "xx", "next": target})
    assert answer.headers["Location"] == "/"
    assert settings.LANGUAGE_COOKIE_NAME not in answer.cookies


def test_pages_of_staff_stay_german(client: Client, practice: Practice) -> None:
    client.force_login(make_user(practice, "e@demo.example", role=User.Role.PRACTICE_ADMIN, language="en"))
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    for address in ("/patienten/", "/einstellungen/", "/konto/password/change/"):
        assert '<html lang="de">' in client.get(address, headers={"Accept-Language": "en"}).content.decode()
    assert '<html lang="en">' in Client().get("/konto/login/", headers={"Accept-Language": "en"}).content.decode()
