from datetime import UTC, datetime

import pytest
from django.test import Client

from accounts.models import DoctorRole, Mandant, Practice, User
from accounts.services.mandanten import create_mandant, update_mandant
from accounts.services.practices import PracticeInvalid, create_practice
from accounts.services.users import EmailTaken, LastAdmin, create_user, deactivate_user, update_user
from praxis.core.models import AuditEntry
from tests.accounts.links import codes_in, open_link, send_mails
from tests.signing_in import sign_in_freshly

PAGES = [
    "/einstellungen/", "/einstellungen/personen/", "/einstellungen/arztrollen/", "/einstellungen/mandanten/",
    "/einstellungen/spalten/", "/einstellungen/terminarten/", "/einstellungen/farben/",
]  # fmt: skip
NEW_PERSON = {"first_name": "Jana", "last_name": "Voß", "email": "Jana@demo.example", "role": "reception"}
NOW = datetime(2026, 11, 23, 5, tzinfo=UTC)


@pytest.fixture
def admin_client(client: Client, practice_admin: User) -> Client:
    return sign_in_freshly(client, practice_admin)


@pytest.mark.parametrize("path", PAGES)
def test_settings_are_for_the_practice_admin_only(
    path: str, client: Client, practice_admin: User, reception: User, doctor: User
) -> None:
    codes = []
    for user in (practice_admin, reception, doctor):
        client.force_login(user)
        codes.append(client.get(path).status_code)
    assert codes == [200, 404, 404]


def test_the_practice_is_renamed(admin_client: Client, practice: Practice) -> None:
    admin_client.post("/einstellungen/", {"name": "Praxis am Fluss", "land": "BY"})
    practice.refresh_from_db()
    assert (practice.name, practice.land, practice.case_shows_known) == ("Praxis am Fluss", "BY", False)
    assert AuditEntry.objects.with_scopes_disabled().filter(action="PracticeChanged").count() == 1


def test_a_refused_name_is_not_shown_as_the_name(admin_client: Client, practice: Practice) -> None:
    answer = admin_client.post("/einstellungen/", {"name": "x" * 121, "land": "BY"})
    assert answer.status_code == 422
    assert f"<h1>{practice.name}</h1>" in answer.content.decode()


@pytest.mark.parametrize("slug", ["mit leer", "ä", "", "demo"])
def test_an_impossible_slug_is_refused(practice: Practice, slug: str) -> None:
    with pytest.raises(PracticeInvalid) as caught:
        create_practice(slug=slug, name="Neu", actor=None, now=NOW)
    assert caught.value.field == "slug"


def test_a_new_person_chooses_the_password_by_mail(admin_client: Client, practice: Practice) -> None:
    answer = admin_client.post("/einstellungen/personen/neu/", NEW_PERSON, follow=True)
    person = User.objects.get(email="jana@demo.example")
    assert person.practice == practice
    assert not person.has_usable_password()
    assert "Die Willkommens-E-Mail ist unterwegs" in answer.content.decode()
    mails = send_mails(practice)
    assert [message.recipient for message in mails] == ["jana@demo.example"]
    assert open_link(Client(), codes_in(mails)[0]) == "/willkommen/passwort/"


def test_an_address_belongs_to_one_person_on_the_whole_server(admin_client: Client, stranger: User) -> None:
    answer = admin_client.post("/einstellungen/personen/neu/", NEW_PERSON | {"email": stranger.email.upper()})
    assert answer.status_code == 422
    assert "meldet sich schon jemand an" in answer.content.decode()
    assert 'value="Jana"' in answer.content.decode()


def test_nobody_makes_themselves_operator(admin_client: Client) -> None:
    admin_client.post("/einstellungen/personen/neu/", NEW_PERSON | {"is_superuser": "1", "practice": "1"})
    assert not User.objects.get(email="jana@demo.example").is_superuser


def test_a_deactivated_person_is_signed_out_and_stays_out(admin_client: Client, reception: User) -> None:
    theirs = Client()
    theirs.force_login(reception)
    assert theirs.get("/patienten/").status_code == 200
    admin_client.post(f"/einstellungen/personen/{reception.pk}/schalten/", {"aktiv": "0"})
    assert theirs.get("/patienten/").status_code == 302
    admin_client.post(f"/einstellungen/personen/{reception.pk}/schalten/", {"aktiv": "1"})
    reception.refresh_from_db()
    assert reception.is_active


def test_the_last_admin_stays(practice_admin: User, practice: Practice, admin_client: Client) -> None:
    with pytest.raises(LastAdmin):
        deactivate_user(user=practice_admin, actor=None, now=NOW)
    with pytest.raises(LastAdmin) as caught:
        update_user(
            user=practice_admin, actor=None, email="a@x.example", first_name="", last_name="A", role="doctor", now=NOW
        )
    assert caught.value.field == "role"
    create_user(practice=practice, email="zwei@x.example", last_name="Zwei", role="practice_admin", actor=None, now=NOW)
    deactivate_user(user=practice_admin, actor=None, now=NOW)
    assert not User.objects.get(pk=practice_admin.pk).is_active


def test_the_last_admin_reads_why(admin_client: Client, practice_admin: User) -> None:
    url = f"/einstellungen/personen/{practice_admin.pk}/schalten/"
    answer = admin_client.post(url, {"aktiv": "0"}, follow=True)
    assert "einzige aktive Person" in answer.content.decode()


def test_a_taken_address_leaves_the_transaction_usable(practice: Practice, reception: User) -> None:
    with pytest.raises(EmailTaken):
        create_user(practice=practice, email=reception.email, last_name="X", actor=None, now=NOW)
    assert User.objects.filter(practice=practice).count() == 1


def test_one_mandant_is_the_default(in_practice: Practice) -> None:
    second = create_mandant(practice=in_practice, name="Zweiter", actor=None)
    assert not second.is_default
    update_mandant(mandant=second, name="Zweiter", is_default=True, actor=None)
    assert list(Mandant.objects.filter(is_default=True)) == [second]
    update_mandant(mandant=second, name="Zweiter", is_default=False, actor=None)
    assert Mandant.objects.filter(is_default=True).count() == 1


def test_a_name_is_given_once(admin_client: Client, practice: Practice) -> None:
    answers = [admin_client.post("/einstellungen/mandanten/neu/", {"name": "Privat"}).status_code for _ in range(2)]
    assert answers == [302, 422]


def test_a_doctor_role_takes_logins_of_its_practice_only(
    admin_client: Client, in_practice: Practice, doctor: User, stranger: User
) -> None:
    url = "/einstellungen/arztrollen/neu/"
    assert admin_client.post(url, {"name": "Dr. Fremd", "user": stranger.pk}).status_code == 422
    assert admin_client.post(url, {"name": "Dr. Reuter", "user": doctor.pk, "is_active": "on"}).status_code == 302
    assert [(role.name, role.user) for role in DoctorRole.objects.all()] == [("Dr. Reuter", doctor)]
