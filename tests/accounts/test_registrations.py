"""Self-registration: the form tells nobody anything, the mail proves the address, a person decides (mission K4)."""

import re
import uuid
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_scopes import scope

from accounts.models import Coupling, Invitation, Patient, PatientAccount, Practice, Registration, User
from accounts.services import registrations as service
from accounts.services.patient_accounts import EmailInUse
from accounts.services.registrations import (
    Applicant,
    OtherEmail,
    RegistrationClosed,
    RegistrationDecided,
    accept_registration,
    receive_registration,
    reject_registration,
    verify_registration,
)
from praxis.core.models import AuditEntry
from tests.accounts.links import last_code, open_link, send_mails
from tests.factories import make_patient, make_patient_account

EMAIL = "ida@post.example"
FORM = {"first_name": "Ida", "last_name": "Berg", "birth_date": "01.02.1980", "email": EMAIL, "mobile": "0151 5550100"}


@pytest.fixture
def open_practice(practice: Practice) -> Practice:
    practice.is_open_for_registration = True
    practice.save(update_fields=["is_open_for_registration"])
    return practice


@pytest.fixture
def visitor() -> Client:
    """From a network address of its own: requests are counted by it."""
    return Client(REMOTE_ADDR=f"fd00::{uuid.uuid4().hex[:4]}:{uuid.uuid4().hex[:4]}")


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("accounts.views.register.SECONDS", 0)


def ask(visitor: Client, practice: Practice, **fields: str) -> Any:
    return visitor.post(f"/registrierung/{practice.slug}/", FORM | {"email": unique()} | fields)


def unique() -> str:
    """Mails to one address are counted too."""
    return f"ida-{uuid.uuid4().hex[:8]}@post.example"


def waiting(practice: Practice, now: datetime, **fields: Any) -> Registration:
    known = {"last_name": "Berg", "first_name": "Ida", "birth_date": date(1980, 2, 1), "email": EMAIL} | fields
    return Registration.objects.create(
        practice=practice, created_at=now, mobile="0151 5550100",
        **{"state": "waiting", "verified_at": now} | known,
    )  # fmt: skip


def test_it_leads_from_the_form_to_an_account(open_practice: Practice, visitor: Client, reception: User) -> None:
    answer = ask(visitor, open_practice)
    assert answer.headers["Location"] == "/registrierung/demo/danke/"
    assert "E-Mail bestätigen" in visitor.get("/registrierung/demo/danke/").content.decode()
    step = open_link(visitor, last_code(open_practice))
    assert step
    visitor.post(step)
    with scope(practice=open_practice):
        registration = Registration.objects.get()
        assert registration.state == "waiting"

    staff = Client()
    staff.force_login(reception)
    assert "Berg, Ida" in staff.get("/patienten/registrierungen/").content.decode()
    done = staff.post(f"/patienten/registrierungen/{registration.pk}/", {"whose": "neu"})

    assert done.headers["Location"] == "/patienten/registrierungen/"
    with scope(practice=open_practice):
        account = PatientAccount.objects.select_related("patient", "user").get()
    assert (account.origin, account.state, account.patient.full_name) == ("self", "invited", "Berg, Ida")
    assert (account.patient.mobile, account.patient.email) == ("0151 5550100", account.user.email)
    assert open_link(Client(), last_code(open_practice)) == "/willkommen/passwort/"


def test_the_answer_is_the_same_whoever_exists(open_practice: Practice, visitor: Client) -> None:
    known = make_patient_account(make_patient(open_practice, "Berg", "Ida", birth_date=date(1980, 2, 1)))
    visitor.get("/registrierung/demo/")
    answers, statements = [], []
    for email in (known.user.email, unique()):
        with CaptureQueriesContext(connection) as asked:
            answers.append(ask(visitor, open_practice, email=email))
        said = [query["sql"] for query in asked if "SAVEPOINT" not in query["sql"]]
        statements.append([re.split(" VALUES | WHERE | SET ", sql)[0] for sql in said])
    assert len({(one.status_code, one.headers["Location"], one.content) for one in answers}) == 1
    assert statements[0] == statements[1]
    asked_about = " ".join(statements[0])
    assert '"accounts_registration"' in asked_about
    assert not any(table in asked_about for table in ('"accounts_patient"', '"accounts_user"'))
    with scope(practice=open_practice):
        assert Registration.objects.filter(state="unverified").count() == 2


@pytest.mark.parametrize("name", sorted(set(FORM) - {"mobile"}))
def test_a_missing_answer_keeps_what_was_typed(name: str, open_practice: Practice, visitor: Client) -> None:
    answer = visitor.post("/registrierung/demo/", FORM | {name: ""})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert all(value in page for field, value in FORM.items() if field != name)


@pytest.mark.parametrize(
    "fields", [{"last_name": "..."}, {"birth_date": "31.02.1980"}, {"birth_date": "01.01.2099"}, {"email": "ida@"}]
)
def test_impossible_answers_are_refused(fields: dict[str, str], open_practice: Practice, visitor: Client) -> None:
    assert visitor.post("/registrierung/demo/", FORM | fields).status_code == 422
    with scope(practice=open_practice):
        assert not Registration.objects.exists()


def test_a_program_gets_the_same_answer_and_leaves_nothing(open_practice: Practice, visitor: Client) -> None:
    assert (
        ask(visitor, open_practice, website="https://spam.example").headers["Location"] == "/registrierung/demo/danke/"
    )
    with scope(practice=open_practice):
        assert not Registration.objects.exists()


def test_one_address_gets_few_mails_and_nobody_is_told(open_practice: Practice, visitor: Client) -> None:
    email = unique()
    answers = [ask(visitor, open_practice, email=email.upper()) for _ in range(service.MOST_MAILS + 2)]
    assert {one.status_code for one in answers} == {302}
    assert len(send_mails(open_practice)) == service.MOST_MAILS


def test_one_connection_may_ask_for_a_waiting_room_and_no_more(
    open_practice: Practice, visitor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "MOST_REQUESTS", 2)
    statuses = [ask(visitor, open_practice).status_code for _ in range(3)]
    assert statuses == [302, 302, 429]


def test_a_flood_keeps_no_thread_of_the_server_waiting(
    open_practice: Practice, visitor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever pretends to be a program is counted too; what is refused is answered at once."""
    waited: list[float] = []
    monkeypatch.setattr("praxis.core.even_answers.time.sleep", waited.append)
    monkeypatch.setattr(service, "MOST_REQUESTS", 1)
    statuses = [ask(visitor, open_practice, website="http://x.example").status_code for _ in range(3)]
    assert statuses == [302, 429, 429]
    assert ask(visitor, open_practice, email="keine").status_code == 422
    assert len(waited) == 1


@pytest.mark.parametrize("slug", ["demo", "gibt-es-nicht"])
def test_a_closed_or_unknown_practice_answers_the_same(slug: str, practice: Practice, visitor: Client) -> None:
    answers = [visitor.get(f"/registrierung/{slug}/"), visitor.post(f"/registrierung/{slug}/", FORM)]
    assert [one.status_code for one in answers] == [404, 404]
    assert "keine Registrierung möglich" in answers[0].content.decode()
    with scope(practice=practice):
        assert not Registration.objects.exists()


def test_a_coupling_closes_it(open_practice: Practice, visitor: Client, now: datetime) -> None:
    with scope(practice=open_practice):
        Coupling.objects.create(practice=open_practice, system_name="Medistar", contact="Frau Lenz", is_on=True)
        with pytest.raises(RegistrationClosed):
            receive_registration(
                practice=open_practice, now=now,
                applicant=Applicant(last_name="Berg", first_name="Ida", birth_date=date(1980, 2, 1), email=EMAIL),
            )  # fmt: skip
    assert visitor.get("/registrierung/demo/").status_code == 404


def test_it_is_written_in_the_language_of_the_reader(open_practice: Practice, visitor: Client) -> None:
    english = visitor.get("/registrierung/demo/", headers={"Accept-Language": "en"})
    assert english.headers["Content-Language"] == "en"
    ask_in_english = visitor.post("/registrierung/demo/", FORM | {"email": unique()}, headers={"Accept-Language": "en"})
    assert ask_in_english.status_code == 302
    with scope(practice=open_practice):
        assert Registration.objects.get().language == "en"


def test_an_address_that_is_not_confirmed_is_shown_to_nobody(
    open_practice: Practice, visitor: Client, reception: User
) -> None:
    ask(visitor, open_practice)
    with scope(practice=open_practice):
        registration = Registration.objects.get()
    staff = Client()
    staff.force_login(reception)
    assert "Berg" not in staff.get("/patienten/registrierungen/").content.decode()
    assert staff.get(f"/patienten/registrierungen/{registration.pk}/").status_code == 404


def test_confirming_twice_is_confirming_once(in_practice: Practice, now: datetime) -> None:
    registration = waiting(in_practice, now, state="unverified", verified_at=None)
    verify_registration(registration=registration, now=now)
    verify_registration(registration=registration, now=now + timedelta(hours=1))
    registration.refresh_from_db()
    assert (registration.state, registration.verified_at) == ("waiting", now)


def test_a_known_patient_gets_the_account_and_what_the_record_did_not_know(
    in_practice: Practice, reception: User, now: datetime
) -> None:
    patient = make_patient(in_practice, "Berg", "Ida", mobile="0170 1")
    account = accept_registration(registration=waiting(in_practice, now), patient=patient, actor=reception, now=now)
    patient.refresh_from_db()
    assert (account.patient, patient.email, patient.mobile) == (patient, EMAIL, "0170 1")
    assert Patient.objects.count() == 1


def test_a_decision_is_made_once(in_practice: Practice, reception: User, now: datetime) -> None:
    registration = waiting(in_practice, now)
    reject_registration(registration=registration, actor=reception, now=now)
    with pytest.raises(RegistrationDecided, match=r"M\. Seidel"):
        accept_registration(registration=registration, patient=None, actor=reception, now=now)
    assert not Patient.objects.exists()
    assert not Invitation.objects.exists()


def test_an_account_with_this_address_is_reactivated(in_practice: Practice, reception: User, now: datetime) -> None:
    account = make_patient_account(make_patient(in_practice, "Berg", "Ida"), deactivated_at=now)
    registration = waiting(in_practice, now, email=account.user.email)
    accept_registration(registration=registration, patient=account.patient, actor=reception, now=now)
    account.refresh_from_db()
    assert account.state == "active"


def test_an_account_with_another_address_changes_only_when_somebody_says_so(
    in_practice: Practice, reception: User, now: datetime
) -> None:
    account = make_patient_account(make_patient(in_practice, "Berg", "Ida"))
    registration = waiting(in_practice, now)
    with pytest.raises(OtherEmail):
        accept_registration(registration=registration, patient=account.patient, actor=reception, now=now)
    accept_registration(
        registration=registration, patient=account.patient, actor=reception, now=now, replaces_email=True
    )
    account.refresh_from_db()
    assert (account.user.email, account.state) == (EMAIL, "invited")


def test_an_address_in_use_is_linked_only_when_somebody_says_so(
    in_practice: Practice, reception: User, now: datetime
) -> None:
    parent = make_patient_account(make_patient(in_practice, "Berg", "Olga"))
    registration = waiting(in_practice, now, email=parent.user.email)
    with pytest.raises(EmailInUse):
        accept_registration(registration=registration, patient=None, actor=reception, now=now)
    assert Patient.objects.count() == 1
    accept_registration(registration=registration, patient=None, actor=reception, now=now, links_existing=True)
    assert PatientAccount.objects.filter(user=parent.user).count() == 2


def test_the_page_suggests_who_it_may_be(in_practice: Practice, reception: User, client: Client, now: datetime) -> None:
    exact = make_patient(in_practice, "Berg", "Ida", birth_date=date(1980, 2, 1))
    make_patient(in_practice, "Berg", "Ida", birth_date=date(1950, 1, 1))
    make_patient(in_practice, "Anders", "Olga", email=EMAIL)
    make_patient(in_practice, "Conrad", "Otto")
    registration = waiting(in_practice, now)
    client.force_login(reception)
    page = client.get(f"/patienten/registrierungen/{registration.pk}/").content.decode()

    assert f'value="{exact.pk}" checked' in page
    assert page.index("Gleich: Name, Geburtsdatum") < page.index("Gleich: Name<") < page.index("Gleich: E-Mail")
    assert "Conrad" not in page


def test_somebody_has_to_say_who_it_is(in_practice: Practice, reception: User, client: Client, now: datetime) -> None:
    registration = waiting(in_practice, now)
    client.force_login(reception)
    for data in ({}, {"whose": "1"}, {"whose": "x"}):
        answer = client.post(f"/patienten/registrierungen/{registration.pk}/", data)
        assert answer.status_code == 422
    assert not PatientAccount.objects.exists()


def test_the_page_offers_to_link_and_does(
    in_practice: Practice, reception: User, client: Client, now: datetime
) -> None:
    parent = make_patient_account(make_patient(in_practice, "Anders", "Olga"))
    registration = waiting(in_practice, now, email=parent.user.email)
    client.force_login(reception)
    url = f"/patienten/registrierungen/{registration.pk}/"
    refused = client.post(url, {"whose": "neu"})
    assert refused.status_code == 422
    assert "Anders, Olga" in refused.content.decode()
    assert client.post(url, {"whose": "neu", "verbinden": "1"}).status_code == 302
    assert PatientAccount.objects.filter(user=parent.user).count() == 2


def test_rejecting_makes_nothing(in_practice: Practice, reception: User, client: Client, now: datetime) -> None:
    registration = waiting(in_practice, now)
    client.force_login(reception)
    url = f"/patienten/registrierungen/{registration.pk}/"
    assert client.post(f"{url}ablehnen/").status_code == 302
    assert "abgelehnt" in client.get(url).content.decode()
    assert not PatientAccount.objects.exists()
    assert AuditEntry.objects.filter(action="RegistrationRejected", object_id=registration.pk).count() == 1


def test_the_menu_says_how_many_wait(open_practice: Practice, reception: User, client: Client) -> None:
    with scope(practice=open_practice):
        waiting(open_practice, timezone.now())
    client.force_login(reception)
    page = client.get("/patienten/").content.decode()
    assert '/patienten/registrierungen/"' in page
    below = client.get("/patienten/registrierungen/").content.decode()
    assert re.findall(r'href="([^"]*)" aria-current="page"', below) == ["/patienten/registrierungen/"]
    Practice.objects.update(is_open_for_registration=False)
    assert '/patienten/registrierungen/"' not in client.get("/patienten/").content.decode()


def test_the_practice_opens_and_closes_it(practice: Practice, practice_admin: User, client: Client) -> None:
    client.force_login(practice_admin)
    assert client.post("/einstellungen/registrierung/", {"is_open_for_registration": "on"}).status_code == 302
    assert "/registrierung/demo/" in client.get("/einstellungen/registrierung/").content.decode()
    assert Client().get("/registrierung/demo/").status_code == 200
    client.post("/einstellungen/registrierung/", {})
    assert Client().get("/registrierung/demo/").status_code == 404
