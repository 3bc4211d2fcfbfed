"""A gateway without idempotency keys and all that goes wrong with it: nothing twice, nothing lost, nothing silent."""

import json
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client

from accounts.models import Practice
from notifications.channels import Access, Asked, Report
from notifications.channels.seven import Seven
from notifications.models import CreditAccount, DeliveryReport, GatewayAccount, Message, Outcome, Reason
from notifications.services.reports import find_message, take_report
from notifications.services.status import SETTLES_AFTER, update_status
from praxis.core.http import Answer
from praxis.core.sweeping import run_due
from scheduling.models import CalendarColumn
from tests.notifications import cast
from tests.notifications.gateway import Simulator, running, use_simulator

pytestmark = pytest.mark.django_db

SETTLED = cast.NOW + SETTLES_AFTER + timedelta(minutes=1)


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    with running(tmp_path_factory.mktemp("seven")) as simulator:
        yield simulator


@pytest.fixture
def simulator(process: Simulator) -> Simulator:
    process.call("POST", "/sim/reset")
    return process


@pytest.fixture
def account(house: Practice, simulator: Simulator) -> GatewayAccount:
    return use_simulator(house, simulator)


@pytest.fixture
def message(house: Practice, column: CalendarColumn, account: GatewayAccount) -> Message:
    """Prepared and released."""
    cast.make_visit(column, cast.make_person(house))
    cast.prepare_and_release(house)
    return cast.only_message(house)


def state(message: Message) -> tuple[str, int]:
    message.refresh_from_db()
    return message.state, message.outcome


def test_it_is_accepted_once_with_our_reference(house: Practice, simulator: Simulator, message: Message) -> None:
    assert cast.send(house) == 1
    [accepted] = simulator.accepted()
    assert accepted["foreign_id"] == message.outside_reference
    assert accepted["to"] == "+4915123456789"
    assert state(message) == ("done", Outcome.ACCEPTED)
    assert message.gateway_reference == accepted["id"]
    assert message.price_points == 750


@pytest.mark.parametrize("fault", ["reset", "500after", "garbage"])
def test_a_lost_answer_is_unclear_and_found_again(
    house: Practice, simulator: Simulator, message: Message, fault: str
) -> None:
    simulator.fault(fault)
    cast.send(house)
    assert state(message) == ("unknown", Outcome.NONE)
    assert CreditAccount.objects.get().reserved > 0, "unclear stays set aside"
    cast.send(house, cast.NOW + timedelta(minutes=5))
    update_status(practice=house, now=cast.NOW + timedelta(minutes=5))
    assert state(message)[0] == "unknown", "too early to ask"
    counts = update_status(practice=house, now=SETTLED)
    assert (counts.settled, state(message)) == (1, ("done", Outcome.ACCEPTED))
    assert len(simulator.accepted()) == 1
    assert CreditAccount.objects.get().reserved == 0


@pytest.mark.parametrize("fault", ["lost", "500"])
def test_a_call_that_certainly_was_not_taken_is_made_once_more(
    house: Practice, simulator: Simulator, message: Message, fault: str
) -> None:
    simulator.fault(fault)
    cast.send(house)
    assert state(message)[0] == "unknown"
    assert simulator.accepted() == []
    assert update_status(practice=house, now=SETTLED).resent == 1
    cast.send(house, SETTLED)
    assert state(message) == ("done", Outcome.ACCEPTED)
    assert len(simulator.accepted()) == 1


def test_lost_twice_it_waits_for_a_person(house: Practice, simulator: Simulator, message: Message) -> None:
    simulator.fault("lost", times=2)
    now = cast.NOW
    for _ in range(3):
        cast.send(house, now)
        now += SETTLES_AFTER + timedelta(minutes=1)
        update_status(practice=house, now=now)
    assert state(message)[0] == "unknown"
    assert simulator.accepted() == []


def test_while_the_journal_does_not_answer_nothing_is_decided(
    house: Practice, simulator: Simulator, message: Message
) -> None:
    simulator.fault("reset")
    cast.send(house)
    for number, fault in enumerate(["500", "reset", "garbage"]):
        simulator.fault(fault, on="journal")
        update_status(practice=house, now=SETTLED + number * 2 * SETTLES_AFTER)
        assert state(message)[0] == "unknown"
    update_status(practice=house, now=SETTLED + 8 * SETTLES_AFTER)
    assert state(message) == ("done", Outcome.ACCEPTED)
    assert len(simulator.accepted()) == 1


def test_402_means_that_it_may_have_been_taken_before(house: Practice, simulator: Simulator, message: Message) -> None:
    simulator.fault("402")
    cast.send(house)
    assert state(message)[0] == "unknown"


def test_a_refused_number_is_final(house: Practice, simulator: Simulator, message: Message) -> None:
    simulator.fault("refuse")
    cast.send(house)
    assert state(message)[0] == "failed"
    assert message.reason == Reason.REFUSED
    assert CreditAccount.objects.get().reserved == 0


@pytest.mark.parametrize("fault", ["429", "nocredit", "bare"])
def test_trouble_of_the_account_pauses_it_and_costs_no_message(
    house: Practice, simulator: Simulator, message: Message, account: GatewayAccount, fault: str
) -> None:
    simulator.fault(fault)
    cast.send(house)
    assert state(message) == ("queued", Outcome.NONE)
    assert message.attempts == 0
    account.refresh_from_db()
    assert account.last_error
    assert cast.send(house, cast.NOW + timedelta(milliseconds=200)) == 0
    GatewayAccount.objects.update(next_free_at=cast.NOW - timedelta(days=400))
    cast.send(house, cast.NOW + timedelta(minutes=20))
    assert state(message) == ("done", Outcome.ACCEPTED)
    assert len(simulator.accepted()) == 1


def report(account: GatewayAccount, message: Message, status: str, *, by: str = "foreign_id") -> None:
    data = {"msg_id": message.gateway_reference or "1", "status": status, "timestamp": "2026-11-23T10:00:00Z"}
    data |= {"foreign_id": message.outside_reference} if by == "foreign_id" else {}
    body = json.dumps({"webhook_event": "dlr", "data": data}).encode()
    take_report(account=account, query={}, body=body, content_type="application/json", now=cast.NOW)
    run_due(DeliveryReport, now=cast.NOW)


ORDERS = [
    (["BUFFERED", "DELIVERED"], Outcome.DELIVERED),
    (["DELIVERED", "BUFFERED"], Outcome.DELIVERED),
    (["DELIVERED", "DELIVERED", "ACCEPTED"], Outcome.DELIVERED),
    (["BUFFERED", "NOTDELIVERED", "TRANSMITTED"], Outcome.NOT_DELIVERED),
    (["NOTDELIVERED", "DELIVERED"], Outcome.DELIVERED),
    (["DELIVERED", "NOTDELIVERED"], Outcome.DELIVERED),
]


@pytest.mark.parametrize(("statuses", "expected"), ORDERS)
@pytest.mark.parametrize("by", ["foreign_id", "msg_id"])
def test_reports_in_any_order_end_the_same(
    house: Practice, account: GatewayAccount, message: Message, statuses: list[str], expected: Outcome, by: str
) -> None:
    cast.send(house)
    message.refresh_from_db()
    for status in statuses:
        report(account, message, status, by=by)
    assert state(message) == ("done", expected)
    assert message.final_at is not None


def test_a_report_before_our_own_commit_is_not_lost(
    house: Practice, simulator: Simulator, account: GatewayAccount, message: Message
) -> None:
    """The gateway calls back while our call is still running: the row does not know the gateway's number yet."""
    Message.objects.filter(pk=message.pk).update(
        state="running", claim_number=1, lease_until=cast.NOW, is_numbered=True
    )  # fmt: skip
    report(account, message, "DELIVERED")
    assert state(message) == ("running", Outcome.DELIVERED)
    cast.send(house, cast.NOW + timedelta(seconds=1))
    update_status(practice=house, now=cast.NOW + timedelta(seconds=2))
    assert state(message) == ("done", Outcome.DELIVERED)
    assert simulator.accepted() == [], "known to be sent, so never called"


def test_a_reference_that_is_none_of_ours_is_found_by_the_gateways_number(
    account: GatewayAccount, message: Message
) -> None:
    Message.objects.filter(pk=message.pk).update(gateway_reference="77", gateway=account, gateway_kind="seven")
    assert find_message(account, Report(Outcome.DELIVERED, reference="z" * 32, gateway_reference="77")) == message.pk


def test_our_reference_is_found_by_the_number_in_it_and_proved_by_the_whole(
    account: GatewayAccount, message: Message
) -> None:
    ours = message.outside_reference
    assert int(ours[:16], 16) == message.pk
    assert find_message(account, Report(Outcome.DELIVERED, reference=ours.upper())) == message.pk
    for guessed in (ours[:16] + "0" * 16, message.reference.hex, "f" * 32, "0" * 32):
        assert find_message(account, Report(Outcome.DELIVERED, reference=guessed)) is None
    Message.objects.filter(pk=message.pk).update(claim_number=1, sent_at=cast.NOW)
    old = Report(Outcome.DELIVERED, reference=message.reference.hex)
    assert find_message(account, old) == message.pk, "sent before references began with the number"
    assert find_message(account, Report(Outcome.DELIVERED, reference=ours)) is None


def test_a_number_is_found_in_a_journal_that_keeps_no_plus(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else what was taken would count as lost, and go out twice."""
    row = {"id": "77", "to": "4915123456789", "foreign_id": "a" * 32, "dlr": "DELIVERED"}

    def journal(*_args: object, params: dict[str, str], **_options: object) -> Answer:
        found = [row] if params.get("to") == row["to"] else []
        return Answer(200, {}, json.dumps(found).encode(), idempotent=True)

    monkeypatch.setattr("notifications.channels.seven.request", journal)
    asked = Asked("a" * 32, "", "+4915123456789", cast.NOW)
    [report] = Seven(Access(secret="x")).query([asked])
    assert (report.outcome, report.gateway_reference) == (Outcome.DELIVERED, "77")


def test_a_report_settles_what_was_unclear(
    house: Practice, simulator: Simulator, account: GatewayAccount, message: Message
) -> None:
    simulator.fault("reset")
    cast.send(house)
    report(account, message, "DELIVERED")
    assert state(message) == ("done", Outcome.DELIVERED)
    assert CreditAccount.objects.get().reserved == 0


def test_callbacks_are_answered_at_once_whatever_they_say(client: Client, account: GatewayAccount) -> None:
    url = f"/rueckmeldung/{account.callback_token}/"
    bodies = [
        b"",
        b"{",
        b'{"webhook_event":"dlr","data":{"msg_id":"404","status":"DELIVERED"}}',
        b"\xff\xfe",
        b"x" * 300_000,
    ]
    for body in bodies:
        assert client.post(url, body, content_type="application/json").status_code == 204
    assert client.get(url + "?msg_id=1&status=DELIVERED").status_code == 204
    assert client.post("/rueckmeldung/geraten/", b"{}", content_type="application/json").status_code == 404
    assert DeliveryReport.objects.count() == 5
    client.post(url, bodies[2], content_type="application/json")
    assert DeliveryReport.objects.count() == 5, "the same once"


def test_status_is_asked_for_seven_days(house: Practice, simulator: Simulator, message: Message) -> None:
    cast.send(house)
    simulator.call("POST", "/sim/faults", [])
    counts = update_status(practice=house, now=cast.NOW + timedelta(hours=1))
    assert (counts.asked, counts.news) == (1, 0)
    counts = update_status(practice=house, now=cast.NOW + timedelta(days=7, hours=1))
    assert counts.asked == 0
    assert state(message) == ("done", Outcome.ACCEPTED)
    assert message.final_at is not None


def test_a_slow_gateway_at_the_limit_is_asked_exactly_as_often_as_it_allows(
    house: Practice, column: CalendarColumn, simulator: Simulator
) -> None:
    """200 ms for each answer, 10 a second: never more within any second, and within 2 % over the whole."""
    use_simulator(house, simulator, rate=10)
    number_of = 30
    for number in range(number_of):
        mobile = f"0151 234567{number:02}"
        patient = cast.make_person(house, "Meier", first_name=f"M{number}", mobile=mobile)
        cast.make_visit(column, patient, hour=8 + number // 4, minute=15 * (number % 4))
    cast.prepare_and_release(house)
    simulator.fault("slow", times=number_of, seconds=0.2)
    began = time.monotonic()
    assert cast.send(house) == number_of
    assert time.monotonic() - began < 12
    at = [row["timestamp"] for row in simulator.accepted()]
    assert len(at) == number_of
    # What a busy machine adds to the way there is no message too many: test_pacing.py looks at the starts themselves.
    assert all(later - earlier > 0.9 for earlier, later in zip(at, at[10:], strict=False))
    # How much of the limit is used is for `make bench`, on a quiet machine.
    assert (at[20] - at[0]) / 2 < 1.5
