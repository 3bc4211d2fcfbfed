"""Columns, types, free slots and the list of appointments."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Practice, User
from praxis.core.models import AuditEntry
from scheduling.models import AppointmentType, CalendarColumn
from scheduling.services.timing import EARLIEST, LATEST
from tests.factories import MONDAY, at, make_appointment, make_column, make_rule, make_type

SLOTS_A_DAY = 16


def starts(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [slot["starts_at"] for slot in answer.json()["slots"]]


def test_columns_come_in_the_order_of_the_calendar(
    api: Any, column: CalendarColumn, other_column: CalendarColumn, in_practice: Practice, neighbour: Practice
) -> None:
    make_column(in_practice, "Alt", is_active=False)
    make_column(neighbour, "Fremd")
    shown = api.get("columns").json()["columns"]

    assert [(row["id"], row["name"]) for row in shown] == [
        (column.pk, "Dr. Reuter"), (other_column.pk, "Dr. Brandes"),
    ]  # fmt: skip
    assert (shown[0]["kind"], shown[0]["calendar_name"]) == ("doctor", "Kalender")


def test_types_say_how_long_they_take(api: Any, check_up: AppointmentType, in_practice: Practice) -> None:
    make_type(in_practice, "Alt", is_active=False)

    assert api.get("appointment-types").json() == {
        "appointment_types": [
            {"id": check_up.pk, "name": "Check-up", "minutes": 30, "is_video": False, "is_online": False}
        ]
    }


def test_free_slots_leave_out_what_is_taken(api: Any, column: CalendarColumn) -> None:
    make_appointment(column, at(8), minutes=225)
    answer = api.get(f"free-slots?column={column.pk}&from={MONDAY}&to={MONDAY}")

    assert answer.json() == {
        "slots": [
            {
                "column": column.pk, "starts_at": "2026-11-23T11:45:00+01:00", "ends_at": "2026-11-23T12:00:00+01:00",
            }
        ]
    }  # fmt: skip


def test_a_type_asks_for_its_own_length(api: Any, column: CalendarColumn, check_up: AppointmentType) -> None:
    make_appointment(column, at(9))
    found = starts(api.get(f"free-slots?type={check_up.pk}&from={MONDAY}&to={MONDAY}"))

    assert "2026-11-23T08:45:00+01:00" not in found
    assert found[0] == "2026-11-23T08:00:00+01:00"
    assert found[-1] == "2026-11-23T11:30:00+01:00"
    assert len(starts(api.get(f"free-slots?minutes=240&from={MONDAY}&to={MONDAY}"))) == 0


def test_days_are_whole_and_instants_are_half_open(api: Any, column: CalendarColumn) -> None:
    assert len(starts(api.get("free-slots?from=2026-11-23&to=2026-11-24"))) == 2 * SLOTS_A_DAY
    assert starts(api.get("free-slots?from=2026-11-23T10:00:00%2B01:00&to=2026-11-23T09:30:00Z")) == [
        "2026-11-23T10:00:00+01:00", "2026-11-23T10:15:00+01:00",
    ]  # fmt: skip
    lost_plus = "free-slots?from=2026-11-23T10:00:00+01:00&to=2026-11-23T10:15:00+01:00"
    assert starts(api.get(lost_plus)) == ["2026-11-23T10:00:00+01:00"]


def test_four_weeks_from_today_are_the_default(api: Any, column: CalendarColumn) -> None:
    found = starts(api.get("free-slots"))

    assert len(found) == 20 * SLOTS_A_DAY
    assert (found[0][:10], found[-1][:10]) == ("2026-11-23", "2026-12-18")


def test_offsets_follow_the_change_of_clocks(api: Any, in_practice: Practice) -> None:
    column = make_column(in_practice, "Nacht", weekdays=range(0))
    make_rule(column, weekday=6, from_time=time(1, 45), until_time=time(3, 30), slot_minutes=15)

    assert [start[11:] for start in starts(api.get("free-slots?from=2027-03-28&to=2027-03-28"))] == [
        "01:45:00+01:00", "03:00:00+02:00", "03:15:00+02:00",
    ]  # fmt: skip


def test_slots_of_several_columns_are_ordered_by_time(
    api: Any, column: CalendarColumn, other_column: CalendarColumn, in_practice: Practice
) -> None:
    make_column(in_practice, "Dritte")
    query = f"free-slots?column={other_column.pk}&column={column.pk}&column={column.pk}&from={MONDAY}&to={MONDAY}"
    slots = api.get(query).json()["slots"]

    assert [slot["column"] for slot in slots[:4]] == [column.pk, other_column.pk] * 2
    assert len(slots) == 2 * SLOTS_A_DAY


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("from=2026-11-24&to=2026-11-23", "to"),
        ("from=2026-11-23T09:00:00Z&to=2026-11-23T09:00:00Z", "to"),
        ("from=2026-11-23&to=2027-02-15", "to"),
        ("from=2000-01-02", "from"),
        ("from=2000-01-02T22:00:00Z", "from"),
        ("from=9999-12-31", "from"),
        ("to=2101-01-01", "to"),
        ("from=2026-11-23T09:00:00", "from"),
        ("from=heute", "from"),
        ("from=", "from"),
        ("from=2026-11-23&from=2026-11-24", "from"),
        ("column=a", "column"),
        ("column=-1", "column"),
        ("column=9223372036854775808", "column"),
        ("column=%D9%A1", "column"),
        ("colum=1", "colum"),
        ("q=%00", "q"),
    ],
)
@pytest.mark.parametrize("path", ["free-slots", "appointments"])
def test_a_wrong_query_answers_400_and_names_the_parameter(
    api: Any, column: CalendarColumn, path: str, query: str, field: str
) -> None:
    answer = api.get(f"{path}?{query}")

    assert answer.status_code == 400, answer.content
    assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_the_calendar_begins_and_ends_for_the_api_as_for_the_page(api: Any, column: CalendarColumn) -> None:
    for day in (EARLIEST, LATEST):
        assert api.get(f"free-slots?from={day}&to={day}").status_code == 200


def test_the_longest_period_is_twelve_weeks(api: Any, column: CalendarColumn) -> None:
    assert api.get("free-slots?from=2026-11-23&to=2027-02-14").status_code == 200


@pytest.mark.parametrize("query", ["type=a", "type=1&type=2", "minutes=0", "minutes=1441"])
def test_free_slots_check_their_own_parameters(api: Any, query: str) -> None:
    assert api.get(f"free-slots?{query}").status_code == 400


def test_the_list_shows_appointments_that_begin_in_the_period(
    api: Any, column: CalendarColumn, other_column: CalendarColumn
) -> None:
    first = make_appointment(column, at(8))
    second = make_appointment(other_column, at(9))
    make_appointment(column, at(9, day=MONDAY + timedelta(days=1)))
    api.delete(f"appointments/{second.pk}")
    shown = api.get(f"appointments?from={MONDAY}&to={MONDAY}").json()

    assert [(row["id"], row["status"]) for row in shown["appointments"]] == [
        (first.pk, "definite"), (second.pk, "cancelled"),
    ]  # fmt: skip
    assert shown["next"] is None
    only = api.get(f"appointments?from={MONDAY}&to={MONDAY}&column={column.pk}").json()["appointments"]
    assert [row["id"] for row in only] == [first.pk]


def test_pages_follow_each_other_without_gap_or_repetition(
    api: Any, column: CalendarColumn, other_column: CalendarColumn
) -> None:
    made = [make_appointment(c, at(hour)).pk for hour in (8, 9, 10) for c in (column, other_column)]
    seen: list[int] = []
    cursor = ""
    while cursor is not None:
        page = api.get(
            f"appointments?from={MONDAY}&to={MONDAY}&limit=4" + (f"&cursor={cursor}" if cursor else "")
        ).json()
        seen += [row["id"] for row in page["appointments"]]
        cursor = page["next"]

    assert seen == made


@pytest.mark.parametrize("cursor", ["x", "%00", "MjAyNg", "w6Q=", "MjAyNi0xMS0yM1QwOTowMDowMFp8LTE", "%F0%9F%98%80"])
def test_a_made_up_cursor_answers_400(api: Any, cursor: str) -> None:
    assert api.get(f"appointments?cursor={cursor}").status_code == 400


def test_reading_people_is_audited_once_per_call(
    api: Any, api_for: Callable[..., Any], column: CalendarColumn, reception: User
) -> None:
    entry = make_appointment(column, at(9))
    make_appointment(column, at(10))
    path = f"appointments?from={MONDAY}&to={MONDAY}"
    api_for(reception, "calendar:read").get(path)
    assert not AuditEntry.objects.filter(action="read").exists()

    api.get(path)
    api.get(f"appointments/{entry.pk}")

    lines = AuditEntry.objects.filter(action="read").order_by("pk").values_list("object_type", "object_id", "via")
    assert list(lines) == [("appointments", None, "api"), ("appointment", entry.pk, "api")]


def queries_of(api: Any, path: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert api.get(path).status_code == 200
    return len(captured)


@pytest.mark.parametrize("path", ["free-slots?from={first}&to={last}", "appointments?from={first}&to={last}"])
def test_queries_do_not_grow_with_rows_columns_and_days(
    api: Any, column: CalendarColumn, in_practice: Practice, check_up: AppointmentType, path: str
) -> None:
    api.get("columns")  # The token's last use is written now, not in the first count.
    make_appointment(column, at(9), appointment_type=check_up)
    small = queries_of(api, path.format(first=MONDAY, last=MONDAY))
    for number in range(5):
        more = make_column(in_practice, f"Spalte {number}")
        for offset in range(5):
            make_appointment(more, at(9, day=MONDAY + timedelta(days=offset)), appointment_type=check_up)

    assert queries_of(api, path.format(first=MONDAY, last=MONDAY)) == small
    assert queries_of(api, path.format(first=MONDAY, last=date(2027, 2, 14))) == small


def test_local_times_are_those_of_the_practice(api: Any, column: CalendarColumn, practice: Practice) -> None:
    practice.time_zone = "Atlantic/Canary"
    practice.save(update_fields=["time_zone"])
    found = starts(api.get(f"free-slots?from={MONDAY}&to={MONDAY}"))

    assert found[0] == "2026-11-23T08:00:00+00:00"
    assert datetime.fromisoformat(found[0]) == at(9)
