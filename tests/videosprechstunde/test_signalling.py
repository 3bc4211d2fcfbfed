"""What the two browsers tell each other through the server."""

import uuid
from typing import Any

import pytest
from django.utils import timezone

from tests.videosprechstunde.calls import Browser, booked, call_of, member_of, patient_browser, practice_browser
from tests.videosprechstunde.cast import VideoHouse
from videosprechstunde.models import CallMember, Signal


@pytest.fixture
def pair(house: VideoHouse) -> tuple[Browser, Browser]:
    """Doctor and patient, both in."""
    entry = booked(house)
    doctor, patient = practice_browser(entry, house.doctor), patient_browser(entry)
    doctor.post(f"einlassen/{member_of(entry).pk}")
    doctor.enter()
    patient.enter()
    doctor.epoch = patient.epoch
    return doctor, patient


def me(browser: Browser) -> int:
    found: int = browser.ask()["me"]
    return found


def test_a_signal_arrives_once_in_order_and_only_at_the_other(pair: tuple[Browser, Browser]) -> None:
    doctor, patient = pair
    first = doctor.signal(me(patient), "description", payload={"type": "offer", "sdp": "v=0"}).json()["seq"]
    doctor.signal(me(patient), "candidates", payload=[{"candidate": "x"}])

    told = patient.ask()["messages"]
    assert [one["kind"] for one in told] == ["description", "candidates"]
    assert told[0]["payload"] == {"type": "offer", "sdp": "v=0"}
    assert told[0]["from"] == me(doctor)
    assert [one["kind"] for one in patient.ask(since=first)["messages"]] == ["candidates"]
    assert doctor.ask()["messages"] == []


def test_a_repeated_signal_has_no_effect(pair: tuple[Browser, Browser]) -> None:
    doctor, patient = pair
    name = str(uuid.uuid4())
    answers = [doctor.signal(me(patient), id=name) for _time in range(3)]

    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()["seq"] for answer in answers}) == 1
    assert len(patient.ask()["messages"]) == 1
    # The same name from the other side is another message.
    assert patient.signal(me(doctor), id=name).status_code == 200
    assert len(doctor.ask()["messages"]) == 1


def test_a_late_signal_is_refused(pair: tuple[Browser, Browser]) -> None:
    doctor, patient = pair
    to = me(patient)
    patient.enter()

    assert doctor.signal(to).status_code == 409
    assert patient.ask()["messages"] == []


def test_every_entry_begins_an_epoch_and_forgets_the_signals_before(pair: tuple[Browser, Browser]) -> None:
    doctor, patient = pair
    doctor.signal(me(patient))
    before = doctor.epoch
    entered = patient.enter()

    assert entered["epoch"] == before + 1
    assert not Signal.objects.exists()
    assert doctor.ask()["epoch"] == before + 1


def test_hanging_up_interrupts_and_ends_nothing(pair: tuple[Browser, Browser]) -> None:
    doctor, patient = pair
    assert patient.ask()["state"] == doctor.ask()["state"] == "running"
    assert patient.post("verlassen", {"tab": "ein-anderer"}).status_code == 200
    assert doctor.ask()["state"] == "running"
    patient.post("verlassen", {"tab": patient.tab})
    assert doctor.ask()["state"] == "interrupted"
    patient.enter()

    assert doctor.ask()["state"] == "running"


def test_a_vanished_browser_interrupts_the_call_for_the_other(pair: tuple[Browser, Browser]) -> None:
    doctor, _patient = pair
    CallMember.objects.filter(side="patient").update(last_seen_at=timezone.now() - timezone.timedelta(minutes=1))

    assert doctor.ask()["state"] == "interrupted"


def test_the_older_tab_is_told_that_another_one_talks(pair: tuple[Browser, Browser]) -> None:
    doctor, patient = pair
    newer = Browser(patient.client, patient.base)
    newer.enter()
    patient.epoch = newer.epoch

    assert patient.ask()["state"] == "elsewhere"
    assert newer.ask()["state"] == "running"
    assert patient.signal(me(doctor)).status_code == 409


MALFORMED: list[Any] = [
    {"kind": "shell"}, {"kind": 7}, {"kind": ["ready"]}, {"epoch": "1"}, {"epoch": True}, {"epoch": -1}, {"to": "1"},
    {"to": 10**30}, {"id": ""}, {"id": "x" * 41}, {"id": "a/b"}, {"id": 4}, {"payload": "a\x00b"},
    {"payload": "\ud800"}, {"payload": {"\x00": 1}}, {"tab": 1}, {"payload": [[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]},
]  # fmt: skip


@pytest.mark.parametrize("odd", MALFORMED, ids=range(len(MALFORMED)))
def test_a_malformed_signal_is_refused_and_harms_nobody(odd: dict[str, Any], pair: tuple[Browser, Browser]) -> None:
    doctor, patient = pair
    assert doctor.signal(**{"to": me(patient)} | odd).status_code == 422
    assert doctor.signal(me(patient)).status_code == 200
    assert len(patient.ask()["messages"]) == 1


@pytest.mark.parametrize(
    "body", ["", "[]", "null", "{", "1e999", '{"epoch":1}', '{"payload":NaN}', "[" * 50_000, b"\xff\xfe", "Infinity"]
)
def test_what_is_no_message_is_refused(body: Any, pair: tuple[Browser, Browser]) -> None:
    answer = pair[0].post("signal", body)
    assert (answer.status_code, answer["Content-Type"]) == (422, "application/problem+json")


def test_numbers_that_no_database_keeps_are_refused(pair: tuple[Browser, Browser]) -> None:
    doctor, patient = pair
    said = f'{{"epoch":{doctor.epoch},"to":{me(patient)},"kind":"ready","payload":1e999,"id":"a","tab":"{doctor.tab}"}}'
    assert doctor.post("signal", said).status_code == 422


def test_an_oversized_signal_is_refused(pair: tuple[Browser, Browser]) -> None:
    doctor, patient = pair
    to = me(patient)
    assert doctor.signal(to, payload="x" * 60_000).status_code == 200
    assert doctor.signal(to, payload="x" * 70_000).status_code == 413
    assert doctor.signal(to, payload="x" * 3_000_000).status_code == 413


def test_nobody_writes_into_another_call(house: VideoHouse, pair: tuple[Browser, Browser]) -> None:
    doctor, _patient = pair
    other = booked(house, "Sander")
    patient_browser(other)

    assert doctor.signal(member_of(other).pk).status_code == 422
    assert doctor.signal(me(doctor)).status_code == 422
    assert doctor.signal(987_654_321).status_code == 422
    assert not Signal.objects.exists()


def test_too_many_are_refused(pair: tuple[Browser, Browser], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("videosprechstunde.services.signalling.MOST_PER_EPOCH", 3)
    doctor, patient = pair
    to = me(patient)

    assert [doctor.signal(to).status_code for _time in range(4)] == [200, 200, 200, 429]


def test_relay_credentials_come_with_the_epoch_and_name_nobody(pair: tuple[Browser, Browser], settings: Any) -> None:
    settings.VIDEO_TURN_URLS, settings.VIDEO_TURN_SECRET = ["turn:127.0.0.1:3478"], "geheim"
    doctor, patient = pair
    assert patient.ask()["turn"] is None
    entered = patient.enter()
    turn = doctor.ask()["turn"]

    assert turn["urls"] == entered["turn"]["urls"] == ["turn:127.0.0.1:3478"]
    until, name = turn["username"].split(":")
    assert name == call_of_name()
    assert int(until) > timezone.now().timestamp()
    assert turn["policy"] == "all"


def call_of_name() -> str:
    [member] = CallMember.objects.select_related("call").filter(side="patient")
    return member.call.public_id


def test_the_credentials_are_those_that_coturn_computes(house: VideoHouse, settings: Any) -> None:
    import base64
    import hmac

    settings.VIDEO_TURN_URLS, settings.VIDEO_TURN_SECRET = ["turn:127.0.0.1:3478"], "geheim"
    turn = patient_browser(booked(house)).post("verbindung").json()["turn"]
    expected = base64.b64encode(hmac.new(b"geheim", turn["username"].encode(), "sha1").digest()).decode()

    assert turn["credential"] == expected
    assert turn["policy"] == "relay"
    assert "Meier" not in turn["username"]


def test_without_an_own_relay_there_is_none(pair: tuple[Browser, Browser], settings: Any) -> None:
    settings.VIDEO_TURN_URLS = []

    assert pair[1].enter()["turn"]["urls"] == []


def test_the_check_of_the_relay_is_throttled(house: VideoHouse) -> None:
    patient = patient_browser(booked(house))
    answers = [patient.post("verbindung").status_code for _time in range(21)]

    assert answers == [200] * 20 + [429]


def test_the_end_forgets_the_signals(pair: tuple[Browser, Browser], house: VideoHouse) -> None:
    from videosprechstunde.services.finishing import Outcome, finish_call

    doctor, patient = pair
    doctor.signal(me(patient))
    call = member_of_patient().call
    outcome = Outcome(were_introduced=True, identity="known", follow_up="appointment")
    finish_call(call=call, outcome=outcome, actor=house.doctor, now=timezone.now())

    assert not Signal.objects.exists()
    assert patient.ask()["state"] == doctor.ask()["state"] == "finished"
    assert patient.post("betreten", {"tab": patient.tab}).status_code == 409
    assert doctor.signal(1).status_code == 409
    assert call_of(call.entry).state == "finished"


def member_of_patient() -> CallMember:
    return CallMember.objects.select_related("call__entry__practice").get(side="patient")
