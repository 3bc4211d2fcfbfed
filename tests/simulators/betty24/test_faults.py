"""Every fault does on the wire what its name says, and the store knows what was carried out."""

import http.client
import socket
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo

import pytest

from tests.betty24_portal import Portal, Reply

NINE = datetime(2031, 3, 4, 9, 0, tzinfo=ZoneInfo("Europe/Berlin"))
QUARTER = timedelta(minutes=15)
LOCK = {"start": NINE.isoformat(), "end": (NINE + QUARTER).isoformat(), "kind": "lock"}


def push(portal: Portal) -> Reply:
    return portal.v1("PUT", "/calendars/cal-1/locks/entry-1", LOCK)


def fault(portal: Portal, kind: str, on: str = "push", **more: object) -> None:
    portal.faults({"on": on, "kind": kind, **more})


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [
        ("409", 409, "conflict"),
        ("410", 410, "cursor_expired"),
        ("429", 429, "too_many_requests"),
        ("500", 500, "internal_error"),
    ],
)
def test_a_refusal_is_answered_instead_of_carrying_out(portal: Portal, kind: str, status: int, code: str) -> None:
    fault(portal, kind)

    answer = push(portal)

    assert (answer.status, answer.json()["code"]) == (status, code)
    assert portal.locks() == []
    assert push(portal).status == 201


def test_too_many_requests_says_when_to_come_back(portal: Portal) -> None:
    fault(portal, "429", seconds=7)

    assert push(portal).headers["retry-after"] == "7"


@pytest.mark.parametrize(("kind", "is_carried_out"), [("reset", True), ("lost", False)])
def test_the_connection_is_reset_after_or_before_carrying_out(portal: Portal, kind: str, is_carried_out: bool) -> None:
    fault(portal, kind)

    with pytest.raises(ConnectionResetError):
        push(portal)

    assert bool(portal.locks()) is is_carried_out
    assert len(portal.log()) == int(is_carried_out)


def test_half_an_answer_ends_in_the_middle_of_what_was_carried_out(portal: Portal) -> None:
    fault(portal, "half")

    with pytest.raises(http.client.IncompleteRead) as broken:
        push(portal)

    assert broken.value.partial.startswith(b'{"practice_ref"')
    assert len(portal.locks()) == 1


def test_half_an_answer_without_a_body_ends_in_its_head(portal: Portal) -> None:
    push(portal)
    fault(portal, "half")

    with socket.create_connection(portal.address, timeout=10) as raw:
        head = f"DELETE /v1/calendars/cal-1/locks/entry-1 HTTP/1.1\r\nHost: x\r\nAuthorization: ApiKey {portal.key}"
        raw.sendall(head.encode() + b"\r\n\r\n")
        received = b"".join(iter(lambda: raw.recv(4096), b""))

    assert received.startswith(b"HTTP/1.1 204")
    assert b"\r\n\r\n" not in received
    assert portal.locks() == []


def test_garbage_looks_like_success_and_is_no_json(portal: Portal) -> None:
    fault(portal, "garbage")

    answer = push(portal)

    assert (answer.status, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert len(portal.locks()) == 1


def test_an_error_may_follow_what_was_carried_out(portal: Portal) -> None:
    fault(portal, "500after")

    assert push(portal).status == 500
    assert len(portal.locks()) == 1


def test_a_slow_answer_holds_up_nobody_else(portal: Portal) -> None:
    fault(portal, "slow", seconds=1.5)
    began_at = time.monotonic()
    slow = threading.Thread(target=push, args=(portal,))
    slow.start()
    while not portal.log():
        assert time.monotonic() - began_at < 1, "carried out before the wait"

    assert portal.v1("GET", "/calendars").status == 200
    assert slow.is_alive()
    slow.join(20)
    assert time.monotonic() - began_at >= 1.5


def test_a_wrong_clock_is_an_hour_off_in_head_and_body(portal: Portal) -> None:
    booking = portal.book("cal-1", NINE)
    fault(portal, "clock", on="pull")

    wrong, right = (portal.v1("GET", "/changes") for _ in range(2))

    told, true = (datetime.fromisoformat(one.json()["changes"][0]["booking"]["booked_at"]) for one in (wrong, right))
    assert told - true == timedelta(hours=1)
    assert true.isoformat() == booking["booked_at"]
    ahead = parsedate_to_datetime(wrong.headers["date"]) - datetime.now(UTC)
    assert timedelta(minutes=55) < ahead < timedelta(minutes=65)
    assert wrong.json()["changes"][0]["booking"]["start"] == NINE.isoformat()


def test_down_refuses_everybody_and_hangs_up_on_those_who_are_connected(portal: Portal) -> None:
    kept = http.client.HTTPConnection(*portal.address, timeout=10)
    kept.request("GET", "/sim/faults")
    kept.getresponse().read()
    began_at = time.monotonic()

    fault(portal, "down", on="*", seconds=1.2)

    with pytest.raises(ConnectionRefusedError):
        push(portal)
    assert kept.sock
    assert kept.sock.recv(1) == b""
    kept.close()
    portal.wait_until_up()
    assert time.monotonic() - began_at >= 1.2
    assert push(portal).status == 201


def test_faults_are_used_up_in_their_order_and_only_where_they_belong(portal: Portal) -> None:
    portal.faults({"on": "push", "kind": "500", "times": 2}, {"on": "*", "kind": "429", "times": 1})

    assert portal.v1("GET", "/changes").status == 429
    assert [push(portal).status for _ in range(2)] == [500, 500]
    assert (push(portal).status, portal.faults_left()) == (201, [])


def test_an_empty_script_clears_the_old_one(portal: Portal) -> None:
    portal.faults({"on": "push", "kind": "500", "times": 9})
    assert [(one["kind"], one["times"]) for one in portal.faults_left()] == [("500", 9)]

    portal.faults()

    assert push(portal).status == 201


def test_faults_of_one_practice_are_none_of_another(portal: Portal) -> None:
    other = portal.add_practice("quiet-neighbour", "cal-1")
    portal.faults({"on": "*", "kind": "500", "times": 9})

    assert push(other).status == 201


CALLS: dict[str, Callable[[Portal, str], Reply]] = {
    "pull": lambda portal, booking: portal.v1("GET", "/changes"),
    "full": lambda portal, booking: portal.v1("GET", "/bookings"),
    "push": lambda portal, booking: portal.v1("DELETE", "/calendars/cal-1/locks/entry-1"),
    "not-free": lambda portal, booking: portal.v1("PUT", "/calendars/cal-1/not-free", {}),
    "placement": lambda portal, booking: portal.v1("POST", f"/bookings/{booking}/placement", {}),
    "cancel": lambda portal, booking: portal.v1("POST", f"/bookings/{booking}/cancel", {}),
    "describe": lambda portal, booking: portal.v1("GET", "/calendars"),
    "compare": lambda portal, booking: portal.v1("GET", "/calendars/cal-1/digests"),
}


@pytest.mark.parametrize("on", CALLS)
def test_every_call_of_the_protocol_can_be_made_to_fail_alone(portal: Portal, on: str) -> None:
    booking = portal.book("cal-1", NINE)["id"]
    fault(portal, "429", on=on, times=len(CALLS))

    statuses = {name: call(portal, booking).status for name, call in CALLS.items()}

    assert {name for name, status in statuses.items() if status == 429} == {on}
    assert portal.faults_left()[0]["times"] == len(CALLS) - 1
