"""Mails with a link that opens an account: read by nobody but the recipient, and never lost."""

import re
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes
from email.policy import default

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Practice, User
from accounts.services.invitations import invite_user
from accounts.services.users import create_user
from notifications.models import Message
from notifications.services.gateways import save_gateway
from notifications.services.sending import send_due
from tests.accounts.links import open_link, send_mails
from tests.notifications.smtp_server import SmtpServer, serving
from tests.signing_in import sign_in_freshly

NEW_PERSON = {"first_name": "Jana", "last_name": "Voß", "email": "jana@demo.example", "role": "reception"}
LINK = re.compile(r"/willkommen/#([0-9a-f]+)")


@pytest.fixture
def server() -> Iterator[SmtpServer]:
    with serving() as running:
        yield running


@pytest.fixture
def smtp(in_practice: Practice, server: SmtpServer) -> None:
    save_gateway(
        practice=in_practice, channel="email", kind="smtp", sender="praxis@demo.example", host="127.0.0.1",
        port=server.port, is_inside=True, rate_per_second=0, actor=None, now=timezone.now(),
    )  # fmt: skip


@pytest.fixture
def invited(in_practice: Practice) -> User:
    now = timezone.now()
    person = create_user(
        practice=in_practice, email="neu@demo.example", first_name="Nele", last_name="Neu", actor=None, now=now
    )
    invite_user(practice=in_practice, user=person, actor=None, now=now)
    return person


def code_of(mail: bytes) -> str:
    text = message_from_bytes(mail, policy=default).get_body(("plain",))
    assert text is not None
    found = LINK.search(text.get_content())
    assert found
    return found.group(1)


def test_where_mails_are_sent_the_text_is_not_kept(
    client: Client, in_practice: Practice, smtp: None, server: SmtpServer, invited: User, practice_admin: User
) -> None:
    (message,) = send_mails(in_practice)
    assert (message.text, message.is_secret, message.recipient) == ("", True, invited.email)
    client.force_login(practice_admin)
    page = client.get(f"/nachrichten/ausgang/{message.pk}/", follow=True)
    assert "Ihr Text wird nicht gespeichert" in page.content.decode()
    assert open_link(Client(), code_of(server.mails[0]))


@pytest.mark.parametrize("role", ["reception", "doctor"])
def test_where_none_are_sent_yet_a_colleague_does_not_read_the_link(
    client: Client, in_practice: Practice, invited: User, reception: User, doctor: User, role: str
) -> None:
    (message,) = send_mails(in_practice)
    client.force_login({"reception": reception, "doctor": doctor}[role])
    for path in ("/nachrichten/ausgang/", f"/nachrichten/ausgang/{message.pk}/"):
        page = client.get(path)
        assert page.status_code == 200
        assert not LINK.search(page.content.decode())
    assert LINK.search(message.text)


def test_where_none_are_sent_yet_the_administration_passes_the_link_on(
    client: Client, in_practice: Practice, invited: User, practice_admin: User
) -> None:
    (message,) = send_mails(in_practice)
    client.force_login(practice_admin)
    assert LINK.search(client.get(f"/nachrichten/ausgang/{message.pk}/", follow=True).content.decode())


def test_a_mail_server_that_is_down_delays_the_mail_and_loses_nothing(
    client: Client, in_practice: Practice, smtp: None, server: SmtpServer, practice_admin: User
) -> None:
    server.answers["MAIL"] = 451
    sign_in_freshly(client, practice_admin)
    answer = client.post("/einstellungen/personen/neu/", NEW_PERSON)
    assert answer.status_code == 302
    (message,) = send_mails(in_practice)
    assert (message.state, server.mails) == ("queued", [])
    server.answers.clear()
    send_due(timezone.now() + timedelta(hours=1), practice=in_practice)
    message.refresh_from_db()
    assert message.state == "done"
    assert open_link(Client(), code_of(server.mails[0]))


def test_nobody_waits_for_the_mail_server(
    client: Client, in_practice: Practice, smtp: None, practice_admin: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not even a connection is opened while the page is made."""

    def refuse(*args: object, **options: object) -> None:
        raise AssertionError("The page talked to the mail server.")

    monkeypatch.setattr("smtplib.SMTP.connect", refuse)
    sign_in_freshly(client, practice_admin)
    assert client.post("/einstellungen/personen/neu/", NEW_PERSON).status_code == 302
    assert Message.objects.get().state == "queued"


def test_an_invitation_that_was_replaced_before_it_went_out_is_not_sent(
    in_practice: Practice, smtp: None, server: SmtpServer, invited: User
) -> None:
    invited.invitations.update(revoked_at=timezone.now())
    (message,) = send_mails(in_practice)
    assert (message.status_words, server.mails) == ("storniert", [])
