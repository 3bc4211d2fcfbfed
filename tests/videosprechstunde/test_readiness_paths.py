"""Seed 004 as a new user walks it: whatever the answers, the guide leads to two people who can sign in."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from django_scopes import scopes_disabled

from accounts.models import Coupling, DoctorRole, HistoryLine, Invitation, PatientAccount, Registration, User
from accounts.services.patient_accounts import create_patient_account
from scheduling.models import Entry
from tests.accounts.links import last_code, open_link
from tests.second_factors import add_app, code_of
from tests.signing_in import sign_in_freshly
from tests.videosprechstunde.cast import VideoHouse

NEW_PASSWORD = "Ein langer Satz 17"


class Guide:
    """One appointment as one person looks at it."""

    def __init__(self, house: VideoHouse, entry: Entry, client: Client) -> None:
        self.house, self.client = house, client
        self.url = f"/video/bereit/{entry.pk}/"

    @property
    def page(self) -> str:
        return re.sub(r"<(svg|use)\b[^>]*>", "", self.client.get(self.url).content.decode()).partition("</main>")[0]

    @property
    def step(self) -> str:
        """The words of the one button; of a finished guide, its heading."""
        return (re.findall(r'class="btn btn-primary"[^>]*>([^<]+)<', self.page) or ["Alles bereit"])[0]

    def press(self) -> None:
        action, kind = re.findall(r'action="([^"]+/schritt/)">.*?name="schritt" value="([^"]+)"', self.page)[0]
        assert self.client.post(action, {"schritt": kind}).status_code == 302

    def follow(self, **fields: Any) -> None:
        """The form behind the button is filled in and leads back."""
        there = re.findall(r'<a class="btn btn-primary" href="([^"]+)"', self.page)[0].replace("&amp;", "&")
        answer = self.client.post(there, fields)
        refused = re.findall(r'class="errorlist".*?</ul>', answer.content.decode(), re.DOTALL)
        assert (answer.headers.get("Location"), refused) == (self.url, [])


@pytest.fixture
def admin(practice_admin: User) -> Client:
    return sign_in_freshly(Client(), practice_admin)


def use_link(house: VideoHouse) -> Client:
    """The last mail's link is opened by whoever it went to, who chooses a password and is signed in."""
    person = Client()
    assert open_link(person, last_code(house.practice)) == "/willkommen/passwort/"
    assert person.post("/willkommen/passwort/", {"password": NEW_PASSWORD}).status_code == 302
    return person


def sign_in(email: str, password: str = NEW_PASSWORD) -> Client:
    person = Client()
    person.post("/konto/login/", {"login": email, "password": password})
    return person


def test_from_nobody_to_two_people_who_can_sign_in(house: VideoHouse, admin: Client) -> None:
    """No doctor in the column, no login, no account, no address: every step once."""
    house.column.doctor_role = None
    house.column.save(update_fields=["doctor_role"])
    DoctorRole.objects.update(user=None)
    User.objects.filter(pk=house.doctor.pk).update(role=User.Role.RECEPTION)
    patient = house.patient(email="")
    guide = Guide(house, house.book(patient=patient), admin)

    assert guide.step == "Arztrolle der Spalte wählen"
    guide.follow(
        name="Video", kind="video", calendar=house.column.calendar_id, doctor_role=house.role.pk, is_active="on"
    )
    assert guide.step == "Konto anlegen"
    guide.follow(email="neu@demo.example", first_name="Nele", last_name="Neu", role="doctor")
    assert guide.step == "Konto zuordnen"
    nele = User.objects.get(email="neu@demo.example")
    guide.follow(name="Dr. Reuter", user=nele.pk, is_active="on")

    # The doctor has the mail, so the patient comes first.
    assert guide.step == "E-Mail-Adresse eintragen"
    guide.follow(last_name="Meier", first_name="Magda", birth_date="01.02.1960", email="magda@post.example")
    assert guide.step == "Online-Zugang anlegen"
    guide.follow(email="magda@post.example", language="de")
    use_link(house)

    assert guide.step == "Willkommens-E-Mail erneut senden"
    Invitation.objects.filter(user=nele).update(created_at=house.moment - timedelta(hours=1))
    guide.press()
    use_link(house)

    # Booked before anybody knew an address.
    assert guide.step == "Link und TAN senden"
    guide.press()
    assert guide.step == "Alles bereit"


def test_a_doctor_who_was_away_for_long(house: VideoHouse, desk: Client) -> None:
    guide = Guide(house, house.ready(), desk)
    User.objects.filter(pk=house.doctor.pk).update(last_login=house.moment - timedelta(days=300))
    house.doctor.set_password(NEW_PASSWORD)
    house.doctor.save(update_fields=["password"])

    assert guide.step == "Willkommens-E-Mail erneut senden"
    guide.press()
    doctor = Client()
    assert open_link(doctor, last_code(house.practice)) == "/willkommen/annehmen/"
    sign_in(house.doctor.email)

    assert guide.step == "Alles bereit"


def test_a_doctor_whose_account_is_switched_off(house: VideoHouse, admin: Client) -> None:
    guide = Guide(house, house.ready(), admin)
    User.objects.filter(pk=house.doctor.pk).update(is_active=False)

    assert guide.step == "Konto reaktivieren"
    guide.press()

    assert guide.step == "Alles bereit"


def test_a_doctor_who_lost_the_password_and_then_the_phone(house: VideoHouse, admin: Client) -> None:
    guide = Guide(house, house.ready(), admin)
    add_app(house.doctor)
    sign_in(house.doctor.email, "falsch geraten 2026")

    assert guide.step == "Link für neues Passwort senden"
    guide.press()
    use_link(house)
    assert guide.step == "Zweiten Faktor zurücksetzen"
    guide.press()
    sign_in(house.doctor.email)

    assert guide.step == "Alles bereit"


def test_a_doctor_who_finds_the_phone_again(house: VideoHouse, admin: Client) -> None:
    guide = Guide(house, house.ready(), admin)
    secret = add_app(house.doctor)
    sign_in(house.doctor.email, "falsch geraten 2026")
    guide.press()
    doctor = use_link(house)
    doctor.post("/konto/zweiter-faktor/authenticate/", {"code": code_of(secret)})

    assert guide.step == "Alles bereit"


def test_the_patient_registers_alone(house: VideoHouse, desk: Client) -> None:
    patient = house.patient()
    guide = Guide(house, house.book(patient=patient), desk)
    asked = Registration.objects.create(
        practice=house.practice, last_name="Meier", first_name="Magda", birth_date=patient.birth_date,
        email=patient.email, state="waiting", created_at=house.moment, verified_at=house.moment,
    )  # fmt: skip

    assert guide.step == "Registrierung prüfen"
    assert desk.post(f"/patienten/registrierungen/{asked.pk}/", {"whose": str(patient.pk)}).status_code == 302
    assert guide.step == "Willkommens-E-Mail erneut senden"
    use_link(house)

    assert guide.step == "Alles bereit"
    assert "selbst registriert" in guide.page


def test_the_coupling_makes_the_account(house: VideoHouse, admin: Client) -> None:
    patient = house.patient()
    guide = Guide(house, house.book(patient=patient), admin)
    Coupling.objects.create(practice=house.practice, system_name="KIS", contact="Frau Lind", is_on=True)

    assert guide.step == "Koppelung ansehen"
    assert "Frau Lind" in guide.page
    create_patient_account(
        patient=patient, email=patient.email, origin=PatientAccount.Origin.COUPLING, actor=None, now=timezone.now()
    )
    use_link(house)

    assert guide.step == "Alles bereit"
    assert "aus der Koppelung" in guide.page


@pytest.mark.parametrize("role", ["doctor", "reception"])
def test_the_doctor_or_the_reception_makes_the_account(role: str, house: VideoHouse) -> None:
    maker = house.doctor if role == "doctor" else house.reception
    patient = house.patient()
    guide = Guide(house, house.book(patient=patient), sign_in_freshly(Client(), maker))

    guide.follow(email=patient.email, language="de")
    use_link(house)

    assert guide.step == "Alles bereit"
    assert ("von der Ärztin oder dem Arzt" if role == "doctor" else "vom Empfang") in guide.page


def test_a_patient_whose_access_was_switched_off_and_whose_password_is_lost(house: VideoHouse, desk: Client) -> None:
    guide = Guide(house, house.ready(), desk)
    PatientAccount.objects.update(deactivated_at=house.moment)
    account = PatientAccount.objects.get()

    assert guide.step == "Online-Zugang reaktivieren"
    guide.press()
    assert guide.step == "Alles bereit"
    sign_in(account.user.email, "falsch geraten 2026")
    assert guide.step == "Link für neues Passwort senden"
    guide.press()
    use_link(house)

    assert guide.step == "Alles bereit"
    with scopes_disabled():
        assert HistoryLine.objects.filter(patient_account=account, kind="signed_in").exists()
