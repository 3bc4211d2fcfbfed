"""Patients sign in with another address once they have opened the link that went there (issue 5, patient area)."""

import pytest
from django.test import Client
from django.utils import timezone
from django_scopes import scope

from accounts.models import CoupledPatient, Coupling, HistoryLine, Invitation, PatientAccount, Practice, User
from accounts.services.passwords import forget_password
from tests.accounts.links import codes_in, open_link, send_mails
from tests.factories import PASSWORD, make_patient, make_patient_account

NEW = "neu@post.example"


@pytest.fixture
def account(practice: Practice) -> PatientAccount:
    return make_patient_account(make_patient(practice))


@pytest.fixture
def patient_client(client: Client, account: PatientAccount) -> Client:
    """Signed in a moment ago, by password."""
    client.post("/konto/login/", {"login": account.user.email, "password": PASSWORD})
    return client


def _ask(client: Client, account: PatientAccount, email: str = NEW) -> str:
    answer = client.post(f"/mein/{account.pk}/anmeldung/email/", {"email": email}, follow=True)
    return answer.content.decode()


def _email(account: PatientAccount) -> str:
    return User.objects.get(pk=account.user_id).email


def test_the_link_goes_to_the_new_address_and_counts_when_opened(
    patient_client: Client, account: PatientAccount
) -> None:
    before = account.user.email
    assert "Wir haben an neu@post.example geschrieben." in _ask(patient_client, account)
    assert _email(account) == before
    mails = send_mails(account.practice)
    assert {mail.recipient for mail in mails} == {before, NEW}
    [told] = [mail for mail in mails if mail.recipient == before]
    assert not codes_in([told])

    opening = Client()
    assert open_link(opening, codes_in(mails)[0]) == "/willkommen/bestaetigen/"
    assert opening.post("/willkommen/bestaetigen/").status_code == 302
    assert _email(account) == NEW
    assert patient_client.get(f"/mein/{account.pk}/").status_code == 200
    kinds = set(HistoryLine._base_manager.filter(patient_account=account).values_list("kind", flat=True))
    assert {"changed", "confirmed"} <= kinds
    assert open_link(Client(), codes_in(mails)[0]) == ""


def test_the_notice_goes_to_the_former_address_however_late_it_is_written(
    patient_client: Client, account: PatientAccount
) -> None:
    before = account.user.email
    _ask(patient_client, account)
    User.objects.filter(pk=account.user_id).update(email=NEW)
    assert before in {mail.recipient for mail in send_mails(account.practice)}


def test_a_second_wish_makes_the_first_link_void(patient_client: Client, account: PatientAccount) -> None:
    _ask(patient_client, account)
    [first] = codes_in(send_mails(account.practice))
    _ask(patient_client, account, "noch@post.example")
    second = codes_in(send_mails(account.practice))[-1]
    assert open_link(Client(), first) == ""
    assert open_link(Client(), second) != ""


def test_an_address_of_somebody_else_gets_the_same_answer_and_no_link(
    patient_client: Client, account: PatientAccount, stranger: User
) -> None:
    mine, theirs = _ask(patient_client, account), _ask(patient_client, account, stranger.email)
    assert mine.count("Wir haben an") == theirs.count("Wir haben an") == 1
    assert stranger.email not in {mail.recipient for mail in send_mails(account.practice)}


def test_who_was_faster_keeps_the_address(patient_client: Client, account: PatientAccount) -> None:
    _ask(patient_client, account)
    [code] = codes_in(send_mails(account.practice))
    User.objects.create_user(NEW, PASSWORD, role="")
    opening = Client()
    open_link(opening, code)
    answer = opening.post("/willkommen/bestaetigen/")
    assert answer.status_code == 409
    assert _email(account) != NEW


def test_a_link_that_has_expired_changes_nothing(patient_client: Client, account: PatientAccount) -> None:
    _ask(patient_client, account)
    [code] = codes_in(send_mails(account.practice))
    Invitation._base_manager.update(expires_at=timezone.now())
    assert open_link(Client(), code) == ""


@pytest.mark.parametrize("email", ["", "neu@", "a b@post.example", f"{'x' * 300}@post.example"])
def test_what_is_no_address_is_refused_and_stays_in_the_field(
    email: str, patient_client: Client, account: PatientAccount
) -> None:
    answer = patient_client.post(f"/mein/{account.pk}/anmeldung/email/", {"email": email})
    assert answer.status_code == 422
    assert not Invitation._base_manager.exists()


def test_asking_often_has_an_end(patient_client: Client, account: PatientAccount) -> None:
    for number in range(5):
        _ask(patient_client, account, f"neu{number}@post.example")
    assert "viele Versuche" in _ask(patient_client, account)


def test_whoever_signed_in_long_ago_proves_it_first(client: Client, account: PatientAccount) -> None:
    client.force_login(account.user)
    answer = client.post(f"/mein/{account.pk}/anmeldung/email/", {"email": NEW})
    assert answer.headers["Location"].startswith("/konto/reauthenticate/")
    assert not Invitation._base_manager.exists()


def test_staff_and_coupled_patients_read_who_changes_it(
    patient_client: Client, account: PatientAccount, reception: User
) -> None:
    now = timezone.now()
    with scope(practice=account.practice):
        Coupling.objects.create(practice=account.practice, system_name="KIS Nord", contact="Frau Lange", is_on=True)
        CoupledPatient.objects.create(
            practice=account.practice, patient=account.patient, external_id="1", created_at=now, updated_at=now
        )
    assert "KIS Nord" in patient_client.get(f"/mein/{account.pk}/anmeldung/").content.decode()
    assert "KIS Nord" in _ask(patient_client, account)
    own = make_patient_account(make_patient(account.practice, "Seidel", "Mira"), reception)
    client = Client()
    client.post("/konto/login/", {"login": reception.email, "password": PASSWORD})
    assert "die Praxis, in der Sie arbeiten" in client.get(f"/mein/{own.pk}/anmeldung/").content.decode()
    assert "die Praxis, in der Sie arbeiten" in _ask(client, own)
    assert not Invitation._base_manager.exists()


def test_a_link_in_the_former_mailbox_sets_no_password_any_more(
    patient_client: Client, account: PatientAccount
) -> None:
    forget_password(email=account.user.email, now=timezone.now())
    [former] = codes_in(send_mails(account.practice))
    _ask(patient_client, account)
    opening = Client()
    open_link(opening, codes_in(send_mails(account.practice))[-1])
    opening.post("/willkommen/bestaetigen/")
    assert _email(account) == NEW
    assert open_link(Client(), former) == ""


def test_the_time_does_not_tell_whether_an_address_is_in_use(
    patient_client: Client, account: PatientAccount, stranger: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[float] = []
    monkeypatch.setattr("praxis.core.even_answers.time.sleep", waited.append)
    for email in (NEW, stranger.email):
        _ask(patient_client, account, email)
    assert len(waited) == 2
    assert all(seconds > 0 for seconds in waited)
