"""The booking dialog: searching, choosing, typing, booking; nothing typed gets lost."""

import json
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client

from accounts.models import Patient, Practice, User
from praxis.core.models import AuditEntry
from scheduling.models import AppointmentType, CalendarColumn, Entry
from scheduling.models.entry import Kind, NotifiedBy, Placement, Status
from tests.factories import at, make_appointment, make_column, make_patient, make_rule

HTMX = {"HX-Request": "true", "HX-Target": "dialog-host"}
TEN = "2026-11-23T10:00:00+01:00"


@pytest.fixture(autouse=True)
def monday_morning() -> Iterator[None]:
    with time_machine.travel(at(7), tick=False):
        yield


@pytest.fixture
def desk(client: Client, reception: User) -> Client:
    client.force_login(reception)
    return client


@pytest.fixture
def post(desk: Client, column: CalendarColumn) -> Any:
    """Send the dialog with these fields besides the usual ones, as a page with scripts does."""

    def send(**fields: Any) -> HttpResponse:
        usual = {
            "als": "termin",
            "spalte": column.pk,
            "beginn": TEN,
            "minuten": 15,
            "wer": "practice",
            "art": "",
            "text": "",
        }
        headers = fields.pop("headers", HTMX)
        return desk.post("/kalender/neu/", usual | {"q": ""} | fields, headers=headers)

    return send


def text(response: Any) -> str:
    return response.content.decode()


def test_the_dialog_says_when_and_where(desk: Client, column: CalendarColumn) -> None:
    html = text(desk.get(f"/kalender/neu/?spalte={column.pk}&beginn={TEN.replace('+', '%2B')}", headers=HTMX))
    assert html.lstrip().startswith("<dialog")
    assert "10:00–10:15" in html
    assert "Mo, 23.11.2026 · Dr. Reuter" in html
    assert "Frei bis 12:00." in html


def test_a_blank_instead_of_the_plus_of_the_offset_is_understood(desk: Client, column: CalendarColumn) -> None:
    assert "10:00–10:15" in text(desk.get(f"/kalender/neu/?spalte={column.pk}&beginn={TEN}", headers=HTMX))


def test_without_scripts_the_dialog_is_a_page(desk: Client, column: CalendarColumn) -> None:
    html = text(desk.get(f"/kalender/neu/?spalte={column.pk}&beginn=2026-11-23T10:00"))
    assert "<html" in html
    assert "<dialog" in html
    assert " open " in html[html.index("<dialog") :][:120]


def test_lengths_that_do_not_fit_are_struck_and_a_place_that_fits_is_offered(
    desk: Client, column: CalendarColumn, check_up: AppointmentType
) -> None:
    make_appointment(column, at(10, 15))
    html = text(desk.get(f"/kalender/neu/?spalte={column.pk}&beginn=2026-11-23T10:00&art={check_up.pk}", headers=HTMX))
    assert "Frei bis 10:15." in html
    assert html.count('<label class="no">') == 3
    assert 'name="verlegen" value="2026-11-23T10:30:00+01:00"' in html


def test_hits_always_show_the_birth_date(desk: Client, column: CalendarColumn, in_practice: Practice) -> None:
    make_patient(in_practice)
    html = text(desk.post("/kalender/patient/suche/", {"q": "mei ma", "spalte": column.pk}, headers=HTMX))
    assert "Meier, Magda" in html
    assert "*01.02.1960" in html
    assert "1 Treffer" in html


def test_namesakes_are_pointed_out(post: Any, in_practice: Practice) -> None:
    patient = make_patient(in_practice)
    make_patient(in_practice, birth_date=date(1986, 2, 11))
    html = text(post(waehlen=patient.pk))
    assert "Namensgleich:" in html
    assert "11.02.1986" in html


def test_choosing_somebody_is_written_into_the_audit(post: Any, in_practice: Practice, reception: User) -> None:
    patient = make_patient(in_practice)
    post(waehlen=patient.pk)
    assert AuditEntry.objects.filter(action="read", object_id=patient.pk, actor_id=reception.pk).exists()


def test_the_persons_other_appointments_stand_beside(post: Any, column: CalendarColumn, in_practice: Practice) -> None:
    patient = make_patient(in_practice)
    make_appointment(column, at(11, day=date(2026, 12, 3)), patient=patient)
    assert "Do 03.12. 11:00" in text(post(waehlen=patient.pk))


def test_it_books_for_a_known_patient(
    post: Any, in_practice: Practice, check_up: AppointmentType, reception: User
) -> None:
    patient = make_patient(in_practice)
    response = post(
        patient=patient.pk, art=check_up.pk, minuten=30, text="bringt Befunde", wer="nobody", video="on", vergeben=1
    )
    assert response.status_code == 204
    entry = Entry.objects.get()
    assert (entry.patient, entry.starts_at, entry.ends_at) == (patient, at(10), at(10, 30))
    assert (entry.appointment_type, entry.text, entry.is_video) == (check_up, "bringt Befunde", True)
    assert (entry.notified_by, entry.created_by) == (NotifiedBy.NOBODY, reception)


def test_success_tells_the_page_what_to_say_and_to_fetch(post: Any, in_practice: Practice) -> None:
    response = post(patient=make_patient(in_practice).pk, vergeben=1)
    events = json.loads(response["HX-Trigger"])
    assert events["praxis:changed"] == {"entry": Entry.objects.get().pk}
    words = "„meier, magda“ am Mo 23.11., 10:00 Uhr vergeben, Dr. Reuter"
    assert events["praxis:say"] == {"text": words, "undo": True, "question": None}
    assert "dialog:close" in events


def test_without_scripts_booking_leads_back_to_the_day(post: Any, in_practice: Practice) -> None:
    response = post(patient=make_patient(in_practice).pk, vergeben=1, headers={})
    assert response.status_code == 303
    assert response["Location"] == "/kalender/?tag=2026-11-23"


def test_it_books_tentatively(post: Any, in_practice: Practice) -> None:
    post(patient=make_patient(in_practice).pk, vormerken=1)
    assert Entry.objects.get().status == Status.TENTATIVE


def test_a_provisional_name_needs_no_patient_record(post: Any) -> None:
    post(last_name="Neu", first_name="Nora", birth_date="1.2.60", phone="0151 555", vergeben=1)
    entry = Entry.objects.get()
    assert (entry.patient, entry.last_name, entry.birth_date) == (None, "Neu", date(1960, 2, 1))
    assert entry.contact_phone == "0151 555"
    assert not Patient.objects.exists()


def test_somebody_new_is_registered_and_booked_in_one_step(post: Any) -> None:
    post(last_name="Neu", first_name="Nora", birth_date="01021960", phone="0151 555", register="on", vergeben=1)
    patient = Patient.objects.get()
    assert (patient.last_name, patient.mobile, patient.phone) == ("Neu", "0151 555", "")
    assert Entry.objects.get().patient == patient


def test_nobody_is_registered_when_the_slot_is_gone(post: Any, column: CalendarColumn) -> None:
    make_appointment(column, at(10))
    assert post(last_name="Neu", register="on", vergeben=1).status_code == 409
    assert not Patient.objects.exists()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"birth_date": "32.13.1960"}, "Bitte ein Geburtsdatum bis heute eingeben"),
        ({"birth_date": "01.02.20"}, "Bitte das Jahr vierstellig eingeben."),
        ({"text": "x" * 201}, "höchstens"),
        ({"wer": "alle"}, "keine gültige Auswahl"),
        ({"last_name": "y" * 61}, "höchstens"),
    ],
)
def test_errors_stand_beside_their_field_and_nothing_typed_is_lost(post: Any, typed: dict[str, Any], said: str) -> None:
    response = post(**{"last_name": "Neumann", "first_name": "Felix", "vergeben": 1} | typed)
    html = text(response)
    assert response.status_code == 422
    assert said in html
    assert 'value="Felix"' in html
    assert all(f'value="{value}"' in html for value in typed.values() if value != "alle")
    assert not Entry.objects.exists()


def test_without_a_person_the_dialog_asks_for_one(post: Any) -> None:
    response = post(vergeben=1)
    assert response.status_code == 422
    assert "Bitte einen Patienten wählen oder einen Namen eingeben." in text(response)


def test_a_search_without_choice_books_nobody(post: Any, in_practice: Practice) -> None:
    make_patient(in_practice)
    make_patient(in_practice, birth_date=date(1986, 2, 11))
    response = post(q="meier", vergeben=1)
    assert response.status_code == 422
    assert "Bitte eine Person aus der Liste wählen." in text(response)
    assert not Entry.objects.exists()


def test_enter_after_a_search_with_one_hit_shows_that_person_first(post: Any, in_practice: Practice) -> None:
    patient = make_patient(in_practice)
    response = post(q="meier 010260", vergeben=1)
    assert f'name="patient" value="{patient.pk}"' in text(response)
    assert not Entry.objects.exists()


def test_a_taken_slot_offers_the_next_three_and_keeps_what_was_typed(
    post: Any, column: CalendarColumn, reception: User
) -> None:
    make_appointment(column, at(10), actor=reception)
    response = post(last_name="Neumann", text="bringt Befunde", vergeben=1)
    html = text(response)
    assert response.status_code == 409
    assert "M. Seidel hat 10:00 Uhr vergeben." in html
    for start in ("10:15", "10:30", "10:45"):
        assert f'name="vergeben_um" value="2026-11-23T{start}:00+01:00"' in html
    assert 'value="Neumann"' in html
    assert 'value="bringt Befunde"' in html


def test_an_offered_slot_books_there_with_everything_typed(post: Any, column: CalendarColumn) -> None:
    make_appointment(column, at(10))
    response = post(last_name="Neumann", text="bringt Befunde", vergeben_um="2026-11-23T10:30:00+01:00")
    assert response.status_code == 204
    entry = Entry.objects.get(last_name="Neumann")
    assert (entry.starts_at, entry.text) == (at(10, 30), "bringt Befunde")


def test_another_type_brings_its_length(post: Any, check_up: AppointmentType) -> None:
    html = text(post(art=check_up.pk, teil="art"))
    assert '<input type="radio" name="minuten" value="30" checked>' in html


def test_switching_to_a_note_keeps_the_words(post: Any) -> None:
    html = text(post(wechsel_als="notiz", text="nur Rezepte"))
    assert 'name="als" value="notiz"' in html
    assert 'value="nur Rezepte"' in html


@pytest.mark.parametrize(
    ("purpose", "kind"), [("notiz", Kind.NOTE), ("anmerkung", Kind.LOCK), ("reservierung", Kind.RESERVATION)]
)
def test_marks_are_set_from_the_same_dialog(post: Any, purpose: str, kind: Kind) -> None:
    assert post(als=purpose, text="Teambesprechung", minuten=30, vergeben=1).status_code == 204
    entry = Entry.objects.get()
    assert (entry.kind, entry.text, entry.ends_at) == (kind, "Teambesprechung", at(10, 30))


@pytest.mark.parametrize("purpose", ["notiz", "anmerkung", "reservierung"])
def test_a_mark_without_words_is_refused(post: Any, purpose: str) -> None:
    response = post(als=purpose, text=" ", vergeben=1)
    assert response.status_code == 422
    assert "Bitte ein paar Worte eingeben" in text(response)


def test_an_extra_appointment_takes_no_time(post: Any, column: CalendarColumn) -> None:
    make_appointment(column, at(10))
    assert post(als="zusatz", last_name="Thiel", vergeben=1).status_code == 204
    assert Entry.objects.get(last_name="Thiel").placement == Placement.EXTRA


def test_outside_hours_the_time_is_typed(post: Any, desk: Client, column: CalendarColumn) -> None:
    html = text(desk.get(f"/kalender/neu/?spalte={column.pk}&beginn=2026-11-23T13:00", headers=HTMX))
    assert 'type="time"' in html
    assert "Außerhalb der Sprechzeit." in html
    post(last_name="Spät", tag="2026-11-23", uhrzeit="13:20", vergeben=1)
    assert Entry.objects.get().starts_at == at(13, 20)


def test_a_time_that_is_none_is_pointed_out(post: Any) -> None:
    response = post(last_name="Spät", tag="2026-11-23", uhrzeit="25:61", vergeben=1)
    assert response.status_code == 422
    assert "Bitte eine Uhrzeit angeben, zum Beispiel 08:30." in text(response)
    assert not Entry.objects.exists()


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ({"tag": ""}, "Bitte den Tag angeben."),
        ({"uhrzeit": ""}, "Bitte die Uhrzeit angeben."),
        ({"tag": "", "uhrzeit": ""}, "Bitte die Uhrzeit angeben."),
        ({"tag": "morgen"}, "Bitte einen Tag angeben, zum Beispiel 24.11.2026."),
        ({"tag": "2101-01-01"}, "Bitte das Jahr prüfen."),
    ],
)
def test_a_cleared_day_or_time_books_nothing(post: Any, place: dict[str, str], said: str) -> None:
    response = post(**{"last_name": "Neu", "tag": "2026-11-23", "uhrzeit": "10:00", "vergeben": 1} | place)
    assert response.status_code == 422
    assert said in text(response)
    assert not Entry.objects.exists()


def test_a_booking_without_any_time_books_nothing(post: Any) -> None:
    assert post(last_name="Neu", beginn="irgendwann", vergeben=1).status_code == 422
    assert not Entry.objects.exists()


@pytest.mark.parametrize(
    ("day", "clock", "start"),
    [
        ("2026-11-23", "08", at(8)),
        ("2026-11-23", "8.30", at(8, 30)),
        ("2026-11-23", "08.30", at(8, 30)),
        ("2026-11-23", "830", at(8, 30)),
        ("24.11.2026", "8:30", at(8, 30, day=date(2026, 11, 24))),
    ],
)
def test_it_is_booked_at_the_time_that_was_typed(post: Any, day: str, clock: str, start: datetime) -> None:
    assert post(last_name="Neu", tag=day, uhrzeit=clock, vergeben=1).status_code == 204
    assert Entry.objects.get().starts_at == start


def test_an_offered_time_counts_more_than_the_typed_one(post: Any) -> None:
    offered = "2026-11-23T10:30:00+01:00"
    assert post(last_name="Neu", tag="2026-11-23", uhrzeit="", vergeben_um=offered).status_code == 204
    assert Entry.objects.get().starts_at == at(10, 30)


def test_a_day_that_is_none_stays_typed_while_something_else_is_asked(post: Any) -> None:
    html = text(post(wechsel_als="zusatz", tag="31.02.2026", uhrzeit="09:15"))
    assert 'value="31.02.2026"' in html
    assert 'value="09:15"' in html


def test_a_copy_starts_with_person_type_and_note(
    desk: Client, column: CalendarColumn, check_up: AppointmentType, in_practice: Practice
) -> None:
    entry = make_appointment(
        column, at(8), patient=make_patient(in_practice), appointment_type=check_up, text="nüchtern"
    )
    html = text(desk.get(f"/kalender/neu/?spalte={column.pk}&beginn=2026-11-23T10:00&eintrag={entry.pk}", headers=HTMX))
    assert "Meier, Magda" in html
    assert 'value="nüchtern"' in html
    assert f'<option value="{check_up.pk}" selected>' in html


def test_showing_the_person_of_a_copy_is_written_into_the_audit(
    desk: Client, column: CalendarColumn, in_practice: Practice, reception: User
) -> None:
    patient = make_patient(in_practice)
    entry = make_appointment(column, at(8), patient=patient)
    desk.get(f"/kalender/neu/?spalte={column.pk}&beginn=2026-11-23T10:00&eintrag={entry.pk}", headers=HTMX)
    assert AuditEntry.objects.filter(action="read", object_id=patient.pk, actor_id=reception.pk).exists()


def test_showing_the_only_hit_is_written_into_the_audit(post: Any, in_practice: Practice, reception: User) -> None:
    patient = make_patient(in_practice)
    post(q="meier 010260", vergeben=1)
    assert AuditEntry.objects.filter(action="read", object_id=patient.pk, actor_id=reception.pk).exists()


def test_a_copy_keeps_a_type_that_is_no_longer_offered(
    desk: Client, post: Any, column: CalendarColumn, check_up: AppointmentType
) -> None:
    entry = make_appointment(column, at(8), appointment_type=check_up)
    AppointmentType.objects.filter(pk=check_up.pk).update(is_active=False)
    html = text(desk.get(f"/kalender/neu/?spalte={column.pk}&beginn=2026-11-23T10:00&eintrag={entry.pk}", headers=HTMX))
    assert f'<option value="{check_up.pk}" selected>' in html
    assert post(eintrag=entry.pk, art=check_up.pk, minuten=30, last_name="Behrens", vergeben=1).status_code == 204
    assert Entry.objects.get(starts_at=at(10)).appointment_type == check_up


@pytest.mark.parametrize("query", ["spalte=999", "spalte=x", "eintrag=999&spalte="])
def test_what_does_not_exist_answers_404(desk: Client, column: CalendarColumn, query: str) -> None:
    assert desk.get(f"/kalender/neu/?beginn=2026-11-23T10:00&{query}").status_code == 404


def test_the_neighbours_patient_cannot_be_chosen(post: Any, neighbour: Practice) -> None:
    foreign = make_patient(neighbour)
    assert post(waehlen=foreign.pk).status_code == 404
    assert post(patient=foreign.pk, vergeben=1).status_code == 404


@pytest.mark.parametrize("beginn", ["", "morgen", "0001-01-01T00:00", "9999-12-31T23:59+00:00"])
def test_a_start_that_makes_no_sense_becomes_a_usual_one(desk: Client, column: CalendarColumn, beginn: str) -> None:
    response = desk.get("/kalender/neu/", {"spalte": column.pk, "beginn": beginn}, headers=HTMX)
    assert response.status_code == 200
    assert "07:00–07:15" in text(response)


def test_a_slot_of_another_raster_offers_its_own_length(desk: Client, in_practice: Practice, now: datetime) -> None:
    column = make_column(in_practice, "Labor", weekdays=range(0))
    make_rule(
        column,
        weekday=0,
        from_time=at(7).time().replace(hour=8),
        until_time=at(7).time().replace(hour=12),
        slot_minutes=20,
    )
    html = text(desk.get(f"/kalender/neu/?spalte={column.pk}&beginn=2026-11-23T08:00", headers=HTMX))
    assert "08:00–08:20" in html
