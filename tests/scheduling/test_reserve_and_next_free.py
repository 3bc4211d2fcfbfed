"""Reserving over days and columns, the search for the next free time, and the keys."""

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
import time_machine
from django.test import Client

from accounts.models import Practice, User
from scheduling.models import AppointmentType, CalendarColumn, Entry
from scheduling.models.entry import Kind
from scheduling.services import park_appointment
from tests.factories import at, make_appointment, make_column

DIALOG = {"HX-Request": "true", "HX-Target": "dialog-host"}


@pytest.fixture(autouse=True)
def monday_morning() -> Iterator[None]:
    with time_machine.travel(at(7), tick=False):
        yield


@pytest.fixture
def desk(client: Client, reception: User) -> Client:
    client.force_login(reception)
    return client


def text(response: Any) -> str:
    return response.content.decode()


def holiday(*columns: CalendarColumn, **changes: Any) -> dict[str, Any]:
    usual = {
        "text": "Urlaub", "von_tag": "2026-11-23", "bis_tag": "2026-11-29", "von": "08:00", "bis": "12:00",
        "wochentage": [0, 1, 2, 3, 4], "spalten": [column.pk for column in columns],
    }  # fmt: skip
    return usual | changes


def reserve(desk: Client, fields: dict[str, Any]) -> Any:
    return desk.post("/kalender/reservieren/", fields, headers=DIALOG)


def test_it_reserves_several_days_and_columns_at_once(
    desk: Client, column: CalendarColumn, other_column: CalendarColumn
) -> None:
    response = reserve(desk, holiday(column, other_column))
    assert response.status_code == 204
    assert json.loads(response["HX-Trigger"])["praxis:say"]["text"] == "10 Zeiten reserviert: „Urlaub“"
    assert Entry.objects.filter(kind=Kind.RESERVATION).count() == 10


def test_one_undo_takes_all_of_it_back(desk: Client, column: CalendarColumn) -> None:
    reserve(desk, holiday(column))
    desk.post("/kalender/rueckgaengig/")
    assert not Entry.objects.filter(deleted_at=None).exists()


def test_appointments_in_the_way_are_listed_and_nothing_is_reserved(desk: Client, column: CalendarColumn) -> None:
    make_appointment(column, at(9, day=date(2026, 11, 24)))
    response = reserve(desk, holiday(column))
    html = text(response)
    assert response.status_code == 409
    assert "Morgen 09:00" in html
    assert "Behrens, Lotte" in html
    assert 'value="Urlaub"' in html
    assert not Entry.objects.filter(kind=Kind.RESERVATION).exists()


def test_the_free_times_around_them_can_be_reserved(desk: Client, column: CalendarColumn) -> None:
    make_appointment(column, at(9))
    assert reserve(desk, holiday(column, trotzdem="1", bis_tag="2026-11-23")).status_code == 204
    found = Entry.objects.filter(kind=Kind.RESERVATION).order_by("starts_at")
    assert [(e.starts_at, e.ends_at) for e in found] == [(at(8), at(9)), (at(9, 15), at(12))]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"text": ""}, "Bitte ein paar Worte eingeben"),
        ({"bis_tag": "2026-11-01"}, "Der letzte Tag liegt vor dem ersten."),
        ({"bis_tag": "2028-11-01"}, "Bitte höchstens ein Jahr auf einmal."),
        ({"bis": "07:00"}, "Das Ende liegt vor dem Beginn."),
        ({"von": "acht"}, "Bitte eine Uhrzeit angeben, zum Beispiel 08:30."),
        ({"von_tag": "31.02.2026"}, "Bitte einen Tag angeben, zum Beispiel 24.11.2026."),
        ({"wochentage": []}, "Bitte mindestens einen Wochentag wählen."),
        ({"wochentage": [6], "bis_tag": "2026-11-23"}, "In diesem Zeitraum gibt es keinen dieser Wochentage."),
        ({"spalten": []}, "Bitte mindestens eine Spalte wählen."),
        ({"spalten": [999]}, "keine gültige Auswahl"),
    ],
)
def test_mistakes_are_said_beside_their_field(
    desk: Client, column: CalendarColumn, changes: dict[str, Any], said: str
) -> None:
    response = reserve(desk, holiday(column) | changes)
    assert response.status_code == 422
    assert said in text(response)
    assert not Entry.objects.exists()


def test_the_neighbours_column_is_no_choice(desk: Client, column: CalendarColumn, neighbour: Practice) -> None:
    assert reserve(desk, holiday(make_column(neighbour, "Fremd"))).status_code == 422


def search(desk: Client, **fields: Any) -> str:
    return text(desk.get("/kalender/naechster-freier/", {"tag": "2026-11-23"} | fields, headers=DIALOG))


def test_the_search_answers_at_once_with_what_is_usual(desk: Client, column: CalendarColumn) -> None:
    html = search(desk)
    assert "Montag, 23. November" in html
    assert "08:00–08:15" in html
    assert f"spalte={column.pk}&amp;beginn=2026-11-23T08%3A00%3A00%2B01%3A00&amp;minuten=15" in html


def test_a_type_asks_for_its_length(desk: Client, column: CalendarColumn, check_up: AppointmentType) -> None:
    html = search(desk, art=check_up.pk)
    assert "08:00–08:30" in html
    assert f"art={check_up.pk}" in html


def test_part_of_the_day_weekday_and_first_day_narrow_the_search(desk: Client, column: CalendarColumn) -> None:
    html = search(desk, tageszeit="frueh", wochentage=[2], ab="2026-11-25")
    assert "Mittwoch, 25. November" in html
    assert "09:45–10:00" in html
    assert "10:00–10:15" not in html
    assert "Donnerstag" not in html.split("found-slots")[1]


def test_the_search_begins_now_not_in_the_past(desk: Client, column: CalendarColumn) -> None:
    with time_machine.travel(at(9, 50), tick=False):
        html = search(desk, ab="2026-11-01").split("Dienstag, 24. November")[0]
    assert "10:00–10:15" in html
    assert "09:45–10:00" not in html


def test_a_group_searches_all_its_columns(desk: Client, column: CalendarColumn, in_practice: Practice) -> None:
    make_column(in_practice, "Raum 4", kind=CalendarColumn.Kind.ROOM)
    found = search(desk, bei="room").split("found-slots")[1]
    assert "Raum 4" in found
    assert "Dr. Reuter" not in found


def test_nothing_free_is_said_with_a_way_on(desk: Client, column: CalendarColumn) -> None:
    assert "nichts Passendes frei" in search(desk, minuten="600")


@pytest.mark.parametrize("fields", [{"minuten": "x"}, {"art": "999"}, {"bei": "999"}, {"ab": "gestern"}])
def test_a_search_that_makes_no_sense_says_so_beside_the_field(
    desk: Client, column: CalendarColumn, fields: dict[str, str]
) -> None:
    response = desk.get("/kalender/naechster-freier/", fields, headers=DIALOG)
    assert response.status_code == 422
    assert 'aria-invalid="true"' in text(response)


def test_an_entry_whose_type_is_no_longer_offered_finds_times_too(
    desk: Client, column: CalendarColumn, check_up: AppointmentType
) -> None:
    entry = make_appointment(column, at(8), appointment_type=check_up)
    AppointmentType.objects.filter(pk=check_up.pk).update(is_active=False)
    response = desk.get(f"/kalender/naechster-freier/?eintrag={entry.pk}", headers=DIALOG)
    assert response.status_code == 200
    assert f'<option value="{check_up.pk}" selected>' in response.content.decode()


def test_for_an_entry_of_the_clipboard_the_slots_place_it(
    desk: Client, column: CalendarColumn, reception: User
) -> None:
    entry = make_appointment(column, at(10, day=date(2026, 12, 1)))
    park_appointment(entry=entry, actor=reception, now=at(7))
    html = search(desk, eintrag=entry.pk)
    assert f'hx-post="/kalender/eintrag/{entry.pk}/verschieben/"' in html
    assert "für Behrens, Lotte" in html


def test_the_help_lists_every_key(desk: Client) -> None:
    html = text(desk.get("/kalender/tasten/", headers=DIALOG))
    assert "Nächster freier Termin" in html
    assert 'name="next_free" value="n"' in html


def test_a_changed_key_is_stored_and_can_be_reset(desk: Client, reception: User) -> None:
    response = desk.post("/kalender/tasten/", {"next_free": "B", "park": ""}, headers=DIALOG)
    assert response.status_code == 204
    reception.refresh_from_db()
    assert reception.shortcuts == {"next_free": "b", "park": ""}
    desk.post("/kalender/tasten/", {"zuruecksetzen": "1"}, headers=DIALOG)
    reception.refresh_from_db()
    assert reception.shortcuts == {}


def test_two_actions_cannot_share_a_key(desk: Client, reception: User) -> None:
    response = desk.post("/kalender/tasten/", {"next_free": "m"}, headers=DIALOG)
    assert response.status_code == 422
    assert "Diese Taste ist schon vergeben." in text(response)
    assert 'name="next_free" value="m"' in text(response)
    reception.refresh_from_db()
    assert reception.shortcuts == {}
