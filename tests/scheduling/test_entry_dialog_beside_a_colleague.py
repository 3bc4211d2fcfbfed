"""Two people with the same dialog open: whoever saves second overwrites nothing that the first one wrote."""

from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
import time_machine
from django.test import Client

from accounts.models import Practice, User
from scheduling.models import AppointmentType, CalendarColumn, Entry
from scheduling.models.entry import Kind
from scheduling.services import edit_appointment, edit_mark, set_note
from tests.factories import at, make_appointment, make_patient

DIALOG = {"HX-Request": "true", "HX-Target": "dialog-host"}


class EntryForm(HTMLParser):
    """What a browser would send of the form of the entry."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self._is_inside, self._select = False, ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._is_inside = said.get("id") == "entry-form"
        if not self._is_inside:
            return
        name, is_box = said.get("name", ""), said.get("type") in ("radio", "checkbox")
        if tag == "input" and name and (not is_box or "checked" in said):
            self.fields[name] = said.get("value", "")
        if tag == "select":
            self._select = name
        if tag == "option" and ("selected" in said or self._select not in self.fields):
            self.fields[self._select] = said["value"]

    def handle_endtag(self, tag: str) -> None:
        self._is_inside = self._is_inside and tag != "form"


@pytest.fixture(autouse=True)
def monday_morning() -> Iterator[None]:
    with time_machine.travel(at(7), tick=False):
        yield


@pytest.fixture
def desk(client: Client, reception: User) -> Client:
    client.force_login(reception)
    return client


@pytest.fixture
def entry(column: CalendarColumn) -> Entry:
    return make_appointment(column, at(10), text="alt")


def fields_of(response: Any) -> dict[str, str]:
    return EntryForm(response.content.decode()).fields


def opened(desk: Client, entry: Entry) -> dict[str, str]:
    return fields_of(desk.get(f"/kalender/eintrag/{entry.pk}/", headers=DIALOG))


def save(desk: Client, entry: Entry, fields: dict[str, str]) -> Any:
    return desk.post(f"/kalender/eintrag/{entry.pk}/", fields | {"speichern": "1"}, headers=DIALOG)


def test_saving_again_after_the_refusal_keeps_what_the_colleague_wrote(
    desk: Client, entry: Entry, doctor: User, check_up: AppointmentType
) -> None:
    fields = opened(desk, entry)
    edit_appointment(entry=entry, actor=doctor, now=at(7), text="nüchtern", appointment_type=check_up)
    refused = save(desk, entry, fields | {"video": "on"})
    assert refused.status_code == 409
    assert "hat diesen Eintrag inzwischen geändert" in refused.content.decode()
    assert save(desk, entry, fields_of(refused)).status_code == 204
    entry.refresh_from_db()
    assert (entry.text, entry.appointment_type, entry.is_video) == ("nüchtern", check_up, True)


def test_the_refusal_keeps_what_was_typed(desk: Client, entry: Entry, doctor: User) -> None:
    fields = opened(desk, entry)
    edit_appointment(entry=entry, actor=doctor, now=at(7), text="nüchtern", is_video=True)
    again = fields_of(save(desk, entry, fields | {"text": "getippt", "first_name": "Liese"}))
    assert (again["text"], again["first_name"], again["video"]) == ("getippt", "Liese", "on")


def test_the_person_the_colleague_chose_stays(desk: Client, entry: Entry, doctor: User, in_practice: Practice) -> None:
    fields = opened(desk, entry)
    patient = make_patient(in_practice)
    edit_appointment(entry=entry, actor=doctor, now=at(7), patient=patient)
    save(desk, entry, fields_of(save(desk, entry, fields | {"text": "getippt"})))
    entry.refresh_from_db()
    assert (entry.patient, entry.last_name, entry.text) == (patient, "", "getippt")


def test_a_chosen_person_is_chosen_again_over_the_colleagues_note(
    desk: Client, entry: Entry, doctor: User, in_practice: Practice
) -> None:
    patient = make_patient(in_practice)
    fields = {"version": "1", "q": "meier", "patient": str(patient.pk), "text": "alt", "minuten": "15"}
    edit_appointment(entry=entry, actor=doctor, now=at(7), text="nüchtern")
    save(desk, entry, fields_of(save(desk, entry, fields)))
    entry.refresh_from_db()
    assert (entry.patient, entry.text) == (patient, "nüchtern")


def test_a_mistake_in_an_outdated_dialog_does_not_make_it_current(desk: Client, entry: Entry, doctor: User) -> None:
    fields = opened(desk, entry)
    edit_appointment(entry=entry, actor=doctor, now=at(7), text="nüchtern")
    refused = save(desk, entry, fields | {"birth_date": "gestern"})
    again = fields_of(refused)
    assert again["birth_date"] == "gestern"
    save(desk, entry, again | {"birth_date": "01.02.1960"})
    entry.refresh_from_db()
    assert entry.text == "nüchtern"
    assert str(entry.birth_date) == "1960-02-01"


def test_searching_in_an_outdated_dialog_does_not_make_it_current(desk: Client, entry: Entry, doctor: User) -> None:
    fields = opened(desk, entry)
    edit_appointment(entry=entry, actor=doctor, now=at(7), text="nüchtern")
    searched = fields_of(desk.post(f"/kalender/eintrag/{entry.pk}/", fields | {"q": "mei", "suchen": "1"}))
    assert (searched["version"], searched["q"]) == ("1", "mei")
    assert save(desk, entry, searched | {"q": ""}).status_code == 409


def test_a_change_of_the_same_note_is_seen_before_it_is_overwritten(
    desk: Client, column: CalendarColumn, doctor: User
) -> None:
    note = set_note(
        practice=column.practice, column=column, starts_at=at(10), minutes=15, text="alt", actor=doctor, now=at(7)
    )
    fields = opened(desk, note)
    edit_mark(entry=note, actor=doctor, now=at(7), version=1, text="alt", kind=Kind.LOCK)
    refused = save(desk, note, fields | {"text": "neu"})
    assert refused.status_code == 409
    assert save(desk, note, fields_of(refused)).status_code == 204
    note.refresh_from_db()
    assert (note.text, note.kind) == ("neu", Kind.LOCK)
