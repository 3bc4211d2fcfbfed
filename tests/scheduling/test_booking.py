from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, connection

from accounts.models import Practice, User
from scheduling.models import AppointmentType, CalendarColumn, Entry, EntryChange
from scheduling.models.entry import Kind, Placement, Status
from scheduling.services import (
    NewAppointment,
    Person,
    SlotTaken,
    TimeInvalid,
    book_appointment,
    lock_columns,
    set_visit_status,
)
from scheduling.services.booking import PersonMissing
from tests.factories import at, make_appointment, make_patient


def test_it_books_the_length_of_the_type(column: CalendarColumn, check_up: AppointmentType, reception: User) -> None:
    entry = make_appointment(column, at(9), appointment_type=check_up, actor=reception)
    entry.refresh_from_db()
    assert (entry.starts_at, entry.ends_at) == (at(9), at(9, 30))
    assert entry.created_by == reception


def test_the_loser_learns_who_won_and_where_three_slots_are_free(
    column: CalendarColumn, reception: User, now: datetime
) -> None:
    make_appointment(column, at(9), actor=reception)
    make_appointment(column, at(9, 30), actor=reception)
    with pytest.raises(SlotTaken) as caught:
        make_appointment(column, at(9), now=now)
    error = caught.value
    assert error.message == "M. Seidel hat 09:00 Uhr gerade vergeben. Frei: 09:15, 09:45 und 10:00 Uhr."
    assert [slot.starts_at for slot in error.next_free] == [at(9, 15), at(9, 45), at(10)]
    assert "Seidel" not in error.public_message
    assert "Behrens" not in error.message


def test_nothing_is_written_for_the_loser(column: CalendarColumn) -> None:
    make_appointment(column, at(9))
    with pytest.raises(SlotTaken):
        make_appointment(column, at(9))
    assert Entry.objects.count() == EntryChange.objects.count() == 1


def test_neighbours_touch_without_overlapping(column: CalendarColumn) -> None:
    make_appointment(column, at(9))
    make_appointment(column, at(9, 15))
    make_appointment(column, at(8, 45))
    assert Entry.objects.count() == 3


def test_an_extra_appointment_takes_no_time(column: CalendarColumn) -> None:
    make_appointment(column, at(9))
    extra = make_appointment(column, at(9), placement=Placement.EXTRA)
    assert not extra.takes_time


def test_a_known_patient_is_stored_as_patient_not_as_name(column: CalendarColumn, in_practice: Practice) -> None:
    patient = make_patient(in_practice)
    entry = make_appointment(column, at(9), patient=patient)
    assert entry.is_known
    assert entry.last_name == ""


def test_an_appointment_needs_a_person(column: CalendarColumn, now: datetime) -> None:
    with pytest.raises(PersonMissing) as caught:
        book_appointment(
            practice=column.practice,
            wanted=NewAppointment(column=column, starts_at=at(9), person=Person(last_name="  ")),
            actor=None,
            now=now,
        )
    assert caught.value.field == "last_name"


@pytest.mark.parametrize("minutes", [0, -15, 24 * 60 + 1, 10**18])
def test_impossible_lengths_are_refused(column: CalendarColumn, minutes: int) -> None:
    with pytest.raises(TimeInvalid):
        make_appointment(column, at(9), minutes=minutes)


def test_seconds_are_refused(column: CalendarColumn) -> None:
    with pytest.raises(TimeInvalid):
        make_appointment(column, at(9) + timedelta(seconds=1))


def test_the_database_alone_refuses_an_overlap(column: CalendarColumn) -> None:
    entry = make_appointment(column, at(9), minutes=30)
    with pytest.raises(IntegrityError, match="entry_no_double_booking"):
        Entry.objects.create(
            practice=column.practice, column=column, kind=Kind.RESERVATION, starts_at=at(9, 15), ends_at=at(9, 45)
        )
    assert entry.pk


def test_locks_outside_a_transaction_are_refused(transactional_db: None) -> None:
    assert not connection.in_atomic_block
    with pytest.raises(RuntimeError):
        lock_columns([1])


def test_the_winner_is_who_took_the_time_not_who_touched_the_entry_last(
    column: CalendarColumn, reception: User, doctor: User
) -> None:
    entry = make_appointment(column, at(9), actor=reception, now=at(7))
    set_visit_status(entry=entry, status=Status.ARRIVED, actor=doctor, now=at(8, 55))
    with pytest.raises(SlotTaken, match=r"^M\. Seidel hat 09:00 Uhr vergeben\."):
        make_appointment(column, at(9), actor=doctor, now=at(9))
