"""What can be done with one entry, from its dialog, by keys and without scripts."""

import json
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

import pytest
import time_machine
from django.test import Client

from accounts.models import Practice, User
from scheduling.models import AppointmentType, CalendarColumn, Entry
from scheduling.models.entry import Kind, Placement, Status
from scheduling.services import move_entry, reserve_time, set_note, set_remark
from scheduling.services.reserving import Stretch
from tests.factories import MONDAY, at, make_appointment, make_patient

DIALOG = {"HX-Request": "true", "HX-Target": "dialog-host"}
SCRIPT = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def monday_morning() -> Iterator[None]:
    with time_machine.travel(at(7), tick=False):
        yield


@pytest.fixture
def desk(client: Client, reception: User) -> Client:
    client.force_login(reception)
    return client


@pytest.fixture
def entry(column: CalendarColumn, reception: User) -> Entry:
    return make_appointment(column, at(10), actor=reception)


def text(response: Any) -> str:
    return response.content.decode()


def act(desk: Client, entry: Entry, action: str, headers: dict[str, str] | None = None, **fields: Any) -> Any:
    fields = {"version": entry.version} | fields
    return desk.post(f"/kalender/eintrag/{entry.pk}/{action}/", fields, headers=SCRIPT if headers is None else headers)


def said(response: Any) -> dict[str, Any]:
    events: dict[str, Any] = json.loads(response["HX-Trigger"])
    return events


def test_the_dialog_tells_everything_about_the_entry(
    desk: Client, column: CalendarColumn, in_practice: Practice, reception: User, check_up: AppointmentType
) -> None:
    patient = make_patient(in_practice, mobile="0151 5550")
    entry = make_appointment(
        column, at(10), patient=patient, appointment_type=check_up, text="nüchtern", actor=reception
    )
    html = text(desk.get(f"/kalender/eintrag/{entry.pk}/", headers=DIALOG))
    for words in ("10:00–10:30", "Mo, 23.11.2026 · Dr. Reuter", "01.02.1960", "0151 5550", "nüchtern"):
        assert words in html
    assert "M. Seidel: vergeben" in html


def test_its_history_says_who_moved_it_from_where_to_where(
    desk: Client, entry: Entry, other_column: CalendarColumn, reception: User
) -> None:
    move_entry(entry=entry, column=other_column, starts_at=at(11), actor=reception, now=at(8))
    html = text(desk.get(f"/kalender/eintrag/{entry.pk}/", headers=DIALOG))
    assert "Mo 23.11. 10:00 → Mo 23.11. 11:00 · Dr. Reuter → Dr. Brandes" in html


def test_without_scripts_it_is_a_page_of_its_own(desk: Client, entry: Entry) -> None:
    html = text(desk.get(f"/kalender/eintrag/{entry.pk}/"))
    assert "<html" in html
    assert 'name="speichern"' in html


@pytest.mark.parametrize(
    "path",
    ["", "verschieben/", "status/", "absagen/", "loeschen/", "parken/", "zusatz/", "dauer/", "kopieren/", "zur-notiz/"],
)
def test_the_neighbours_entry_does_not_exist(desk: Client, entry: Entry, stranger: User, path: str) -> None:
    desk.force_login(stranger)
    assert desk.post(f"/kalender/eintrag/{entry.pk}/{path}", {"speichern": 1}).status_code == 404


def test_it_moves(desk: Client, entry: Entry, other_column: CalendarColumn) -> None:
    response = act(desk, entry, "verschieben", spalte=other_column.pk, beginn="2026-11-23T11:00:00+01:00")
    assert response.status_code == 204
    entry.refresh_from_db()
    assert (entry.column, entry.starts_at) == (other_column, at(11))
    assert said(response)["praxis:say"]["text"] == "„BEHRENS, LOTTE“ auf Mo 23.11., 11:00 Uhr, Dr. Brandes verschoben"


@pytest.mark.parametrize(
    ("shown", "when"),
    [
        ("/kalender/?tag=2026-11-24", "11:00 Uhr"),
        ("/kalender/?tag=2026-11-23", "Di 24.11., 11:00 Uhr"),
        ("/kalender/?tag=2026-11-24&ansicht=woche", "Di 24.11., 11:00 Uhr"),
        ("/kalender/?tag=2026-11-24&ansicht=3tage", "Di 24.11., 11:00 Uhr"),
        ("/patienten/?tag=2026-11-24", "Di 24.11., 11:00 Uhr"),
        ("", "Di 24.11., 11:00 Uhr"),
    ],
)
def test_it_names_the_day_unless_the_page_shows_that_day_alone(
    desk: Client, entry: Entry, shown: str, when: str
) -> None:
    headers = SCRIPT | ({"HX-Current-URL": f"http://testserver{shown}"} if shown else {})
    response = act(desk, entry, "verschieben", headers, beginn="2026-11-24T11:00:00+01:00")
    assert said(response)["praxis:say"]["text"] == f"„BEHRENS, LOTTE“ auf {when}, Dr. Reuter verschoben"


def test_day_and_time_may_be_typed_instead_of_dragged(desk: Client, entry: Entry) -> None:
    response = act(desk, entry, "verschieben", headers={}, spalte=entry.column_id, tag="2026-11-24", uhrzeit="09:15")
    assert response.status_code == 303
    entry.refresh_from_db()
    assert entry.starts_at == at(9, 15, day=date(2026, 11, 24))


def test_a_taken_place_is_refused_in_words_and_nothing_moves(
    desk: Client, entry: Entry, other_column: CalendarColumn, reception: User
) -> None:
    make_appointment(other_column, at(11), actor=reception)
    response = act(desk, entry, "verschieben", spalte=other_column.pk, beginn="2026-11-23T11:00:00+01:00")
    assert response.status_code == 409
    assert response.content == b""
    assert said(response)["praxis:say"]["tone"] == "danger"
    assert "M. Seidel hat 11:00 Uhr vergeben." in said(response)["praxis:say"]["text"]
    entry.refresh_from_db()
    assert entry.starts_at == at(10)


def test_a_dialog_gets_the_dialog_again_with_the_reason_and_what_was_typed(
    desk: Client, entry: Entry, other_column: CalendarColumn
) -> None:
    make_appointment(other_column, at(11))
    response = act(
        desk, entry, "verschieben", headers=DIALOG, spalte=other_column.pk, tag="2026-11-23", uhrzeit="11:00"
    )
    html = text(response)
    assert response.status_code == 409
    assert "11:00 Uhr ist inzwischen vergeben." in html
    assert 'name="uhrzeit" value="11:00"' in html
    assert f'<option value="{other_column.pk}" selected>' in html


def test_an_older_version_is_refused(desk: Client, entry: Entry, reception: User) -> None:
    response = act(desk, entry, "parken", version=entry.version + 1)
    assert response.status_code == 409
    assert "M. Seidel hat diesen Eintrag inzwischen geändert." in said(response)["praxis:say"]["text"]


def test_day_and_time_may_be_typed_as_people_write_them(desk: Client, entry: Entry) -> None:
    act(desk, entry, "verschieben", spalte=entry.column_id, tag="24.11.2026", uhrzeit="8.30")
    entry.refresh_from_db()
    assert entry.starts_at == at(8, 30, day=date(2026, 11, 24))


@pytest.mark.parametrize("fields", [{"beginn": ""}, {"beginn": "morgen"}, {"tag": "x", "uhrzeit": "y"}, {}])
def test_a_move_without_target_is_refused_in_words(desk: Client, entry: Entry, fields: dict[str, str]) -> None:
    response = act(desk, entry, "verschieben", spalte=entry.column_id, **fields)
    assert response.status_code == 422
    assert "Bitte Tag und Uhrzeit angeben." in said(response)["praxis:say"]["text"]


def test_it_grows_and_shrinks_by_the_raster(desk: Client, entry: Entry) -> None:
    act(desk, entry, "dauer", schritte="1")
    entry.refresh_from_db()
    assert entry.ends_at == at(10, 30)
    act(desk, entry, "dauer", schritte="-1")
    entry.refresh_from_db()
    assert entry.ends_at == at(10, 15)
    assert act(desk, entry, "dauer", schritte="-1").status_code == 422


@pytest.mark.parametrize("fields", [{"minuten": "0"}, {"minuten": "99999"}, {"minuten": "x"}, {"schritte": "5"}, {}])
def test_impossible_lengths_are_refused(desk: Client, entry: Entry, fields: dict[str, str]) -> None:
    assert act(desk, entry, "dauer", **fields).status_code == 422


def test_it_is_parked_and_put_back(desk: Client, entry: Entry) -> None:
    act(desk, entry, "parken")
    entry.refresh_from_db()
    assert entry.placement == Placement.PARKED
    act(desk, entry, "verschieben", spalte=entry.column_id, beginn="2026-11-23T10:00:00+01:00")
    entry.refresh_from_db()
    assert entry.placement == Placement.GRID


def test_it_goes_to_the_extra_list(desk: Client, entry: Entry) -> None:
    response = act(desk, entry, "zusatz")
    assert "auf die Zusatzliste gesetzt" in said(response)["praxis:say"]["text"]


def test_it_is_copied(desk: Client, entry: Entry) -> None:
    assert act(desk, entry, "kopieren", spalte=entry.column_id, beginn="2026-11-23T11:00:00+01:00").status_code == 204
    assert Entry.objects.filter(last_name="Behrens").count() == 2


@pytest.mark.parametrize("status", [Status.ARRIVED, Status.IN_ROOM, Status.DONE, Status.NO_SHOW])
def test_the_visit_goes_its_way(desk: Client, entry: Entry, status: Status) -> None:
    assert act(desk, entry, "status", status=status.value).status_code == 204
    entry.refresh_from_db()
    assert entry.status == status


@pytest.mark.parametrize(("status", "answer"), [("gone", 404), ("cancelled", 422)])
def test_a_status_that_is_none_is_refused(desk: Client, entry: Entry, status: str, answer: int) -> None:
    assert act(desk, entry, "status", status=status).status_code == answer


def test_it_is_cancelled_and_taken_back(desk: Client, entry: Entry) -> None:
    assert act(desk, entry, "absagen").status_code == 204
    entry.refresh_from_db()
    assert entry.status == Status.CANCELLED
    response = desk.post("/kalender/rueckgaengig/", headers=SCRIPT)
    assert said(response)["praxis:say"] == {
        "text": "Rückgängig gemacht: „BEHRENS, LOTTE“ abgesagt",
        "undo": False,
        "question": None,
    }
    entry.refresh_from_db()
    assert entry.status == Status.DEFINITE


def test_nothing_to_take_back_is_said(desk: Client) -> None:
    response = desk.post("/kalender/rueckgaengig/", headers=SCRIPT)
    assert response.status_code == 422
    assert said(response)["praxis:say"]["text"] == "Es gibt nichts rückgängig zu machen."


def test_without_scripts_undo_returns_to_the_page_it_came_from(desk: Client, entry: Entry) -> None:
    act(desk, entry, "loeschen")
    back = "/kalender/?tag=2026-11-23&ansicht=woche"
    response = desk.post("/kalender/rueckgaengig/", {"zurueck": back})
    assert response["Location"] == back
    other = desk.post("/kalender/rueckgaengig/", {"zurueck": "https://boese.example/"})
    assert "boese" not in other["Location"]


def test_it_edits_type_note_and_who_writes(desk: Client, entry: Entry, check_up: AppointmentType) -> None:
    response = desk.post(
        f"/kalender/eintrag/{entry.pk}/",
        {"speichern": 1, "version": 1, "art": check_up.pk, "minuten": 30, "text": "neu", "wer": "nobody", "video": "on",
         "vorgemerkt": "on"},
        headers=DIALOG,
    )  # fmt: skip
    assert response.status_code == 204
    entry.refresh_from_db()
    assert (entry.appointment_type, entry.text, entry.notified_by) == (check_up, "neu", "nobody")
    assert (entry.is_video, entry.status, entry.ends_at) == (True, Status.TENTATIVE, at(10, 30))


def test_a_provisional_person_becomes_a_patient(desk: Client, entry: Entry, in_practice: Practice) -> None:
    patient = make_patient(in_practice)
    fields = {"version": 1, "q": "meier", "waehlen": patient.pk, "text": "getippt"}
    html = text(desk.post(f"/kalender/eintrag/{entry.pk}/", fields, headers=DIALOG))
    assert f'name="patient" value="{patient.pk}"' in html
    assert 'value="getippt"' in html
    desk.post(f"/kalender/eintrag/{entry.pk}/", {"speichern": 1, "version": 1, "patient": patient.pk}, headers=DIALOG)
    entry.refresh_from_db()
    assert (entry.patient, entry.last_name) == (patient, "")


def test_a_name_is_corrected(desk: Client, entry: Entry) -> None:
    fields = {"speichern": 1, "version": 1, "last_name": "Behrendt", "first_name": "Lotte", "birth_date": "17.01.1976"}
    desk.post(f"/kalender/eintrag/{entry.pk}/", fields, headers=DIALOG)
    entry.refresh_from_db()
    assert (entry.last_name, entry.birth_date) == ("Behrendt", date(1976, 1, 17))


def test_errors_of_the_edit_keep_what_was_typed(desk: Client, entry: Entry) -> None:
    fields = {"speichern": 1, "version": 1, "last_name": "Behrendt", "birth_date": "unbekannt", "text": "getippt"}
    response = desk.post(f"/kalender/eintrag/{entry.pk}/", fields, headers=DIALOG)
    html = text(response)
    assert response.status_code == 422
    assert "Bitte ein Geburtsdatum bis heute eingeben, zum Beispiel 01.02.1960." in html
    assert 'value="unbekannt"' in html
    assert 'value="getippt"' in html


def test_a_length_that_does_not_fit_is_refused_in_the_dialog(desk: Client, entry: Entry) -> None:
    make_appointment(entry.column, at(10, 15))
    response = desk.post(
        f"/kalender/eintrag/{entry.pk}/",
        {"speichern": 1, "version": 1, "minuten": 30, "text": "getippt"},
        headers=DIALOG,
    )
    assert response.status_code == 409
    assert 'value="getippt"' in text(response)
    assert '<input type="radio" name="minuten" value="30" checked>' in text(response)


def test_it_keeps_a_type_that_is_no_longer_offered(
    desk: Client, column: CalendarColumn, check_up: AppointmentType
) -> None:
    entry = make_appointment(column, at(10), appointment_type=check_up)
    AppointmentType.objects.filter(pk=check_up.pk).update(is_active=False)
    html = text(desk.get(f"/kalender/eintrag/{entry.pk}/", headers=DIALOG))
    assert f'<option value="{check_up.pk}" selected>' in html
    fields = {"speichern": 1, "version": 1, "art": check_up.pk, "minuten": 30, "text": "neu"}
    assert desk.post(f"/kalender/eintrag/{entry.pk}/", fields, headers=DIALOG).status_code == 204
    entry.refresh_from_db()
    assert (entry.appointment_type, entry.text) == (check_up, "neu")


def test_a_search_without_choice_changes_nobody(desk: Client, column: CalendarColumn, in_practice: Practice) -> None:
    entry = make_appointment(column, at(10), patient=make_patient(in_practice, last_name="Alt"))
    make_patient(in_practice)
    fields = {"speichern": 1, "version": 1, "q": "meier", "last_name": "", "text": "getippt"}
    response = desk.post(f"/kalender/eintrag/{entry.pk}/", fields, headers=DIALOG)
    html = text(response)
    assert response.status_code == 422
    assert "Bitte eine Person aus der Liste wählen." in html
    assert "Meier, Magda" in html
    assert 'value="meier"' in html
    assert 'value="getippt"' in html


def test_beside_a_noted_name_a_search_without_choice_is_refused_too(desk: Client, entry: Entry) -> None:
    fields = {"speichern": 1, "version": 1, "q": "meier", "last_name": "Behrens", "first_name": "Lotte"}
    response = desk.post(f"/kalender/eintrag/{entry.pk}/", fields, headers=DIALOG)
    assert response.status_code == 422
    assert "Niemand gefunden." in text(response)


def test_nobody_is_not_a_person(desk: Client, entry: Entry) -> None:
    fields = {"speichern": 1, "version": 1, "q": "", "last_name": ""}
    response = desk.post(f"/kalender/eintrag/{entry.pk}/", fields, headers=DIALOG)
    assert response.status_code == 422
    assert "Bitte einen Patienten wählen oder einen Namen eingeben." in text(response)


def test_a_remark_is_edited_becomes_a_note_and_goes(
    desk: Client, column: CalendarColumn, reception: User, now: datetime
) -> None:
    remark = set_remark(
        practice=column.practice, column=column, starts_at=at(10), minutes=15, text="Klinik", actor=reception, now=now
    )  # fmt: skip
    assert "Zur Notiz machen" in text(desk.get(f"/kalender/eintrag/{remark.pk}/", headers=DIALOG))
    desk.post(f"/kalender/eintrag/{remark.pk}/", {"speichern": 1, "version": 1, "text": "Rückruf"}, headers=DIALOG)
    remark.refresh_from_db()
    assert (remark.text, remark.kind) == ("Rückruf", Kind.LOCK)
    assert act(desk, remark, "zur-notiz").status_code == 204
    remark.refresh_from_db()
    assert remark.kind == Kind.NOTE
    assert act(desk, remark, "loeschen").status_code == 204
    remark.refresh_from_db()
    assert remark.deleted_at == at(7)


def test_a_mark_without_words_keeps_its_old_ones(
    desk: Client, column: CalendarColumn, reception: User, now: datetime
) -> None:
    note = set_note(
        practice=column.practice, column=column, starts_at=at(10), minutes=15, text="alt", actor=reception, now=now
    )  # fmt: skip
    fields = {"speichern": 1, "version": 1, "text": " ", "kind": "note"}
    response = desk.post(f"/kalender/eintrag/{note.pk}/", fields, headers=DIALOG)
    assert response.status_code == 422
    assert "Bitte ein paar Worte eingeben" in text(response)


def test_a_reservation_of_many_is_one_action(
    desk: Client, column: CalendarColumn, other_column: CalendarColumn, reception: User
) -> None:
    stretch = Stretch(columns=[column, other_column], days=[MONDAY], from_time=time(8), until_time=time(9))
    reserve_time(practice=column.practice, stretch=stretch, text="Umbau", actor=reception, now=at(7))
    assert "2 Einträge reserviert" in text(desk.get("/kalender/?tag=2026-11-23"))
