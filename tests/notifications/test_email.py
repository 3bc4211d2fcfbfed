"""E-mail over a real server on localhost: headers, what comes of each refusal, mails that come back."""

from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes
from email.policy import default

import pytest
from django.core.management import call_command

from accounts.models import Practice
from notifications.channels.bounces import read_bounce
from notifications.models import BlockedAddress, DeliveryReport, GatewayAccount, Message, Outcome, Reason
from notifications.services.gateways import GatewayInvalid, save_gateway
from notifications.services.reports import take_report
from notifications.services.status import SETTLES_AFTER, update_status
from praxis.core.sweeping import run_due
from scheduling.models import CalendarColumn
from tests.notifications import cast
from tests.notifications.smtp_server import SmtpServer, serving

pytestmark = pytest.mark.django_db


@pytest.fixture
def server() -> Iterator[SmtpServer]:
    with serving() as running:
        yield running


@pytest.fixture
def account(house: Practice, server: SmtpServer) -> GatewayAccount:
    return save_gateway(
        practice=house, channel="email", kind="smtp", sender="Praxis <praxis@demo.example>", host="127.0.0.1",
        port=server.port, is_inside=True, rate_per_second=0, actor=None, now=cast.NOW,
    )  # fmt: skip


@pytest.fixture
def message(house: Practice, column: CalendarColumn, account: GatewayAccount) -> Message:
    cast.make_visit(column, cast.make_person(house, mobile="", email="magda@post.example", sex="f"))
    cast.prepare_and_release(house)
    return cast.only_message(house)


def test_a_mail_has_text_html_and_one_click_unsubscribing(
    house: Practice, server: SmtpServer, message: Message
) -> None:
    assert cast.send(house) == 1
    message.refresh_from_db()
    assert (message.state, message.outcome) == ("done", Outcome.ACCEPTED)
    mail = message_from_bytes(server.mails[0], policy=default)
    assert mail["To"] == "magda@post.example"
    assert mail["From"] == "Praxis <praxis@demo.example>"
    assert mail["Subject"] == "Ihr Termin am Di 24.11.2026"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["List-Unsubscribe"].startswith("<http")
    assert mail["Message-ID"] == f"<{message.outside_reference}@demo.example>"
    assert mail["Auto-Submitted"] == "auto-generated"
    plain, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain is not None
    assert "Guten Tag Frau Meier" in plain.get_content()
    assert html is not None
    assert "<p>" in html.get_content()


@pytest.mark.parametrize(
    ("command", "code", "state", "mails"),
    [
        ("MAIL", 451, "queued", 0),
        ("RCPT", 450, "queued", 0),
        ("RCPT", 550, "failed", 0),
        ("RCPT", 0, "queued", 0),
        ("DATA", 554, "failed", 0),
        (".", 451, "queued", 0),
        (".", 554, "failed", 0),
        (".", 0, "unknown", 1),
    ],
)
def test_what_comes_of_each_refusal(
    house: Practice, server: SmtpServer, message: Message, command: str, code: int, state: str, mails: int
) -> None:
    server.answers[command] = code
    cast.send(house)
    message.refresh_from_db()
    assert message.state == state
    assert len(server.mails) == mails


def test_nobody_can_be_asked_about_a_mail_so_a_person_decides(
    house: Practice, server: SmtpServer, message: Message
) -> None:
    server.answers["."] = 0
    cast.send(house)
    for number in range(1, 4):
        update_status(practice=house, now=cast.NOW + number * 2 * SETTLES_AFTER)
        cast.send(house, cast.NOW + number * 2 * SETTLES_AFTER)
    message.refresh_from_db()
    assert message.state == "unknown"
    assert len(server.mails) == 1


def test_a_server_that_is_not_there_means_again_later(house: Practice, server: SmtpServer, message: Message) -> None:
    GatewayAccount.objects.update(port=1)
    cast.send(house)
    message.refresh_from_db()
    assert (message.state, message.attempts) == ("queued", 1)
    assert message.due_at > cast.NOW
    GatewayAccount.objects.update(port=server.port)
    assert cast.send(house, cast.NOW + timedelta(minutes=10)) == 1


BOUNCE = """From: mailer-daemon@post.example\r
Date: Mon, 23 Nov 2026 10:00:00 +0100\r
Content-Type: multipart/report; report-type=delivery-status; boundary=b\r
\r
--b\r
Content-Type: text/plain\r
\r
unknown\r
--b\r
Content-Type: message/delivery-status\r
\r
Reporting-MTA: dns; post.example\r
\r
Final-Recipient: rfc822; magda@post.example\r
Action: {action}\r
Status: {status}\r
\r
--b\r
Content-Type: message/rfc822-headers\r
\r
Message-ID: <{reference}@demo.example>\r
\r
--b--\r
"""


def bounce(message: Message, action: str, status: str) -> bytes:
    return BOUNCE.format(action=action, status=status, reference=message.outside_reference).encode()


@pytest.mark.parametrize(
    ("action", "status", "outcome", "is_blocked"),
    [
        ("failed", "5.1.1", Outcome.NOT_DELIVERED, True),
        ("failed", "5.2.2", Outcome.NOT_DELIVERED, False),
        ("delayed", "4.2.2", Outcome.BUFFERED, False),
        ("delivered", "2.0.0", Outcome.DELIVERED, False),
    ],
)
def test_a_mail_that_comes_back_is_known_and_a_dead_address_is_not_used_again(
    house: Practice,
    account: GatewayAccount,
    message: Message,
    action: str,
    status: str,
    outcome: Outcome,
    is_blocked: bool,
) -> None:
    cast.send(house)
    content = bounce(message, action, status)
    take_report(account=account, query={}, body=content, content_type="message/rfc822", now=cast.NOW)
    run_due(DeliveryReport, now=cast.NOW)
    message.refresh_from_db()
    assert message.outcome == outcome
    assert BlockedAddress.objects.exists() is is_blocked
    assert (message.reason == Reason.NOT_DELIVERED) is (outcome == Outcome.NOT_DELIVERED)


@pytest.mark.parametrize("content", [b"", b"From: a@b\r\n\r\nHallo", BOUNCE.replace("{reference}", "x").encode()])
def test_other_mail_is_no_bounce(content: bytes) -> None:
    with pytest.raises(ValueError, match="bounce"):
        read_bounce(content)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"host": ""}, "host"),
        ({"sender": "keine Adresse"}, "sender"),
        ({"sender": "a@b.example\nBcc: x@y.example"}, "sender"),
        ({"kind": "seven"}, "kind"),
        ({"rate_per_second": 1000}, "rate_per_second"),
    ],
)
def test_a_gateway_that_cannot_work_is_not_saved(house: Practice, fields: dict, field: str) -> None:
    given = {"channel": "email", "kind": "smtp", "sender": "a@b.example", "host": "mail.example"} | fields
    with pytest.raises(GatewayInvalid) as refused:
        save_gateway(practice=house, actor=None, now=cast.NOW, **given)
    assert refused.value.field == field


def test_the_command_runs_each_job_as_if_it_were_then(
    house: Practice,
    server: SmtpServer,
    account: GatewayAccount,
    column: CalendarColumn,
    capsys: pytest.CaptureFixture[str],
) -> None:
    cast.make_visit(column, cast.make_person(house, mobile="", email="magda@post.example"))
    for kind in ("prepare-reminders", "prepare-greetings", "send", "status"):
        call_command("job", "run", kind, "--practice", "demo", "--at", "2026-11-23T10:00")
    assert len(server.mails) == 1
    said = capsys.readouterr().out
    assert "Terminerinnerungen aufbereiten: Erfolg" in said
    assert "Mitteilungen senden: Erfolg" in said
