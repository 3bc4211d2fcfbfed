"""Letting somebody in is one step: the doctor comes in, the door opens, and the offer already lies behind it."""

import json
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from praxis.core import live
from scheduling.models import Entry
from tests.videosprechstunde.calls import Browser, booked, call_of, member_of, patient_browser, practice_browser
from tests.videosprechstunde.cast import VideoHouse
from videosprechstunde.models import CallMember, Signal


def letter(to: int, kind: str = "description", epoch: int = 0) -> dict[str, Any]:
    return {"epoch": epoch, "to": to, "kind": kind, "payload": {"sdp": "v=0"}, "id": str(uuid.uuid4()), "tab": "x"}


def welcome(doctor: Browser, member_id: int, *letters: Any) -> Any:
    return doctor.post(f"einlassen/{member_id}", {"tab": doctor.tab, "letters": list(letters)})


@pytest.fixture
def entry(house: VideoHouse) -> Entry:
    return booked(house)


def test_who_is_let_in_finds_the_offer_and_joins_without_a_new_epoch(house: VideoHouse, entry: Entry) -> None:
    doctor, patient = practice_browser(entry, house.doctor), patient_browser(entry)
    opened = welcome(doctor, member_of(entry).pk, letter(member_of(entry).pk)).json()
    found = patient.ask()
    assert (opened["epoch"], found["epoch"], found["state"], found["may_join"]) == (1, 1, "admitted", True)
    assert [message["kind"] for message in found["messages"]] == ["description"]
    assert found["turn"] is not None

    answer = letter(found["messages"][0]["from"], epoch=1)
    joined = patient.post("betreten", {"tab": patient.tab, "epoch": 1, "letters": [answer]}).json()
    doctor.epoch = 1
    told = doctor.ask()
    assert (joined["epoch"], told["epoch"], told["state"]) == (1, 1, "running")
    assert [message["kind"] for message in told["messages"]] == ["description"]
    # A reload has no connection any more: that is a new epoch for everybody.
    assert patient.ask()["may_join"] is False
    assert patient.post("betreten", {"tab": patient.tab, "epoch": 1}).json()["epoch"] == 2


def test_letters_of_an_epoch_that_is_over_are_dropped_with_it(house: VideoHouse, entry: Entry) -> None:
    doctor, patient = practice_browser(entry, house.doctor), patient_browser(entry)
    welcome(doctor, member_of(entry).pk)
    doctor.enter()
    late = letter(doctor.ask()["me"], epoch=1)
    assert patient.post("betreten", {"tab": patient.tab, "epoch": 1, "letters": [late]}).json()["epoch"] == 3
    assert not Signal.objects.exists()


def test_another_device_gets_no_old_connection(house: VideoHouse, entry: Entry) -> None:
    doctor, patient = practice_browser(entry, house.doctor), patient_browser(entry)
    welcome(doctor, member_of(entry).pk)
    patient.post("betreten", {"tab": patient.tab, "epoch": 1})
    second = patient_browser(entry)
    welcome(doctor, member_of(entry).pk)
    assert second.ask()["may_join"] is False
    assert second.post("betreten", {"tab": second.tab, "epoch": 1}).json()["epoch"] == 2


def test_a_third_person_touches_no_connection_of_the_others(house: VideoHouse, entry: Entry) -> None:
    doctor, patient = practice_browser(entry, house.doctor), patient_browser(entry)
    welcome(doctor, member_of(entry).pk)
    patient.post("betreten", {"tab": patient.tab, "epoch": 1})
    guest_id = doctor.post("dazuholen", {"name": "Gast", "email": "g@x.example"}).json()["id"]
    CallMember.objects.filter(pk=guest_id).update(redeemed_at=house.moment)
    assert welcome(doctor, guest_id).json()["epoch"] == 1


@pytest.mark.parametrize(
    "letters",
    ["x", [1], [{}], [letter(0, "shout")], [letter(0)] * 21, {"a": 1}, [letter(0) | {"id": "\x00"}], [None]],
)
def test_malformed_letters_open_no_door(letters: Any, house: VideoHouse, entry: Entry) -> None:
    doctor, patient = practice_browser(entry, house.doctor), patient_browser(entry)
    for browser, path in ((doctor, f"einlassen/{member_of(entry).pk}"), (patient, "betreten")):
        answer = browser.post(path, json.dumps({"tab": browser.tab, "letters": letters}))
        assert answer.status_code in (403, 422)
    assert patient.ask()["state"] == "waiting"


def test_a_window_that_crashed_does_not_bar_the_next_one(house: VideoHouse, entry: Entry) -> None:
    doctor = practice_browser(entry, house.doctor)
    doctor.enter()
    other = Browser(doctor.client, doctor.base)
    assert other.ask()["state"] == "elsewhere"
    CallMember.objects.filter(side="practice").update(last_seen_at=house.moment - timedelta(seconds=11))
    assert other.ask()["state"] != "elsewhere"
    assert other.ask()["state"] != "elsewhere"


def test_the_pages_of_a_call_are_woken_when_something_happens(
    house: VideoHouse, entry: Entry, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    lines: list[Any] = []
    monkeypatch.setattr(live, "_send", lambda line: lines.append(json.loads(line)))
    doctor, patient = practice_browser(entry, house.doctor), patient_browser(entry)
    member = member_of(entry)
    with django_capture_on_commit_callbacks(execute=True):
        welcome(doctor, member.pk, letter(member.pk))
    topic = f"video:{call_of(entry).pk}"
    woken = [line["hint"] for line in lines if line.get("topic") == topic]
    assert {} in woken
    assert {"for": member.pk} in woken
    assert patient.client.get("/video/gespraech/strom")["Content-Type"] == "text/event-stream"


def test_nobody_listens_to_a_call_without_a_place_in_it(entry: Entry, house: VideoHouse) -> None:
    assert Client().get("/video/gespraech/strom").status_code == 401
    assert Client().get(f"/video/termin/{entry.pk}/gespraech/strom").status_code == 401
