"""ASPSMS: our own reference travels with the number and can be asked for."""

import json
from collections.abc import Callable

import pytest

from notifications.channels import Access, Asked, Outgoing, Receipt
from notifications.channels.aspsms import Aspsms
from notifications.models import Outcome
from praxis.core.exceptions import OutsideError
from tests.core.outside_server import OutsideServer, answering, serving
from tests.notifications import cast

REFERENCE = "0" * 31 + "1"


def told(server: OutsideServer) -> dict:
    return json.loads(server.requests[-1].partition(b"\r\n\r\n")[2])


def with_answer(answer: object, ask: Callable[[Aspsms], object], callback: str = "") -> tuple[object, OutsideServer]:
    with serving(answering(200, json.dumps(answer).encode())) as server:
        base = server.url.partition("/path")[0]
        access = Access(
            sender="Praxis", user="key", secret="word", base_url=base, is_inside=True, callback_url=callback
        )
        return ask(Aspsms(access)), server


def send(gateway: Aspsms) -> Receipt:
    return gateway.send(Outgoing(REFERENCE, "+41791234567", "Termin"))


def test_the_reference_follows_the_number() -> None:
    receipt, server = with_answer({"StatusCode": "1", "StatusInfo": "OK"}, send, "https://praxis.example/r/t/")
    assert receipt == Receipt(gateway_reference=REFERENCE)
    body = told(server)
    assert body["Recipients"] == [f"+41791234567:{REFERENCE}"]
    assert body["UserName"] == "key"
    assert body["URLDeliveryNotification"].startswith("https://praxis.example/r/t/?dst=<DST>&trn=<TRN>")
    assert body["ForceGSM7bit"] is True


@pytest.mark.parametrize(
    ("code", "permanent", "unknown", "pauses"),
    [("3", False, False, True), ("5", False, False, True), ("20", True, False, False), ("24", False, False, False),
     ("6", False, True, False), ("99", False, True, False)],
)  # fmt: skip
def test_each_refusal_is_what_it_means(code: str, permanent: bool, unknown: bool, pauses: bool) -> None:
    with pytest.raises(OutsideError) as refused:
        with_answer({"StatusCode": code}, send)
    error = refused.value
    assert (error.permanent, error.outcome_unknown, error.retry_after is not None) == (permanent, unknown, pauses)


def test_what_is_no_answer_is_unclear() -> None:
    with pytest.raises(OutsideError) as refused:
        with_answer([1], send)
    assert refused.value.outcome_unknown


@pytest.mark.parametrize(
    ("status", "outcomes"),
    [("0", [Outcome.DELIVERED]), ("1", [Outcome.BUFFERED]), ("2", [Outcome.NOT_DELIVERED]), ("-1", [])],
)
def test_the_state_is_asked_for_by_our_reference(status: str, outcomes: list[Outcome]) -> None:
    row = {"TransactionReferenceNumber": REFERENCE, "DeliveryStatus": status, "Reasoncode": "101"}
    asked = [Asked(REFERENCE, "", "+41791234567", cast.NOW)]
    reports, server = with_answer({"StatusCode": "1", "DeliveryNotifications": [row]}, lambda g: g.query(asked))
    assert [report.outcome for report in reports] == outcomes  # type: ignore[attr-defined]
    assert told(server)["TransactionReferenceNumbers"] == REFERENCE


def test_a_callback_names_our_reference() -> None:
    gateway = Aspsms(Access())
    [report] = gateway.read_report({"trn": REFERENCE, "dst": "2", "rsn": "101", "at": "23112026091500"}, b"", "")
    assert (report.reference, report.outcome, report.is_hard_bounce) == (REFERENCE, Outcome.NOT_DELIVERED, True)
    with pytest.raises(ValueError, match="no delivery report"):
        gateway.read_report({"trn": "", "dst": "0"}, b"", "")
