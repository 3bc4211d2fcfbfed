from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from accounts.models import User
from scheduling import services
from scheduling.models import CalendarColumn, Entry
from scheduling.models.entry import Placement
from scheduling.selectors.free import FreeSlotQuery, find_free_slots
from scheduling.services import EntryChanged, SlotTaken
from scheduling.services.moving import NotMovable
from tests.factories import MONDAY, at, make_appointment


def is_free(column: CalendarColumn, moment: datetime) -> bool:
    query = FreeSlotQuery(
        column_ids=[column.pk], first_day=MONDAY, last_day=MONDAY, zone=ZoneInfo("Europe/Berlin"), minutes=15
    )
    return any(slot.starts_at == moment for slot in find_free_slots(query))


def test_it_moves_to_another_column_and_keeps_its_length(
    column: CalendarColumn, other_column: CalendarColumn, reception: User, now: datetime
) -> None:
    entry = make_appointment(column, at(9), minutes=30)
    services.move_entry(entry=entry, column=other_column, starts_at=at(10), actor=reception, now=now)
    entry.refresh_from_db()
    assert (entry.column_id, entry.starts_at, entry.ends_at) == (other_column.pk, at(10), at(10, 30))
    assert is_free(column, at(9))
    assert not is_free(other_column, at(10, 15))


def test_it_may_overlap_its_own_old_place(column: CalendarColumn, now: datetime) -> None:
    entry = make_appointment(column, at(9), minutes=30)
    services.move_entry(entry=entry, column=column, starts_at=at(9, 15), actor=None, now=now)
    assert Entry.objects.get().starts_at == at(9, 15)


def test_a_busy_target_is_refused_and_nothing_moves(column: CalendarColumn, now: datetime) -> None:
    entry = make_appointment(column, at(9))
    make_appointment(column, at(10))
    with pytest.raises(SlotTaken):
        services.move_entry(entry=entry, column=column, starts_at=at(10), actor=None, now=now)
    assert Entry.objects.get(pk=entry.pk).starts_at == at(9)


def test_a_page_that_is_behind_is_told_so(column: CalendarColumn, reception: User, now: datetime) -> None:
    entry = make_appointment(column, at(9))
    seen = entry.version
    services.move_entry(entry=entry, column=column, starts_at=at(10), actor=reception, now=now)
    with pytest.raises(EntryChanged, match=r"M\. Seidel hat diesen Eintrag"):
        services.move_entry(entry=entry, column=column, starts_at=at(11), actor=None, now=now, version=seen)


def test_a_copy_in_memory_that_is_behind_changes_nothing(column: CalendarColumn, now: datetime) -> None:
    entry = make_appointment(column, at(9))
    stale = Entry.objects.get(pk=entry.pk)
    services.move_entry(entry=entry, column=column, starts_at=at(10), actor=None, now=now)
    with pytest.raises(EntryChanged):
        services.move_entry(entry=stale, column=column, starts_at=at(11), actor=None, now=now)
    assert Entry.objects.get().starts_at == at(10)


def test_extending_takes_the_next_slot_and_shortening_gives_it_back(column: CalendarColumn, now: datetime) -> None:
    entry = make_appointment(column, at(9))
    services.resize_entry(entry=entry, minutes=30, actor=None, now=now)
    assert not is_free(column, at(9, 15))
    services.resize_entry(entry=entry, minutes=15, actor=None, now=now)
    assert is_free(column, at(9, 15))


def test_extending_into_a_neighbour_is_refused(column: CalendarColumn, now: datetime) -> None:
    entry = make_appointment(column, at(9))
    make_appointment(column, at(9, 15))
    with pytest.raises(SlotTaken):
        services.resize_entry(entry=entry, minutes=30, actor=None, now=now)


def test_parking_frees_the_time_and_placing_takes_another(column: CalendarColumn, now: datetime) -> None:
    entry = make_appointment(column, at(9), minutes=30)
    services.park_appointment(entry=entry, actor=None, now=now)
    assert is_free(column, at(9))
    services.move_entry(entry=entry, column=column, starts_at=at(11), actor=None, now=now)
    entry.refresh_from_db()
    assert (entry.placement, entry.starts_at) == (Placement.GRID, at(11))


def test_an_extra_appointment_moves_onto_a_free_slot_of_any_column(
    column: CalendarColumn, other_column: CalendarColumn, now: datetime
) -> None:
    extra = make_appointment(column, at(9), placement=Placement.EXTRA)
    services.move_entry(entry=extra, column=other_column, starts_at=at(9), actor=None, now=now)
    assert not is_free(other_column, at(9))


def test_a_cancelled_appointment_does_not_move(column: CalendarColumn, now: datetime) -> None:
    entry = make_appointment(column, at(9))
    services.cancel_appointment(entry=entry, actor=None, now=now)
    with pytest.raises(NotMovable):
        services.move_entry(entry=entry, column=column, starts_at=at(10), actor=None, now=now)


def test_a_copy_is_an_appointment_of_its_own(column: CalendarColumn, now: datetime) -> None:
    entry = make_appointment(column, at(9), minutes=30)
    copy = services.copy_appointment(entry=entry, column=column, starts_at=at(10), actor=None, now=now)
    assert copy.pk != entry.pk
    assert (copy.last_name, copy.ends_at) == ("Behrens", at(10, 30))
    assert Entry.objects.count() == 2


@pytest.mark.parametrize("way", [services.cancel_appointment, services.delete_entry])
def test_cancelling_or_deleting_frees_all_slots_of_a_long_appointment(
    column: CalendarColumn, now: datetime, way: Callable[..., Entry]
) -> None:
    entry = make_appointment(column, at(9), minutes=45)
    way(entry=entry, actor=None, now=now)
    assert all(is_free(column, at(9, minute)) for minute in (0, 15, 30))


def test_cancelled_is_not_deleted(column: CalendarColumn, now: datetime) -> None:
    entry = make_appointment(column, at(9))
    services.cancel_appointment(entry=entry, actor=None, now=now)
    entry.refresh_from_db()
    assert (entry.status, entry.cancelled_at, entry.deleted_at) == ("cancelled", now, None)
