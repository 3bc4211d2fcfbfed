"""POST, GET, PATCH and DELETE of appointments."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from accounts.models import Practice, User
from praxis.core.models import AuditEntry
from scheduling.models import AppointmentType, CalendarColumn, Entry
from tests.factories import at, make_appointment, make_column, make_patient, make_type

PERSON = {"last_name": "Berg", "first_name": "Ida", "birth_date": "1984-05-06"}


def wanted(column: CalendarColumn, start: str = "2026-11-23T09:00:00+01:00", **more: Any) -> dict[str, Any]:
    return {"column": column.pk, "starts_at": start, "patient": PERSON} | more


def test_it_books_a_provisional_person(api: Any, column: CalendarColumn, check_up: AppointmentType) -> None:
    answer = api.post("appointments", wanted(column, appointment_type=check_up.pk, text="nüchtern"))

    assert answer.status_code == 201, answer.content
    booked = answer.json()
    entry = Entry.objects.get(pk=booked["id"])
    assert (entry.starts_at, entry.ends_at, entry.last_name, entry.patient) == (at(9), at(9, 30), "Berg", None)
    assert (entry.origin, entry.text, entry.status) == ("api", "nüchtern", "definite")
    assert booked["starts_at"] == "2026-11-23T09:00:00+01:00"
    assert (booked["minutes"], booked["person"]["last_name"]) == (30, "Berg")
    assert answer["Location"] == f"/api/v1/appointments/{entry.pk}"
    assert api.get(f"appointments/{entry.pk}").json() == booked


def test_a_person_equal_in_all_three_is_the_known_patient(
    api: Any, column: CalendarColumn, in_practice: Practice
) -> None:
    patient = make_patient(in_practice, "Berg", "Ida", birth_date=date(1984, 5, 6))
    booked = api.post("appointments", wanted(column)).json()

    assert booked["patient"] == patient.pk
    assert api.post("appointments", wanted(column, "2026-11-23T10:00+01:00", patient=patient.pk)).status_code == 201
    twin = PERSON | {"birth_date": "1984-05-07"}
    twin_booked = api.post("appointments", wanted(column, "2026-11-23T11:00+01:00", patient=twin)).json()
    assert twin_booked["patient"] is None


def test_a_taken_time_answers_409_with_three_free_ones_and_no_name(
    api: Any, column: CalendarColumn, check_up: AppointmentType
) -> None:
    make_appointment(column, at(9), minutes=30)
    answer = api.post("appointments", wanted(column, appointment_type=check_up.pk))

    assert answer.status_code == 409
    assert answer["Content-Type"] == "application/problem+json"
    told = answer.json()
    assert told["code"] == "slot_taken"
    assert told["next_free"] == [
        {"column": column.pk, "starts_at": f"2026-11-23T{start}:00+01:00", "ends_at": f"2026-11-23T{end}:00+01:00"}
        for start, end in (("09:30", "10:00"), ("09:45", "10:15"), ("10:00", "10:30"))
    ]
    assert "Behrens" not in answer.content.decode()
    assert "Seidel" not in answer.content.decode()


def test_extra_appointments_stand_beside_what_is_taken(api: Any, column: CalendarColumn) -> None:
    make_appointment(column, at(9))
    answer = api.post("appointments", wanted(column, extra=True))

    assert (answer.status_code, answer.json()["placement"]) == (201, "extra")


def test_who_it_is_needs_the_right_to_read_patients(
    api_for: Callable[..., Any], reception: User, column: CalendarColumn, in_practice: Practice
) -> None:
    patient = make_patient(in_practice)
    api = api_for(reception, "calendar:read", "calendar:write")
    booked = api.post("appointments", wanted(column, patient=patient.pk)).json()

    assert (booked["patient"], booked["person"]) == (patient.pk, None)
    assert "Meier" not in api.get(f"appointments/{booked['id']}").content.decode()
    assert "Meier" not in api.get("appointments?from=2026-11-23&to=2026-11-23").content.decode()


def test_a_note_of_the_team_needs_the_right_to_read_patients(
    api: Any, api_for: Callable[..., Any], reception: User, column: CalendarColumn
) -> None:
    blind = api_for(reception, "calendar:read", "calendar:write")
    booked = blind.post("appointments", wanted(column, text="Frau Meier anrufen")).json()
    path = f"appointments/{booked['id']}"
    answers = [blind.get(path), blind.get("appointments?from=2026-11-23&to=2026-11-23"), blind.patch(path, {})]

    assert booked["text"] is None
    assert all("anrufen" not in answer.content.decode() for answer in answers)
    assert api.get(path).json()["text"] == "Frau Meier anrufen"


def test_it_moves_between_columns_and_keeps_the_length(
    api: Any, column: CalendarColumn, other_column: CalendarColumn
) -> None:
    entry = make_appointment(column, at(9), minutes=45)
    answer = api.patch(
        f"appointments/{entry.pk}", {"column": other_column.pk, "starts_at": "2026-11-24T08:00:00Z", "text": "neu"}
    )

    assert answer.status_code == 200, answer.content
    entry = Entry.objects.get(pk=entry.pk)
    assert (entry.column, entry.starts_at) == (other_column, at(9, day=at(9).date() + timedelta(days=1)))
    assert (entry.ends_at - entry.starts_at, entry.text) == (timedelta(minutes=45), "neu")
    assert answer.json()["version"] == entry.version


def test_a_refused_part_refuses_the_whole_change(api: Any, column: CalendarColumn) -> None:
    make_appointment(column, at(10))
    entry = make_appointment(column, at(9))
    answer = api.patch(f"appointments/{entry.pk}", {"text": "neu", "starts_at": "2026-11-23T10:00:00+01:00"})

    assert answer.status_code == 409
    assert len(answer.json()["next_free"]) == 3
    assert Entry.objects.get(pk=entry.pk).text == ""


@pytest.mark.parametrize(
    ("change", "field", "value"),
    [
        ({"minutes": 45}, "minutes", 45),
        ({"status": "arrived"}, "status", "arrived"),
        ({"status": "tentative", "is_video": True}, "is_video", True),
        ({"extra": True}, "placement", "extra"),
        ({"appointment_type": None}, "appointment_type", None),
        ({"patient": PERSON}, "person", PERSON),
        ({"status": "cancelled"}, "status", "cancelled"),
        ({}, "version", 1),
    ],
)
def test_it_changes_what_is_named(
    api: Any, column: CalendarColumn, check_up: AppointmentType, change: dict[str, Any], field: str, value: Any
) -> None:
    entry = make_appointment(column, at(9), appointment_type=check_up)
    answer = api.patch(f"appointments/{entry.pk}", change)

    assert answer.status_code == 200, answer.content
    assert answer.json()[field] == value
    assert api.get(f"appointments/{entry.pk}").json()[field] == value


@pytest.mark.parametrize("others", [{"text": "neu"}, {"starts_at": "2026-11-23T10:00:00+01:00", "minutes": 30}])
@pytest.mark.parametrize("key", [{}, {"Idempotency_Key": "k-1"}])
def test_cancelling_beside_other_changes_is_refused_and_names_them(
    api: Any, column: CalendarColumn, others: dict[str, Any], key: dict[str, str]
) -> None:
    entry = make_appointment(column, at(9))
    for _time in range(2):
        answer = api.patch(f"appointments/{entry.pk}", {"status": "cancelled", "version": 1} | others, **key)
        assert (answer.status_code, answer.json()["code"]) == (422, "impossible")
        assert answer["Content-Type"] == "application/problem+json"
        assert [error["field"] for error in answer.json()["errors"]] == sorted(others)
        assert all(name in answer.json()["detail"] for name in others)

    assert (Entry.objects.get().status, Entry.objects.get().version) == ("definite", 1)
    assert api.patch(f"appointments/{entry.pk}", {"status": "cancelled", "version": 1}).status_code == 200


def test_what_leaves_the_grid_may_be_longer_than_its_gap(api: Any, column: CalendarColumn) -> None:
    entry = make_appointment(column, at(9))
    make_appointment(column, at(9, 15))
    answer = api.patch(f"appointments/{entry.pk}", {"extra": True, "minutes": 60})

    assert answer.status_code == 200, answer.content
    assert (answer.json()["placement"], answer.json()["minutes"]) == ("extra", 60)


@pytest.mark.parametrize("day", ["0001-01-01", "1889-12-31", "2026-11-24", "9999-12-31"])
def test_nobody_is_booked_who_cannot_be_born_yet_or_alive(api: Any, column: CalendarColumn, day: str) -> None:
    answer = api.post("appointments", wanted(column, patient=PERSON | {"birth_date": day}))

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "patient.birth_date")
    assert not Entry.objects.exists()


def test_an_extra_appointment_comes_back_into_the_grid(api: Any, column: CalendarColumn) -> None:
    entry = make_appointment(column, at(9), placement="extra")

    assert api.patch(f"appointments/{entry.pk}", {"extra": False}).json()["placement"] == "grid"


def test_an_older_version_may_not_change_a_newer_state(api: Any, column: CalendarColumn) -> None:
    entry = make_appointment(column, at(9))
    assert api.patch(f"appointments/{entry.pk}", {"text": "eins", "version": 1}).status_code == 200
    answer = api.patch(f"appointments/{entry.pk}", {"text": "zwei", "version": 1})

    assert (answer.status_code, answer.json()["code"]) == (409, "entry_changed")
    assert Entry.objects.get(pk=entry.pk).text == "eins"


def test_deleting_cancels_and_repeating_it_changes_nothing(api: Any, column: CalendarColumn) -> None:
    entry = make_appointment(column, at(9))
    for _time in range(2):
        answer = api.delete(f"appointments/{entry.pk}")
        assert (answer.status_code, answer.content) == (204, b"")
    entry = Entry.objects.get(pk=entry.pk)

    assert (entry.status, entry.version, entry.deleted_at) == ("cancelled", 2, None)
    assert api.post("appointments", wanted(column)).status_code == 201
    assert api.patch(f"appointments/{entry.pk}", {"status": "arrived"}).status_code == 422


def test_what_the_api_does_is_audited_as_such(api: Any, column: CalendarColumn, reception: User) -> None:
    booked = api.post("appointments", wanted(column)).json()
    line = AuditEntry.objects.get(action="AppointmentBooked")

    assert (line.object_id, line.actor_id, line.via) == (booked["id"], reception.pk, "api")


def test_switched_off_columns_and_types_are_not_bookable(
    api: Any, column: CalendarColumn, in_practice: Practice
) -> None:
    closed = make_column(in_practice, "Alt", is_active=False)
    old = make_type(in_practice, "Alt", is_active=False)

    for body, field in ((wanted(closed), "column"), (wanted(column, appointment_type=old.pk), "appointment_type")):
        answer = api.post("appointments", body)
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (404, field)
