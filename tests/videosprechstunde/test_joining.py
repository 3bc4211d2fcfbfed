"""By link or TAN into the waiting room: what opens it, what does not, and what nobody is told."""

import random
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from scheduling.models import Entry
from tests.videosprechstunde.calls import booked, call_of, join_by, member_of, new_address, patient_browser
from tests.videosprechstunde.cast import VideoHouse
from videosprechstunde.models import CallEvent, CallMember
from videosprechstunde.services.access_codes import renew_access
from videosprechstunde.services.finishing import Outcome, finish_call
from videosprechstunde.tans import ALPHABET
from videosprechstunde.views import joining


def test_the_tan_leads_into_the_waiting_room(house: VideoHouse) -> None:
    entry = booked(house)
    client = Client()
    answer = join_by(member_of(entry).tan, client=client)

    assert (answer.status_code, answer["Location"]) == (302, "/video/warteraum/")
    assert member_of(entry).redeemed_at
    assert call_of(entry).state == "waiting"
    assert Entry.objects.get(pk=entry.pk).status == "arrived"
    assert client.get("/video/gespraech/stand").json()["state"] == "waiting"
    assert client.cookies["sessionid"]["httponly"]


@pytest.mark.parametrize(
    "write", [str.lower, lambda tan: tan.replace("-", ""), lambda tan: f" {tan.replace('-', ' ')} "]
)
def test_a_tan_is_read_as_people_type_it(write: Any, house: VideoHouse) -> None:
    assert join_by(write(member_of(booked(house)).tan)).status_code == 302


def test_the_link_opens_it_too(house: VideoHouse) -> None:
    assert join_by(member_of(booked(house)).link, "code").status_code == 302


def test_looking_at_the_address_uses_nothing_up(house: VideoHouse) -> None:
    entry = booked(house)
    page = Client().get("/video/login/", {"tan": member_of(entry).tan})

    assert page.status_code == 200
    assert member_of(entry).tan in page.content.decode()
    # The origin alone: without it, browsers send no origin with the form either, and its protection refuses it.
    assert page["Referrer-Policy"] == "strict-origin"
    assert member_of(entry).redeemed_at is None


def test_a_tan_in_the_address_is_no_markup(house: VideoHouse) -> None:
    assert "<script>x" not in Client().get("/video/login/", {"tan": '"><script>x'}).content.decode()


def refusals(house: VideoHouse) -> dict[str, str]:
    gone, cancelled, finished, locked = (booked(house, name) for name in ("Eins", "Zwei", "Drei", "Vier"))
    late = member_of(gone)
    type(late.call).objects.filter(pk=late.call_id).update(closes_at=house.moment - timedelta(minutes=1))
    type(late.call).objects.filter(pk=member_of(cancelled).call_id).update(state="cancelled")
    finish_call(call=call_of(finished), outcome=Outcome(was_missed=True), actor=house.doctor, now=house.moment)
    CallMember.objects.filter(pk=member_of(locked).pk).update(wrong_tries=10)
    return {
        "wrong": "AAAA-AAAA-AAAA", "empty": "", "long": "A" * 5000, "odd": "\x00\ud800ß", "expired": late.tan,
        "cancelled": member_of(cancelled).tan, "finished": member_of(finished).tan, "locked": member_of(locked).tan,
    }  # fmt: skip


def test_every_refusal_reads_the_same(house: VideoHouse) -> None:
    words = set()
    for tan in refusals(house).values():
        answer = join_by(tan.encode("utf-8", "ignore").decode())
        assert answer.status_code == 422
        assert not answer.cookies.get("sessionid")
        words.add(answer.context["error"])

    assert len(words) == 1


def test_a_tan_is_not_open_before_its_hour(house: VideoHouse) -> None:
    entry = booked(house)
    with time_machine.travel(entry.starts_at - timedelta(minutes=61), tick=True):
        assert join_by(member_of(entry).tan).status_code == 422
    with time_machine.travel(entry.starts_at - timedelta(minutes=59), tick=True):
        assert join_by(member_of(entry).tan).status_code == 302


def test_five_wrong_ones_from_one_connection_are_enough(house: VideoHouse) -> None:
    entry, address = booked(house), new_address()
    tries = [join_by(f"AAAA-AAAA-AAA{letter}", address=address).status_code for letter in "34679A"]

    assert tries == [422] * 5 + [429]
    # Not even the right one, and nobody else is kept out; a link is no guess.
    assert join_by(member_of(entry).tan, address=address).status_code == 429
    assert join_by(member_of(entry).link, "code", address=address).status_code == 302
    assert join_by(member_of(entry).tan).status_code == 302


def test_a_thousand_guesses_learn_nothing(house: VideoHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    """From a hundred connections, ten each: five are answered and five held back, all alike."""
    monkeypatch.setattr(joining, "REFUSAL_SECONDS", 0)
    entry, chance = booked(house), random.Random(6)
    right, told = member_of(entry).tan, Counter[tuple[int, str]]()
    for _connection in range(100):
        address = new_address()
        for _try in range(10):
            guess = "-".join("".join(chance.choices(ALPHABET, k=4)) for _group in range(3))
            assert guess != right
            answer = join_by(guess, address=address)
            told[answer.status_code, answer.context["error"]] += 1

    assert sorted((status, number) for (status, _words), number in told.items()) == [(422, 500), (429, 500)]
    assert join_by(right).status_code == 302


def test_ten_guesses_that_begin_right_lock_the_tan_wherever_they_come_from(house: VideoHouse) -> None:
    entry, other = booked(house), booked(house, "Sander")
    tan = member_of(entry).tan
    end = tan[-4:]
    for number in range(10):
        guess = tan[:-4] + ("AAA" + "34679ACDEF"[number] if end != "AAA" + "34679ACDEF"[number] else "YYYY")
        assert join_by(guess).status_code == 422

    assert join_by(tan).status_code == 422
    assert CallEvent.objects.filter(call__entry=entry, kind="locked").count() == 1
    assert join_by(member_of(other).tan).status_code == 302
    renew_access(member=member_of(entry), actor=house.reception, now=house.moment)
    assert join_by(member_of(entry).tan).status_code == 302


def test_a_second_device_takes_over_and_the_first_is_told(house: VideoHouse) -> None:
    entry = booked(house)
    first, second = patient_browser(entry), patient_browser(entry)

    assert first.ask()["state"] == "elsewhere"
    assert first.ask()["peers"] == []
    assert first.post("geraete", {"camera": "ok"}).status_code == 409
    assert second.ask()["state"] == "waiting"
    assert CallMember.objects.filter(call__entry=entry).count() == 1
    assert CallEvent.objects.filter(call__entry=entry, kind="other_device").count() == 1


def test_the_same_browser_comes_back_without_losing_its_place(house: VideoHouse) -> None:
    entry, client = booked(house), Client()
    patient_browser(entry, client)
    CallMember.objects.filter(call__entry=entry).update(admitted_at=house.moment)
    again = patient_browser(entry, client)

    assert again.ask()["state"] == "admitted"
    assert not CallEvent.objects.filter(kind="other_device").exists()


def test_who_was_let_in_is_asked_for_again_on_another_device(house: VideoHouse) -> None:
    entry = booked(house)
    patient_browser(entry)
    CallMember.objects.filter(call__entry=entry).update(admitted_at=house.moment)

    assert patient_browser(entry).ask()["state"] == "waiting"


def test_a_new_tan_ends_the_session_of_the_old_one(house: VideoHouse) -> None:
    entry = booked(house)
    browser = patient_browser(entry)
    renew_access(member=member_of(entry), actor=house.reception, now=house.moment)

    assert browser.client.get("/video/gespraech/stand").status_code == 401
    assert "Meier" not in browser.client.get("/video/warteraum/").content.decode()


def test_without_a_session_there_is_no_call(db: None) -> None:
    client = Client()
    assert client.get("/video/gespraech/stand").status_code == 401
    assert client.get("/video/warteraum/").status_code == 200
    for path in ("betreten", "signal", "geraete", "zustimmung", "absagen", "verlassen", "verbindung"):
        answer = client.post(f"/video/gespraech/{path}", "{}", content_type="application/json")
        assert (answer.status_code, answer["Content-Type"]) == (401, "application/problem+json")


def test_the_room_shows_only_this_appointment(house: VideoHouse) -> None:
    entry = booked(house)
    booked(house, "Sander")
    page = patient_browser(entry).client.get("/video/warteraum/")

    assert "Magda Meier" in page.content.decode()
    assert "Sander" not in page.content.decode()
    assert page["Permissions-Policy"].startswith("camera=(self)")
    assert "no-store" in page["Cache-Control"]


def test_neither_tan_nor_link_reach_the_logs(house: VideoHouse, caplog: pytest.LogCaptureFixture) -> None:
    member = member_of(booked(house))
    join_by(member.tan)
    join_by(member.link, "code")
    join_by("AAAA-AAAA-AAAA")

    assert member.tan not in caplog.text
    assert member.link not in caplog.text


def test_the_terms_are_readable_without_signing_in(db: None) -> None:
    page = Client().get("/video/bedingungen/").content.decode()

    assert "Anlage 31b BMV-Ä" in page
    assert "nicht" in page
