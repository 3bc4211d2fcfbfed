"""Finishing is an act of its own, and three months later nothing of a call is left."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from django_scopes import scopes_disabled

from praxis.core.retention import erase_due
from scheduling.models import Entry
from tests.videosprechstunde.calls import booked, call_of, join_by, member_of, patient_browser, practice_browser
from tests.videosprechstunde.cast import VideoHouse
from videosprechstunde.models import CallConsent, CallEvent, CallMember, Signal, VideoCall

DONE = {"were_introduced": "on", "identity": "known", "follow_up": "appointment"}


@pytest.fixture
def treating(house: VideoHouse) -> Client:
    client = Client()
    client.force_login(house.doctor)
    return client


def test_finishing_closes_the_call_and_marks_the_visit_done(house: VideoHouse, treating: Client) -> None:
    entry = booked(house)
    patient = patient_browser(entry)
    answer = treating.post(f"/video/termin/{entry.pk}/abschliessen/", DONE)
    call = call_of(entry)

    assert answer.status_code == 302
    assert (call.state, call.identity, call.follow_up, call.were_introduced) == (
        "finished", "known", "appointment", True,
    )  # fmt: skip
    assert call.finished_by == house.doctor
    assert Entry.objects.get(pk=entry.pk).status == "done"
    assert patient.ask()["state"] == "finished"
    assert join_by(member_of(entry).tan).status_code == 422


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({}, "Identität"), ({"identity": "known"}, "wie es weitergeht"),
        ({"identity": "known", "follow_up": "none"}, "Grund"), ({"identity": "x", "follow_up": "none"}, "gültige"),
        ({**DONE, "reason": "x" * 201}, "höchstens"),
    ],
)  # fmt: skip
def test_what_is_missing_is_asked_for_and_nothing_typed_is_lost(
    said: dict[str, str], words: str, house: VideoHouse, treating: Client
) -> None:
    entry = booked(house)
    page = treating.post(f"/video/termin/{entry.pk}/abschliessen/", said)

    assert page.status_code == 422
    assert words in page.content.decode()
    assert call_of(entry).state == "planned"


def test_who_did_not_come_is_noted_so(house: VideoHouse, treating: Client) -> None:
    entry = booked(house)
    treating.post(f"/video/termin/{entry.pk}/abschliessen/", {"was_missed": "on"})

    assert call_of(entry).state == "missed"
    assert Entry.objects.get(pk=entry.pk).status == "no_show"


def test_finishing_twice_says_so(house: VideoHouse, treating: Client) -> None:
    entry = booked(house)
    treating.post(f"/video/termin/{entry.pk}/abschliessen/", DONE)
    again = treating.post(f"/video/termin/{entry.pk}/abschliessen/", DONE)

    assert again.status_code == 422
    assert "schon" in again.content.decode()


def test_three_months_later_nothing_of_the_call_is_left(house: VideoHouse, treating: Client) -> None:
    entry, other = booked(house), booked(house, "Sander")
    patient = patient_browser(entry)
    patient.post("zustimmung", {"version": "2026-11", "given": True})
    practice_browser(entry, house.doctor).ask()
    treating.post(f"/video/termin/{entry.pk}/abschliessen/", DONE)
    ended = call_of(entry).closes_at
    later = ended + timedelta(days=30)
    VideoCall.objects.filter(entry=other).update(opens_at=later, closes_at=later + timedelta(hours=3))

    with scopes_disabled():
        erase_due(ended + timedelta(days=87))
    assert CallMember.objects.filter(call__entry=entry).exists()
    with scopes_disabled():
        erase_due(ended + timedelta(days=90))

    assert not VideoCall.objects.filter(entry=entry).exists()
    assert not CallMember.objects.filter(call__entry=entry).exists()
    assert not CallConsent.objects.exists()
    assert not CallEvent.objects.filter(call__entry=entry).exists()
    assert Entry.objects.filter(pk=entry.pk).exists()
    assert VideoCall.objects.filter(entry=other).exists()


def test_a_forgotten_signal_is_gone_after_an_hour(house: VideoHouse) -> None:
    entry = booked(house)
    doctor, patient = practice_browser(entry, house.doctor), patient_browser(entry)
    doctor.post(f"einlassen/{member_of(entry).pk}")
    doctor.enter()
    patient.enter()
    assert patient.signal(doctor.ask()["me"]).status_code == 200

    with scopes_disabled():
        erase_due(timezone.now() + timedelta(minutes=59))
        assert Signal.objects.count() == 1
        erase_due(timezone.now() + timedelta(minutes=61))
        assert Signal.objects.count() == 0


def test_nothing_in_the_program_records(house: VideoHouse) -> None:
    from pathlib import Path

    from django.conf import settings

    found: list[Any] = []
    for place in ("praxis/static/js", "videosprechstunde", "templates/videosprechstunde"):
        for path in Path(settings.BASE_DIR, place).rglob("*"):
            if path.suffix in (".js", ".py", ".html") and "MediaRecorder" in path.read_text():
                found.append(path)
    assert found == []
