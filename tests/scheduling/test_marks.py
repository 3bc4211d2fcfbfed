"""Seed 001: white is free, yellow is a note and free, green is a remark and locked."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from scheduling import services
from scheduling.models import CalendarColumn, Entry
from scheduling.models.entry import Kind
from scheduling.services import SlotTaken, TimeInTheWay
from scheduling.services.marking import TextMissing
from scheduling.services.reserving import Stretch
from scheduling.services.timing import TimeInvalid
from tests.factories import MONDAY, at, make_appointment

TUESDAY = date(2026, 11, 24)


def set_mark(
    service: Callable[..., Entry], column: CalendarColumn, moment: datetime, text: str = "nur Rezepte"
) -> Entry:
    return service(
        practice=column.practice, column=column, starts_at=moment, minutes=15, text=text, actor=None, now=moment
    )


def test_a_noted_slot_can_still_be_booked(column: CalendarColumn) -> None:
    set_mark(services.set_note, column, at(9))
    make_appointment(column, at(9))


def test_a_remark_locks_its_slot_until_it_becomes_a_note(column: CalendarColumn, now: datetime) -> None:
    remark = set_mark(services.set_remark, column, at(9))
    with pytest.raises(SlotTaken):
        make_appointment(column, at(9))
    services.remark_to_note(entry=remark, actor=None, now=now)
    make_appointment(column, at(9))


def test_a_remark_cannot_cover_an_appointment(column: CalendarColumn) -> None:
    make_appointment(column, at(9))
    with pytest.raises(SlotTaken):
        set_mark(services.set_remark, column, at(9))


def test_a_note_on_a_booked_slot_cannot_become_a_remark(column: CalendarColumn, now: datetime) -> None:
    note = set_mark(services.set_note, column, at(9))
    make_appointment(column, at(9))
    with pytest.raises(SlotTaken):
        services.edit_mark(entry=note, text="zu", kind=Kind.LOCK, actor=None, now=now)


def test_a_mark_needs_words(column: CalendarColumn) -> None:
    with pytest.raises(TextMissing) as caught:
        set_mark(services.set_note, column, at(9), text="   ")
    assert caught.value.field == "text"


def stretch(columns: list[CalendarColumn], days: list[date]) -> Stretch:
    return Stretch(columns=columns, days=days, from_time=time(9), until_time=time(10))


def test_one_action_reserves_several_days_and_columns(
    column: CalendarColumn, other_column: CalendarColumn, reception: User, now: datetime
) -> None:
    made = services.reserve_time(
        practice=column.practice, stretch=stretch([column, other_column], [MONDAY, TUESDAY]), text="Fortbildung",
        actor=reception, now=now,
    )  # fmt: skip
    assert len(made) == 4
    assert {entry.batch for entry in made} == {made[0].batch}
    with pytest.raises(SlotTaken):
        make_appointment(other_column, at(9, 30, TUESDAY))


def test_appointments_in_the_way_are_listed_and_nothing_is_reserved(column: CalendarColumn, now: datetime) -> None:
    first, second = make_appointment(column, at(9)), make_appointment(column, at(9, 15, TUESDAY))
    with pytest.raises(TimeInTheWay) as caught:
        services.reserve_time(
            practice=column.practice,
            stretch=stretch([column], [MONDAY, TUESDAY]),
            text="Fortbildung",
            actor=None,
            now=now,
        )
    assert caught.value.in_the_way == [first, second]
    assert not Entry.objects.filter(kind=Kind.RESERVATION).exists()


def test_reserving_around_what_is_there_fills_only_the_gaps(column: CalendarColumn, now: datetime) -> None:
    make_appointment(column, at(9, 15))
    made = services.reserve_time(
        practice=column.practice,
        stretch=stretch([column], [MONDAY]),
        text="Fortbildung",
        actor=None,
        now=now,
        around=True,
    )
    assert [(entry.starts_at, entry.ends_at) for entry in made] == [(at(9), at(9, 15)), (at(9, 30), at(10))]


def test_hours_that_end_before_they_begin_are_refused(column: CalendarColumn, now: datetime) -> None:
    backwards = Stretch(columns=[column], days=[MONDAY], from_time=time(10), until_time=time(9))
    with pytest.raises(TimeInvalid):
        services.reserve_time(practice=column.practice, stretch=backwards, text="x", actor=None, now=now)


def test_a_long_reservation_asks_no_more_than_a_short_one(
    column: CalendarColumn, other_column: CalendarColumn, now: datetime
) -> None:
    def statements(columns: list[CalendarColumn], days: int) -> int:
        with CaptureQueriesContext(connection) as asked:
            services.reserve_time(
                practice=column.practice, text="Umbau", actor=None, now=now,
                stretch=stretch(columns, [MONDAY + timedelta(days=7 * n) for n in range(days)]),
            )  # fmt: skip
        Entry.objects.update(deleted_at=now)
        return len([query for query in asked.captured_queries if "advisory" not in query["sql"]])

    assert statements([column], 1) == statements([column, other_column], 30)
