"""What is wrong with an account, a practice or a clock costs no message, and keeps nobody else from sending."""

import time
from collections.abc import Iterator
from datetime import timedelta
from http import HTTPStatus

import pytest
from django.utils import timezone
from django_scopes import scope

from accounts.models import Practice
from accounts.services.mails import MailContent
from notifications.channels import Access, Outgoing, Report
from notifications.channels.base import of_the_account
from notifications.channels.seven import Seven
from notifications.models import GatewayAccount, Message, MessageKind, Outcome, RecipientDay
from notifications.services import claiming, sending, status
from notifications.services.gateways import save_gateway
from notifications.services.lanes import Lane, open_lane
from notifications.services.pacing import take_turn
from notifications.services.recording import Result, record
from notifications.services.releasing import notice_message, take_up_notices
from notifications.services.reports import apply_report
from notifications.services.status import SETTLES_AFTER, update_status
from praxis.core.exceptions import OutsideError
from scheduling.models import CalendarColumn
from tests import factories
from tests.notifications import cast
from tests.notifications.smtp_server import SmtpServer, serving

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("code", [401, 402, 403, 404, 405, 301])
def test_a_wrong_key_or_address_pauses_the_account(code: int) -> None:
    refused = of_the_account(OutsideError("nein", permanent=True, status=code))
    assert (refused.permanent, refused.retry_after) == (False, timedelta(minutes=15))


def test_an_address_that_is_not_allowed_pauses_the_account_too() -> None:
    assert of_the_account(OutsideError("liegt im eigenen Netz", permanent=True)).retry_after


def test_too_many_pauses_the_account_also_when_nobody_says_how_long() -> None:
    assert of_the_account(OutsideError("langsam", status=HTTPStatus.TOO_MANY_REQUESTS)).retry_after


@pytest.mark.parametrize("code", [400, 413, 422])
def test_what_is_wrong_with_the_message_is_final(code: int) -> None:
    assert of_the_account(OutsideError("nein", permanent=True, status=code)).permanent


def test_what_may_have_been_sent_stays_unclear() -> None:
    assert of_the_account(OutsideError("Störung", outcome_unknown=True, status=500)).outcome_unknown


def test_seven_refuses_the_key_by_http(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_args: object, **_options: object) -> None:
        raise OutsideError("nein", permanent=True, status=401)

    monkeypatch.setattr("notifications.channels.seven.request", refuse)
    with pytest.raises(OutsideError) as raised:
        Seven(Access(secret="x")).send(_outgoing())
    assert (raised.value.permanent, raised.value.retry_after) == (False, timedelta(minutes=15))


def _outgoing() -> Outgoing:
    return Outgoing(reference="0" * 32, recipient="+4915123456789", text="Guten Tag")


@pytest.fixture
def server() -> Iterator[SmtpServer]:
    with serving() as running:
        yield running


@pytest.mark.parametrize(("command", "code"), [("MAIL", 550), ("MAIL", 530), ("RCPT", 530)])
def test_a_refused_sender_costs_no_mail(
    house: Practice, column: CalendarColumn, server: SmtpServer, command: str, code: int
) -> None:
    account = save_gateway(
        practice=house, channel="email", kind="smtp", sender="praxis@demo.example", host="127.0.0.1",
        port=server.port, is_inside=True, rate_per_second=0, actor=None, now=cast.NOW,
    )  # fmt: skip
    cast.make_visit(column, cast.make_person(house, mobile="", email="magda@post.example"))
    cast.prepare_and_release(house)
    server.answers[command] = code
    cast.send(house)
    message = cast.only_message(house)
    assert (message.state, message.attempts) == ("queued", 0)
    account.refresh_from_db()
    assert account.next_free_at > timezone.now() + timedelta(minutes=10)


def test_a_mail_server_in_the_wrong_place_costs_no_mail(house: Practice, column: CalendarColumn) -> None:
    save_gateway(
        practice=house, channel="email", kind="smtp", sender="praxis@demo.example", host="127.0.0.1", port=25,
        rate_per_second=0, actor=None, now=cast.NOW,
    )  # fmt: skip
    cast.make_visit(column, cast.make_person(house, mobile="", email="magda@post.example"))
    cast.prepare_and_release(house)
    cast.send(house)
    assert cast.only_message(house).state == "queued"


def test_saving_the_form_keeps_what_the_operator_set_for_this_server(house: Practice) -> None:
    common = {
        "practice": house, "channel": "email", "kind": "smtp", "sender": "praxis@demo.example", "actor": None,
        "now": cast.NOW,
    }  # fmt: skip
    save_gateway(**common, host="mail.praxis.lan", is_inside=True)
    kept = save_gateway(**common, host="mail.praxis.lan", reply_to="empfang@demo.example")
    assert kept.is_inside
    assert not save_gateway(**common, host="10.0.0.7").is_inside, "another server may stand anywhere"


def test_a_corrected_account_works_at_once_and_trouble_is_forgotten_when_it_does(
    house: Practice, column: CalendarColumn, server: SmtpServer
) -> None:
    common = {
        "practice": house, "channel": "email", "kind": "smtp", "sender": "praxis@demo.example", "host": "127.0.0.1",
        "port": server.port, "is_inside": True, "rate_per_second": 0, "actor": None, "now": cast.NOW,
    }  # fmt: skip
    account = save_gateway(**common)
    cast.make_visit(column, cast.make_person(house, mobile="", email="magda@post.example"))
    cast.prepare_and_release(house)
    server.answers["MAIL"] = 550
    cast.send(house)
    account.refresh_from_db()
    assert account.last_error
    del server.answers["MAIL"]
    save_gateway(**common)
    assert take_turn(GatewayAccount.objects.get()) == 0
    GatewayAccount.objects.update(last_error="noch von gestern")
    assert cast.send(house, cast.NOW + timedelta(minutes=20)) == 1
    account.refresh_from_db()
    assert account.last_error == ""


def test_a_number_that_does_not_exist_says_nothing_about_the_account(
    house: Practice, column: CalendarColumn, server: SmtpServer
) -> None:
    account = save_gateway(
        practice=house, channel="email", kind="smtp", sender="praxis@demo.example", host="127.0.0.1",
        port=server.port, is_inside=True, rate_per_second=0, actor=None, now=cast.NOW,
    )  # fmt: skip
    cast.make_visit(column, cast.make_person(house, mobile="", email="magda@post.example"))
    cast.prepare_and_release(house)
    server.answers["RCPT"] = 550
    cast.send(house)
    account.refresh_from_db()
    assert (cast.only_message(house).state, account.last_error) == ("failed", "")


def test_nobody_waits_out_the_pause_of_an_account(house: Practice, column: CalendarColumn, server: SmtpServer) -> None:
    save_gateway(
        practice=house, channel="email", kind="smtp", sender="praxis@demo.example", host="127.0.0.1",
        port=server.port, is_inside=True, rate_per_second=0, actor=None, now=cast.NOW,
    )  # fmt: skip
    GatewayAccount.objects.update(next_free_at=timezone.now() + timedelta(minutes=15))
    cast.make_visit(column, cast.make_person(house, mobile="", email="magda@post.example"))
    cast.prepare_and_release(house)
    began = time.monotonic()
    assert cast.send(house) == 0
    assert time.monotonic() - began < 5
    message = cast.only_message(house)
    assert (message.state, message.attempts) == ("queued", 0)
    assert RecipientDay.objects.get().sent == 0


@pytest.fixture
def two(house: Practice, column: CalendarColumn, neighbour: Practice) -> Practice:
    """A message each is due in both practices; returns the other one."""
    cast.make_visit(column, cast.make_person(house))
    cast.prepare_and_release(house)
    with scope(practice=neighbour):
        cast.open_messages(neighbour)
        cast.make_visit(factories.make_column(neighbour, "Dr. Vogt"), cast.make_person(neighbour))
        cast.prepare_and_release(neighbour)
    return neighbour


def test_an_account_that_cannot_be_read_stops_its_practice_alone(
    house: Practice, two: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(practice: Practice, channel: str) -> Lane:
        if practice == house:
            raise ValueError("key lost")
        return open_lane(practice, channel)

    monkeypatch.setattr(sending, "open_lane", broken)
    assert sending.send_due(cast.NOW) == 1
    assert Message._base_manager.get(outcome=Outcome.ACCEPTED).practice == two


def test_a_lane_that_breaks_off_stops_alone(house: Practice, two: Practice, monkeypatch: pytest.MonkeyPatch) -> None:
    claim = sending.claim_batch

    def broken(lane: Lane, **options: object) -> list[sending.Draft]:
        if lane.practice == house:
            raise ValueError("text cannot be written")
        return claim(lane, **options)

    monkeypatch.setattr(sending, "claim_batch", broken)
    assert sending.send_due(cast.NOW) == 1
    assert Message._base_manager.get(outcome=Outcome.ACCEPTED).practice == two


def test_many_mails_do_not_stand_before_the_sms_that_can_be_asked_about(
    house: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(status, "_AT_ONCE", 2)
    smtp = save_gateway(
        practice=house, channel="email", kind="smtp", sender="praxis@demo.example", host="127.0.0.1", is_inside=True,
        actor=None, now=cast.NOW,
    )  # fmt: skip
    for number in range(8):
        is_mail = number < 5
        Message.objects.create(
            practice=house, kind=MessageKind.REMINDER, channel="email" if is_mail else "sms", state="done",
            outcome=Outcome.ACCEPTED, sent_at=cast.NOW + timedelta(minutes=number), due_at=cast.NOW,
            gateway=smtp if is_mail else None, gateway_kind="smtp" if is_mail else "console",
            gateway_reference=f"n{number}",
        )  # fmt: skip
    counts = update_status(practice=house, now=cast.NOW + timedelta(hours=1))
    assert (counts.asked, counts.news) == (3, 3)


def test_a_clock_that_was_set_back_keeps_nobody_waiting(house: Practice) -> None:
    account = save_gateway(
        practice=house, channel="sms", kind="seven", secret="x", rate_per_second=2, actor=None, now=cast.NOW
    )
    ahead = timezone.now() + timedelta(hours=1)
    GatewayAccount.objects.update(recent_starts=[ahead, ahead + timedelta(seconds=1)])
    assert take_turn(account) == 0
    assert take_turn(account) > 0, "the gap between two calls is kept"


def test_a_notice_lets_no_reminder_past_the_limit_of_a_day(
    house: Practice, column: CalendarColumn, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail = MailContent(recipient="ada@post.example", subject="Einladung", text="Willkommen")
    monkeypatch.setattr(claiming, "write_mail", lambda *_: mail)
    for number in range(6):
        child = cast.make_person(house, "Kind", first_name=f"K{number}", mobile="", email="ada@post.example")
        cast.make_visit(column, child, hour=8 + number // 4, minute=15 * (number % 4))
    cast.prepare_and_release(house)
    message = notice_message(practice_id=house.pk, notice="invitation", reference_id=1, not_after=None, now=cast.NOW)
    take_up_notices([message])
    cast.send(house)
    sent = Message.objects.filter(outcome=Outcome.ACCEPTED)
    assert sent.filter(kind=MessageKind.NOTICE).count() == 1
    assert sent.count() == RecipientDay.objects.get().sent == 3


def test_what_a_report_says_was_sent_is_not_sent_again_whatever_the_answer_was(
    house: Practice, column: CalendarColumn
) -> None:
    cast.make_visit(column, cast.make_person(house))
    cast.prepare_and_release(house)
    lane = open_lane(house, "sms")
    [draft] = claiming.claim_batch(lane, now=cast.NOW, limit=10)
    apply_report(draft.row.id, Report(Outcome.DELIVERED), now=cast.NOW)
    record(lane, [Result(draft, OutsideError("später"), cast.NOW)], now=cast.NOW)
    later = cast.NOW + SETTLES_AFTER
    assert cast.send(house, later) == 0
    update_status(practice=house, now=later)
    message = cast.only_message(house)
    assert (message.state, message.outcome, message.credits_booked) == ("done", Outcome.DELIVERED, message.segments)
