"""The part "Online-Zugang" of a patient's page and what its buttons do (mission K4)."""

from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.utils import timezone

from accounts.models import CoupledPatient, Coupling, Patient, PatientAccount, Practice, User
from tests.accounts.links import last_code, open_link
from tests.factories import make_patient, make_patient_account
from tests.signing_in import sign_in_freshly

EMAIL = "magda@post.example"


@pytest.fixture
def patient(in_practice: Practice) -> Patient:
    return make_patient(in_practice, email=EMAIL)


@pytest.fixture
def desk(client: Client, reception: User) -> Client:
    client.force_login(reception)
    return client


@pytest.fixture
def coupling(in_practice: Practice) -> Coupling:
    return Coupling.objects.create(practice=in_practice, system_name="Medistar", contact="Frau Lenz, 112", is_on=True)


def page_of(desk: Client, patient: Patient) -> str:
    return desk.get(f"/patienten/{patient.pk}/").content.decode()


def test_reception_makes_an_account_that_works(desk: Client, in_practice: Practice, patient: Patient) -> None:
    assert "Online-Zugang anlegen" in page_of(desk, patient)
    url = f"/patienten/{patient.pk}/zugang/"
    assert f'value="{EMAIL}"' in desk.get(url).content.decode()
    answer = desk.post(url, {"email": EMAIL, "language": "de"})
    assert answer.headers["Location"] == f"/patienten/{patient.pk}/"
    page = page_of(desk, patient)
    assert "eingeladen" in page
    assert f"unterwegs an {EMAIL}" in page
    assert "M. Seidel" in page

    person = Client()
    assert open_link(person, last_code(in_practice)) == "/willkommen/passwort/"
    person.post("/willkommen/passwort/", {"password": "Ein langer Satz 17"})
    account = PatientAccount.objects.get()
    assert person.get(f"/mein/{account.pk}/").status_code == 200
    page = page_of(desk, patient)
    assert "aktiv" in page
    assert "Zugang eingerichtet" in page


def test_a_doctor_makes_one_too(client: Client, doctor: User, patient: Patient) -> None:
    client.force_login(doctor)
    client.post(f"/patienten/{patient.pk}/zugang/", {"email": EMAIL, "language": "en"})
    account = PatientAccount.objects.select_related("user").get()
    assert (account.origin, account.user.language) == ("doctor", "en")


def test_pressing_twice_makes_one(desk: Client, patient: Patient) -> None:
    for _ in range(2):
        assert desk.post(f"/patienten/{patient.pk}/zugang/", {"email": EMAIL, "language": "de"}).status_code == 302
    assert PatientAccount.objects.count() == 1


@pytest.mark.parametrize("email", ["", "keine"])
def test_a_wrong_address_keeps_what_was_typed(email: str, desk: Client, patient: Patient) -> None:
    answer = desk.post(f"/patienten/{patient.pk}/zugang/", {"email": email, "language": "en"})
    assert answer.status_code == 422
    assert 'value="en" id="id_language_1" checked' in answer.content.decode().replace(" required", "")


def test_an_address_in_use_shows_whose_and_links_on_request(
    desk: Client, in_practice: Practice, patient: Patient
) -> None:
    other = make_patient_account(make_patient(in_practice, "Anders", "Olga"), deactivated_at=timezone.now())
    url = f"/patienten/{patient.pk}/zugang/"
    refused = desk.post(url, {"language": "de", "email": other.user.email})
    page = refused.content.decode()
    assert refused.status_code == 422
    assert "Anders, Olga" in page
    assert "deaktiviert" in page
    assert desk.post(url, {"language": "de", "email": other.user.email, "verbinden": "1"}).status_code == 302
    assert PatientAccount.objects.get(patient=patient).user == other.user


def test_the_buttons_switch_and_send(desk: Client, patient: Patient) -> None:
    desk.post(f"/patienten/{patient.pk}/zugang/", {"email": EMAIL, "language": "de"})
    base = f"/patienten/{patient.pk}/zugang/"
    assert "unterwegs" in desk.post(f"{base}senden/", follow=True).content.decode()
    assert "ist deaktiviert" in desk.post(f"{base}schalten/", {"aktiv": "0"}, follow=True).content.decode()
    assert PatientAccount.objects.get().state == "inactive"
    assert "zuerst reaktivieren" in desk.post(f"{base}senden/", follow=True).content.decode()
    page = desk.post(f"{base}schalten/", {"aktiv": "1"}, follow=True).content.decode()
    assert "ist reaktiviert" in page
    assert PatientAccount.objects.get().state == "invited"


def test_whoever_forgot_the_password_gets_a_link(desk: Client, in_practice: Practice, patient: Patient) -> None:
    make_patient_account(patient)
    desk.post(f"/patienten/{patient.pk}/zugang/senden/", {"art": "passwort"})
    assert open_link(Client(), last_code(in_practice)) == "/willkommen/passwort/"


def test_a_lost_second_factor_is_reset_by_whoever_signed_in_just_now(
    client: Client, reception: User, patient: Patient
) -> None:
    account = make_patient_account(patient)
    Authenticator.objects.create(user=account.user, type=Authenticator.Type.TOTP, data={"secret": "x"})
    sign_in_freshly(client, reception)
    assert "zurücksetzen" in page_of(client, patient)
    client.post(f"/patienten/{patient.pk}/zugang/zweiter-faktor/")
    assert not Authenticator.objects.exists()
    assert "zweiten Faktor zurückgesetzt" in page_of(client, patient)


def test_an_invitation_alone_gives_no_say_over_a_second_factor(
    client: Client, reception: User, patient: Patient
) -> None:
    account = make_patient_account(patient, activated_at=None)
    Authenticator.objects.create(user=account.user, type=Authenticator.Type.TOTP, data={"secret": "x"})
    sign_in_freshly(client, reception)
    client.post(f"/patienten/{patient.pk}/zugang/zweiter-faktor/")
    assert Authenticator.objects.count() == 1


def test_a_mistyped_address_is_put_right(desk: Client, patient: Patient) -> None:
    desk.post(f"/patienten/{patient.pk}/zugang/", {"email": "magda@falsch.example", "language": "de"})
    url = f"/patienten/{patient.pk}/zugang/e-mail/"
    assert "magda@falsch.example" in desk.get(url).content.decode()
    assert desk.post(url, {"email": EMAIL}).status_code == 302
    assert PatientAccount.objects.select_related("user").get().user.email == EMAIL


@pytest.mark.parametrize(
    ("wanted", "is_followed"), [("/video/", True), ("https://fremd.example/", False), ("//fremd.example/", False)]
)
def test_it_goes_back_where_it_was_asked_from_but_never_elsewhere(
    wanted: str, is_followed: bool, desk: Client, patient: Patient
) -> None:
    make_patient_account(patient)
    base = f"/patienten/{patient.pk}/"
    for step in ("senden/", "schalten/"):
        answer = desk.post(f"{base}zugang/{step}", {"next": wanted, "aktiv": "0"})
        assert answer.headers["Location"] == (wanted if is_followed else base)


def test_with_a_coupling_the_page_says_why_not_and_whom_to_ask(
    desk: Client, patient: Patient, coupling: Coupling
) -> None:
    for page in (page_of(desk, patient), desk.get(f"/patienten/{patient.pk}/zugang/").content.decode()):
        assert "Medistar" in page
        assert "Frau Lenz, 112" in page
        assert "Anlegen und" not in page
    assert desk.post(f"/patienten/{patient.pk}/zugang/", {"email": EMAIL, "language": "de"}).status_code == 422
    assert not PatientAccount.objects.exists()


def test_what_the_coupling_keeps_is_not_switched_here(
    desk: Client, in_practice: Practice, patient: Patient, coupling: Coupling
) -> None:
    now = timezone.now()
    make_patient_account(patient, origin="coupling")
    CoupledPatient.objects.create(
        practice=in_practice,
        patient=patient,
        external_id="a-1",
        locked_fields=["email"],
        created_at=now,
        updated_at=now,
    )
    page = page_of(desk, patient)
    assert "Diesen Zugang führt Medistar" in page
    assert "Deaktivieren" not in page
    answer = desk.post(f"/patienten/{patient.pk}/zugang/schalten/", {"aktiv": "0"}, follow=True)
    assert "Diesen Zugang führt Medistar" in answer.content.decode()
    assert PatientAccount.objects.get().state == "active"
    assert desk.post(f"/patienten/{patient.pk}/zugang/e-mail/", {"email": "neu@post.example"}).status_code == 422


def test_fields_of_the_other_system_are_shown_and_not_changed(
    desk: Client, in_practice: Practice, patient: Patient, coupling: Coupling
) -> None:
    now = timezone.now()
    CoupledPatient.objects.create(
        practice=in_practice, patient=patient, external_id="a-1", locked_fields=["last_name", "email"], created_at=now,
        updated_at=now,
    )  # fmt: skip
    url = f"/patienten/{patient.pk}/bearbeiten/"
    page = desk.get(url).content.decode()
    assert "führt Medistar" in page
    assert page.count(" disabled") == 2
    fields = {"last_name": "Anders", "first_name": "Magda", "city": "Köln", "gesehen-first_name": "Magda"}
    assert desk.post(url, fields | {"birth_date": "01.02.1960", "gesehen-birth_date": "01.02.1960"}).status_code == 302
    patient.refresh_from_db()
    assert (patient.last_name, patient.city, patient.email) == ("Meier", "Köln", EMAIL)


def test_the_list_filters_by_state(desk: Client, in_practice: Practice, patient: Patient) -> None:
    make_patient_account(patient)
    make_patient_account(make_patient(in_practice, "Zander"), deactivated_at=timezone.now())
    unused = make_patient_account(make_patient(in_practice, "Quast"))
    User.objects.filter(pk=unused.user.pk).update(last_login=timezone.now() - timedelta(days=120))
    everything = desk.get("/patienten/zugaenge/").content.decode()
    assert all(name in everything for name in ("Meier", "Zander", "Quast"))
    off = desk.get("/patienten/zugaenge/?zustand=deaktiviert").content.decode()
    assert ("Zander" in off, "Meier" in off) == (True, False)
    assert "Quast" in desk.get("/patienten/zugaenge/?zustand=unbenutzt").content.decode()
    assert desk.get("/patienten/zugaenge/?zustand=<x>&seite=99").status_code == 200


def test_the_list_costs_the_same_however_many(
    desk: Client, in_practice: Practice, django_assert_max_num_queries: Any
) -> None:
    for number in range(12):
        make_patient_account(make_patient(in_practice, f"Meier{number}"))
    with django_assert_max_num_queries(9):
        desk.get("/patienten/zugaenge/")
