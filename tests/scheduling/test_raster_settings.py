from datetime import date, datetime, time
from typing import Any

import pytest
import time_machine
from django.test import Client

from accounts.models import User
from praxis.core.events import listeners_of
from praxis.core.models import AuditEntry
from scheduling.events import EntryEvent
from scheduling.models import AppointmentType, CalendarColumn, Entry, GridRule
from scheduling.services.grid_rules import (
    GridRuleInvalid,
    RasterDraft,
    add_grid_rules,
    change_grid_rule,
    draft_of,
    end_grid_rule,
    start_new_period,
)
from tests.conftest import NOW
from tests.factories import MONDAY, at, make_appointment


def draft(**fields: Any) -> RasterDraft:
    values: dict[str, Any] = {
        "weekdays": [0], "from_time": time(8), "until_time": time(12), "slot_minutes": 15, "valid_from": MONDAY,
    }  # fmt: skip
    return RasterDraft(**values | fields)


@pytest.fixture
def admin_client(client: Client, practice_admin: User) -> Client:
    client.force_login(practice_admin)
    return client


@pytest.fixture
def monday_rule(column: CalendarColumn) -> GridRule:
    return GridRule.objects.get(column=column, weekday=0)


def form(**fields: object) -> dict[str, object]:
    values = {
        "weekdays": ["0"], "from_time": "08:00", "until_time": "12:00", "slot_minutes": "15",
        "valid_from": "2020-01-01", "valid_until": "",
    }  # fmt: skip
    return values | fields


def test_one_line_per_weekday(column: CalendarColumn, practice_admin: User, check_up: AppointmentType) -> None:
    rules = add_grid_rules(
        column=column, draft=draft(weekdays=[5, 6], appointment_types=[check_up]), actor=practice_admin
    )
    assert [rule.weekday for rule in rules] == [5, 6]
    assert [list(rule.appointment_types.all()) for rule in rules] == [[check_up], [check_up]]
    assert AuditEntry.objects.filter(action="GridRulesChanged", object_id=column.pk).count() == 1


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"weekdays": []}, "weekdays"),
        ({"until_time": time(8)}, "until_time"),
        ({"slot_minutes": 4}, "slot_minutes"),
        ({"slot_minutes": 241}, "slot_minutes"),
        ({"until_time": time(8, 10)}, "slot_minutes"),
        ({"valid_until": date(2026, 11, 22)}, "valid_until"),
    ],
)
def test_an_impossible_raster_is_refused(column: CalendarColumn, fields: dict[str, object], field: str) -> None:
    before = GridRule.objects.count()
    with pytest.raises(GridRuleInvalid) as caught:
        add_grid_rules(column=column, draft=draft(**fields), actor=None)
    assert caught.value.field == field
    assert GridRule.objects.count() == before


def test_changing_a_raster_touches_no_appointment(column: CalendarColumn, monday_rule: GridRule) -> None:
    entry = make_appointment(column, at(9))
    change_grid_rule(rule=monday_rule, draft=draft(from_time=time(10)), actor=None)
    stored = Entry.objects.get(pk=entry.pk)
    assert (stored.version, stored.starts_at) == (entry.version, entry.starts_at)
    assert not AuditEntry.objects.filter(object_type="entry").exclude(action="AppointmentBooked").exists()
    assert listeners_of(EntryEvent) == ()


def test_an_ended_line_holds_to_its_last_day(monday_rule: GridRule) -> None:
    end_grid_rule(rule=monday_rule, last_day=MONDAY, actor=None)
    monday_rule.refresh_from_db()
    assert monday_rule.valid_until == MONDAY


def test_a_line_ended_before_it_began_is_gone(monday_rule: GridRule) -> None:
    end_grid_rule(rule=monday_rule, last_day=date(2019, 12, 31), actor=None)
    assert not GridRule.objects.filter(pk=monday_rule.pk).exists()


def test_a_new_period_goes_on_where_the_old_one_ends(column: CalendarColumn) -> None:
    fresh = start_new_period(column=column, first_day=date(2027, 1, 1), actor=None)
    assert len(fresh) == 5
    assert {rule.valid_from for rule in fresh} == {date(2027, 1, 1)}
    old = GridRule.objects.filter(column=column, valid_from=date(2020, 1, 1))
    assert {rule.valid_until for rule in old} == {date(2026, 12, 31)}
    assert {draft_of(rule).from_time for rule in fresh} == {time(8)}


def test_there_is_no_new_period_without_an_old_one(column: CalendarColumn) -> None:
    with pytest.raises(GridRuleInvalid):
        start_new_period(column=column, first_day=date(2019, 1, 1), actor=None)


@time_machine.travel(NOW, tick=False)
def test_the_page_shows_who_would_be_outside_before_it_saves(
    admin_client: Client, column: CalendarColumn, monday_rule: GridRule
) -> None:
    make_appointment(column, at(9))
    make_appointment(column, at(11))
    url = f"/einstellungen/raster/{monday_rule.pk}/"
    page = admin_client.post(url, form(from_time="10:00")).content.decode()
    assert "1 gebuchter Termin läge danach außerhalb" in page
    assert "Mo, 23.11.2026, 09:00–09:15" in page
    assert "11:00–11:15" not in page
    monday_rule.refresh_from_db()
    assert monday_rule.from_time == time(8)


@time_machine.travel(NOW, tick=False)
def test_it_saves_after_they_were_seen(admin_client: Client, column: CalendarColumn, monday_rule: GridRule) -> None:
    entry = make_appointment(column, at(9))
    data = form(from_time="10:00", gesehen=str(entry.pk))
    answer = admin_client.post(f"/einstellungen/raster/{monday_rule.pk}/", data)
    assert answer.status_code == 302
    monday_rule.refresh_from_db()
    assert monday_rule.from_time == time(10)


@time_machine.travel(NOW, tick=False)
def test_somebody_booked_meanwhile_is_shown_again(
    admin_client: Client, column: CalendarColumn, monday_rule: GridRule
) -> None:
    seen = make_appointment(column, at(9))
    make_appointment(column, at(8))
    data = form(from_time="10:00", gesehen=str(seen.pk))
    page = admin_client.post(f"/einstellungen/raster/{monday_rule.pk}/", data).content.decode()
    assert "2 gebuchte Termine lägen danach außerhalb" in page


@time_machine.travel(NOW, tick=False)
def test_going_back_keeps_what_was_typed(admin_client: Client, column: CalendarColumn, monday_rule: GridRule) -> None:
    make_appointment(column, at(9))
    data = form(from_time="10:00", zurueck="1", gesehen="")
    page = admin_client.post(f"/einstellungen/raster/{monday_rule.pk}/", data).content.decode()
    assert 'value="10:00"' in page
    monday_rule.refresh_from_db()
    assert monday_rule.from_time == time(8)


@time_machine.travel(NOW, tick=False)
def test_ending_a_line_asks_too(admin_client: Client, column: CalendarColumn, monday_rule: GridRule) -> None:
    make_appointment(column, at(9))
    url = f"/einstellungen/raster/{monday_rule.pk}/beenden/"
    assert "läge danach außerhalb" in admin_client.post(url, {"last_day": "2026-11-22"}).content.decode()
    assert admin_client.post(url, {"last_day": "2026-11-23"}).status_code == 302


@time_machine.travel(NOW, tick=False)
def test_nothing_outside_saves_at_once(admin_client: Client, column: CalendarColumn) -> None:
    make_appointment(column, at(9))
    answer = admin_client.post(
        f"/einstellungen/spalten/{column.pk}/raster/neu/", form(weekdays=["5"], until_time="10:00"), follow=True
    )
    assert "Kein gebuchter Termin liegt dadurch außerhalb" in answer.content.decode()
    assert GridRule.objects.filter(column=column, weekday=5).exists()


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"weekdays": []}, "Bitte mindestens einen Wochentag wählen."),
        ({"from_time": "13:00"}, "Das Ende muss nach dem Beginn liegen."),
        ({"from_time": "25:61"}, "Bitte eine Uhrzeit angeben"),
        ({"slot_minutes": "999"}, "240"),
        ({"valid_from": "31.02.2026"}, "Bitte einen Tag angeben"),
        ({"valid_from": "0001-01-01"}, "Bitte das Jahr prüfen."),
        ({"appointment_types": ["999999"]}, "999999"),
    ],
)
def test_bad_input_is_answered_beside_the_field(
    admin_client: Client, column: CalendarColumn, fields: dict[str, object], message: str
) -> None:
    answer = admin_client.post(f"/einstellungen/spalten/{column.pk}/raster/neu/", form(**fields))
    assert answer.status_code == 422
    assert message in answer.content.decode()


def test_queries_do_not_grow_with_lines(
    admin_client: Client, column: CalendarColumn, django_assert_max_num_queries: Any
) -> None:
    add_grid_rules(column=column, draft=draft(weekdays=list(range(7)), valid_from=date(2030, 1, 1)), actor=None)
    with django_assert_max_num_queries(8):
        admin_client.get(f"/einstellungen/spalten/{column.pk}/raster/")


@time_machine.travel(NOW, tick=False)
def test_hiding_a_column_shows_its_coming_appointments_first(
    admin_client: Client, column: CalendarColumn, now: datetime
) -> None:
    make_appointment(column, at(9), now=now)
    url = f"/einstellungen/spalten/{column.pk}/"
    data = {"name": column.name, "calendar": column.calendar_id, "kind": "doctor", "location": "", "doctor_role": ""}
    page = admin_client.post(url, data).content.decode()
    assert "Diese Termine wären im Kalender nicht mehr zu sehen" in page
    column.refresh_from_db()
    assert column.is_active
    assert admin_client.post(url, data | {"gesehen": "1"}).status_code == 302
    column.refresh_from_db()
    assert not column.is_active
