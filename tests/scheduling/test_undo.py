from datetime import date, datetime, time, timedelta

import pytest

from accounts.models import Practice, User
from scheduling import services
from scheduling.models import CalendarColumn, Entry
from scheduling.models.entry import Placement, Status
from scheduling.selectors import changes_of_entry
from scheduling.services import EntryChanged, NothingToUndo, SlotTaken
from scheduling.services.reserving import Stretch
from tests.factories import MONDAY, at, make_appointment, make_user


@pytest.fixture
def colleague(practice: Practice) -> User:
    return make_user(practice, "kollege@demo.example", first_name="Ole", last_name="Thamm")


def test_each_own_action_can_be_taken_back_one_by_one(
    column: CalendarColumn, other_column: CalendarColumn, reception: User, now: datetime
) -> None:
    entry = make_appointment(column, at(9), actor=reception)
    services.move_entry(entry=entry, column=other_column, starts_at=at(10), actor=reception, now=now)
    services.park_appointment(entry=entry, actor=reception, now=now)
    services.undo_last(actor=reception, now=now)
    entry.refresh_from_db()
    assert (entry.placement, entry.column_id, entry.starts_at) == (Placement.GRID, other_column.pk, at(10))
    services.undo_last(actor=reception, now=now)
    entry.refresh_from_db()
    assert (entry.column_id, entry.starts_at) == (column.pk, at(9))
    services.undo_last(actor=reception, now=now)
    assert not Entry.objects.filter(deleted_at=None).exists()
    with pytest.raises(NothingToUndo):
        services.undo_last(actor=reception, now=now)


def test_undo_brings_back_what_was_cancelled_or_deleted(column: CalendarColumn, reception: User, now: datetime) -> None:
    entry = make_appointment(column, at(9))
    services.cancel_appointment(entry=entry, actor=reception, now=now)
    services.undo_last(actor=reception, now=now)
    entry.refresh_from_db()
    assert (entry.status, entry.cancelled_at) == (Status.DEFINITE, None)
    services.delete_entry(entry=entry, actor=reception, now=now)
    services.undo_last(actor=reception, now=now)
    entry.refresh_from_db()
    assert entry.deleted_at is None


def test_a_reservation_of_many_days_is_taken_back_as_a_whole(
    column: CalendarColumn, other_column: CalendarColumn, reception: User, now: datetime
) -> None:
    services.reserve_time(
        practice=column.practice, text="Team", actor=reception, now=now,
        stretch=Stretch(
            columns=[column, other_column], days=[MONDAY, date(2026, 11, 24)], from_time=time(8), until_time=time(9)
        ),
    )  # fmt: skip
    undone = services.undo_last(actor=reception, now=now)
    assert len(undone.entries) == 4
    assert not Entry.objects.filter(deleted_at=None).exists()


def test_undo_does_not_overrule_a_colleague(
    column: CalendarColumn, reception: User, colleague: User, now: datetime
) -> None:
    entry = make_appointment(column, at(9))
    services.move_entry(entry=entry, column=column, starts_at=at(10), actor=reception, now=now)
    services.move_entry(entry=entry, column=column, starts_at=at(11), actor=colleague, now=now)
    with pytest.raises(EntryChanged, match=r"O\. Thamm"):
        services.undo_last(actor=reception, now=now)


def test_undo_does_not_double_book(column: CalendarColumn, reception: User, colleague: User, now: datetime) -> None:
    entry = make_appointment(column, at(9))
    services.move_entry(entry=entry, column=column, starts_at=at(10), actor=reception, now=now)
    make_appointment(column, at(9), actor=colleague)
    with pytest.raises(SlotTaken):
        services.undo_last(actor=reception, now=now)
    entry.refresh_from_db()
    assert entry.starts_at == at(10)


def test_nobody_undoes_what_somebody_else_did(
    column: CalendarColumn, reception: User, colleague: User, now: datetime
) -> None:
    make_appointment(column, at(9), actor=colleague)
    with pytest.raises(NothingToUndo):
        services.undo_last(actor=reception, now=now)


def test_the_history_names_author_action_and_both_states(
    column: CalendarColumn, reception: User, colleague: User, now: datetime
) -> None:
    entry = make_appointment(column, at(9), actor=reception)
    services.move_entry(entry=entry, column=column, starts_at=at(10), actor=colleague, now=now)
    moved, booked = changes_of_entry(entry.pk)
    assert (booked.action, booked.author) == ("book", reception)
    assert (moved.action, moved.author) == ("move", colleague)
    assert datetime.fromisoformat(moved.before["starts_at"]) == at(9)
    assert datetime.fromisoformat(moved.after["starts_at"]) == at(10)


def test_a_visit_keeps_its_times(column: CalendarColumn, reception: User, now: datetime) -> None:
    entry = make_appointment(column, at(9))
    services.set_visit_status(entry=entry, status=Status.ARRIVED, actor=reception, now=at(8, 55))
    services.set_visit_status(entry=entry, status=Status.IN_ROOM, actor=reception, now=at(9, 5))
    entry.refresh_from_db()
    assert (entry.arrived_at, entry.in_room_at) == (at(8, 55), at(9, 5))
    services.undo_last(actor=reception, now=now)
    entry.refresh_from_db()
    assert (entry.status, entry.in_room_at) == (Status.ARRIVED, None)


def test_after_a_long_reservation_was_undone_the_action_before_it_can_be(
    column: CalendarColumn, reception: User, now: datetime
) -> None:
    entry = make_appointment(column, at(9), actor=reception)
    days = [MONDAY + timedelta(days=n) for n in range(1, 150)]
    services.reserve_time(
        practice=column.practice, text="Umbau", actor=reception, now=now,
        stretch=Stretch(columns=[column], days=days, from_time=time(8), until_time=time(9)),
    )  # fmt: skip
    assert len(services.undo_last(actor=reception, now=now).entries) == 149
    assert services.undo_last(actor=reception, now=now).entries == [entry]
