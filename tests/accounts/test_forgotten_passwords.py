"""Passwort vergessen: the same answer in the same time whoever exists, a link for one hour, good once."""

import re
import time
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import HistoryLine, Invitation, PatientAccount, Practice, User
from accounts.selectors import history_of
from accounts.services.invitations import NotInvitable
from accounts.services.passwords import forget_password, send_password_link
from accounts.views import forgotten
from notifications.models import Message
from praxis.core import even_answers
from tests.accounts.links import codes_in, last_code, let_expire, open_link, send_mails
from tests.factories import make_patient, make_practice, make_user

URL = "/konto/password/reset/"
PASSWORD = "Ein langer Satz 17"
Kind = HistoryLine.Kind


@pytest.fixture
def moment() -> datetime:
    return timezone.now()


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long each answer was held back, without waiting for it."""
    naps: list[float] = []
    monkeypatch.setattr(even_answers.time, "sleep", naps.append)
    return naps


def ask(client: Client, email: str) -> tuple[int, str, str]:
    answer = client.post(URL, {"email": email}, follow=True)
    html = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", answer.content.decode())
    return answer.status_code, answer.redirect_chain[-1][0], html


def test_the_link_in_the_mail_replaces_the_password(client: Client, in_practice: Practice, reception: User) -> None:
    ask(client, reception.email.upper())
    assert open_link(client, last_code(in_practice)) == "/willkommen/passwort/"
    client.post("/willkommen/passwort/", {"password": PASSWORD})
    reception.refresh_from_db()
    assert reception.check_password(PASSWORD)
    assert client.get("/kalender/").status_code == 200
    kinds = [line.kind for line in history_of(user=reception)]
    assert kinds == [Kind.SIGNED_IN, Kind.PASSWORD_SET, Kind.RESET_SENT]


def test_the_person_hears_of_the_new_password(client: Client, in_practice: Practice, reception: User) -> None:
    ask(client, reception.email)
    open_link(client, last_code(in_practice))
    client.post("/willkommen/passwort/", {"password": PASSWORD})
    told = send_mails(in_practice)[-1]
    assert told.recipient == reception.email
    assert "Das Passwort wurde geändert." in told.text
    assert PASSWORD not in told.text


@pytest.mark.parametrize("email", ["niemand@demo.example", "empfang@nachbar.example", "aus@demo.example"])
def test_the_answer_is_the_same_whoever_exists(
    client: Client, in_practice: Practice, reception: User, stranger: User, email: str, slept: list[float]
) -> None:
    make_user(in_practice, "aus@demo.example", is_active=False)
    assert ask(Client(), reception.email) == ask(Client(), email)


def test_the_time_is_the_same_whoever_exists(
    client: Client, in_practice: Practice, reception: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each answer ends at the same moment after it began; what was done until then varies and does not show."""
    naps: list[float] = []
    began: list[float] = []

    def keep(email: str, now: datetime) -> None:
        began.append(time.monotonic())
        forget_password(email=email, now=now)

    monkeypatch.setattr(forgotten, "forget_password", keep)
    monkeypatch.setattr(even_answers.time, "sleep", lambda seconds: naps.append(time.monotonic() + seconds - began[-1]))
    for email in (reception.email, "niemand@demo.example"):
        client.post(URL, {"email": email})
    assert naps == pytest.approx([forgotten.ANSWER_SECONDS] * 2, abs=0.1)


def test_nobody_gets_a_mail_who_cannot_sign_in(in_practice: Practice, moment: datetime) -> None:
    make_user(in_practice, "aus@demo.example", is_active=False)
    for email in ("aus@demo.example", "niemand@demo.example"):
        forget_password(email=email, now=moment)
    assert not Message.objects.exists()


def test_an_operator_gets_no_mail(db: None, moment: datetime) -> None:
    User.objects.create_superuser("betreiber@x.example", PASSWORD)
    forget_password(email="betreiber@x.example", now=moment)
    assert not Message._base_manager.exists()


def test_a_patient_gets_the_mail_of_a_practice_with_an_open_account(in_practice: Practice, moment: datetime) -> None:
    closed = make_practice("zu")
    person = User.objects.create_user("patient@x.example", PASSWORD, role="", last_name="Meier")
    for practice, ended_at in ((closed, moment), (in_practice, None)):
        patient = make_patient(practice, "Meier")
        PatientAccount._base_manager.create(
            practice=practice, patient=patient, user=person, origin="self", created_at=moment, deactivated_at=ended_at
        )
    forget_password(email=person.email, now=moment)
    assert [message.practice for message in Message._base_manager.all()] == [in_practice]


def test_the_link_is_over_after_an_hour(client: Client, in_practice: Practice, reception: User) -> None:
    now = timezone.now()
    forget_password(email=reception.email, now=now)
    code, invitation = last_code(in_practice), Invitation.objects.get()
    assert invitation.expires_at == now + timedelta(hours=1)
    let_expire(invitation)
    assert not open_link(client, code)


def test_it_works_once_and_a_newer_one_ends_it(client: Client, in_practice: Practice, reception: User) -> None:
    now = timezone.now()
    forget_password(email=reception.email, now=now - timedelta(minutes=10))
    old = last_code(in_practice)
    forget_password(email=reception.email, now=now)
    new = last_code(in_practice)
    assert not open_link(Client(), old)
    open_link(client, new)
    client.post("/willkommen/passwort/", {"password": PASSWORD})
    assert not open_link(Client(), new)


def test_a_mailbox_is_not_flooded(client: Client, in_practice: Practice, reception: User, moment: datetime) -> None:
    for minutes in range(0, 20, 2):
        forget_password(email=reception.email, now=moment + timedelta(minutes=minutes))
    assert Message.objects.count() == 3


def test_very_many_requests_from_one_place_are_asked_to_wait(
    client: Client, db: None, monkeypatch: pytest.MonkeyPatch, slept: list[float]
) -> None:
    monkeypatch.setattr(forgotten, "MOST_ASKED", 2)
    answers = [client.post(URL, {"email": f"n{number}@x.example"}).status_code for number in range(3)]
    assert answers == [302, 302, 422]


def test_other_sessions_end_with_the_new_password(client: Client, in_practice: Practice, reception: User) -> None:
    elsewhere = Client()
    elsewhere.force_login(reception)
    ask(client, reception.email)
    open_link(client, last_code(in_practice))
    client.post("/willkommen/passwort/", {"password": PASSWORD})
    assert elsewhere.get("/kalender/").status_code == 302


def test_who_never_took_up_the_welcome_gets_in_this_way_too(client: Client, in_practice: Practice) -> None:
    person = User.objects.create_user("spaet@demo.example", None, practice=in_practice, last_name="Spät")
    ask(client, person.email)
    open_link(client, last_code(in_practice))
    client.post("/willkommen/passwort/", {"password": PASSWORD})
    assert client.get("/kalender/").status_code == 200
    assert Kind.ACTIVATED in [line.kind for line in history_of(user=person)]


def test_a_colleague_sends_the_link(in_practice: Practice, reception: User, practice_admin: User) -> None:
    send_password_link(practice=in_practice, user=reception, actor=practice_admin, now=timezone.now())
    assert len(codes_in(send_mails(in_practice))) == 1
    assert history_of(user=reception)[0].actor == practice_admin


def test_no_link_for_people_of_another_practice(in_practice: Practice, stranger: User, practice_admin: User) -> None:
    with pytest.raises(NotInvitable):
        send_password_link(practice=in_practice, user=stranger, actor=practice_admin, now=timezone.now())


def test_the_links_of_django_allauth_are_gone(client: Client, db: None) -> None:
    assert client.get("/konto/password/reset/key/1-set-x/").status_code == 404


def test_an_impossible_address_stays_typed(client: Client, db: None) -> None:
    answer = client.post(URL, {"email": "kein at"})
    assert answer.status_code == 422
    assert re.search(r'value="kein at"', answer.content.decode())
