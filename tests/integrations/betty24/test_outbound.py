"""What staff do in a bound column, at the portal: whatever takes time locks it, whatever frees it unlocks it."""

from datetime import date, datetime, time

import pytest
from django.utils import timezone

from accounts.models import Practice
from integrations.betty24.models import Betty24Booking, Betty24Connection, Betty24Push, Betty24Sync, Betty24Task
from integrations.betty24.services.switching import pause_column, switch_off, switch_on
from scheduling.models import CalendarColumn
from scheduling.models.entry import Kind, Placement
from scheduling.services import (
    cancel_appointment,
    delete_entry,
    edit_appointment,
    edit_mark,
    make_extra,
    move_entry,
    park_appointment,
    remark_to_note,
    reserve_time,
    resize_entry,
    set_note,
    set_remark,
)
from scheduling.services.grid_rules import RasterDraft, add_grid_rules
from scheduling.services.reserving import Stretch
from tests.betty24_portal import Portal
from tests.factories import MONDAY, at, make_appointment, make_column
from tests.integrations.betty24.agreement import differences, fresh, sync

pytestmark = pytest.mark.django_db


def locked(portal: Portal, calendar: str = "") -> list[tuple[str, str, str]]:
    """What is locked online, as local clock times and kind."""
    spans = [(lock["start"], lock["end"], lock["kind"]) for lock in portal.locks(calendar)]
    return sorted((start[11:16], end[11:16], kind) for start, end, kind in spans)


def test_an_appointment_locks_its_time_and_a_cancellation_frees_it(
    connection: Betty24Connection, portal: Portal, column: CalendarColumn, now: datetime
) -> None:
    entry = make_appointment(column, at(9), minutes=30)
    assert sync(connection)["locked"] == 1
    assert locked(portal, "cal-1") == [("09:00", "09:30", "appointment")]

    cancel_appointment(entry=entry, actor=None, now=now)
    assert sync(connection)["unlocked"] == 1
    assert locked(portal) == []


def test_deleting_an_appointment_of_several_slots_frees_all_of_them(
    connection: Betty24Connection, portal: Portal, column: CalendarColumn, now: datetime
) -> None:
    entry = make_appointment(column, at(9), minutes=15)
    resize_entry(entry=entry, minutes=60, actor=None, now=now)
    sync(connection)
    assert locked(portal) == [("09:00", "10:00", "appointment")]

    delete_entry(entry=fresh(entry), actor=None, now=now)
    sync(connection)
    assert locked(portal) == []


def test_a_remark_locks_until_it_becomes_a_note(
    connection: Betty24Connection, portal: Portal, column: CalendarColumn, in_practice: Practice, now: datetime
) -> None:
    fields = {"practice": in_practice, "column": column, "minutes": 15, "text": "Telefonat", "actor": None, "now": now}
    remark = set_remark(starts_at=at(9), **fields)
    set_note(starts_at=at(10), **fields)
    sync(connection)
    assert locked(portal) == [("09:00", "09:15", "lock")]

    remark_to_note(entry=remark, actor=None, now=now)
    sync(connection)
    assert locked(portal) == []


def test_a_note_that_becomes_a_reservation_locks(
    connection: Betty24Connection, portal: Portal, column: CalendarColumn, in_practice: Practice, now: datetime
) -> None:
    note = set_note(practice=in_practice, column=column, starts_at=at(9), minutes=15, text="Notiz", actor=None, now=now)
    edit_mark(entry=note, text="Notiz", kind=Kind.RESERVATION, actor=None, now=now)
    sync(connection)
    assert locked(portal) == [("09:00", "09:15", "reservation")]


def test_a_reservation_over_days_and_columns_locks_each_of_them(
    connection: Betty24Connection, portal: Portal, column: CalendarColumn, other_column: CalendarColumn,
    in_practice: Practice, now: datetime,
) -> None:  # fmt: skip
    stretch = Stretch(
        columns=[column, other_column], days=[MONDAY, date(2026, 11, 24)], from_time=time(9), until_time=time(11)
    )
    reserve_time(practice=in_practice, stretch=stretch, text="Urlaub", actor=None, now=now)
    sync(connection)
    assert [len(portal.locks("cal-1")), len(portal.locks("cal-2"))] == [2, 2]
    assert differences(connection, now) == []


def test_moving_between_bound_and_unbound_columns_counts(
    connection: Betty24Connection, portal: Portal, column: CalendarColumn, other_column: CalendarColumn,
    in_practice: Practice, now: datetime,
) -> None:  # fmt: skip
    unbound = make_column(in_practice, "EKG")
    entry = make_appointment(column, at(9))
    sync(connection)
    for target, expected in ((other_column, ([], ["09:15"])), (unbound, ([], [])), (column, (["09:15"], []))):
        move_entry(entry=fresh(entry), column=target, starts_at=at(9, 15), actor=None, now=now)
        sync(connection)
        shown = tuple([start for start, _end, _kind in locked(portal, name)] for name in ("cal-1", "cal-2"))
        assert shown == expected


@pytest.mark.parametrize("aside", [park_appointment, make_extra])
def test_what_leaves_the_grid_is_free_online(
    aside: object, connection: Betty24Connection, portal: Portal, column: CalendarColumn, now: datetime
) -> None:
    entry = make_appointment(column, at(9))
    sync(connection)
    aside(entry=entry, actor=None, now=now)  # type: ignore[operator]
    sync(connection)
    assert locked(portal) == []


def test_editing_a_raster_tells_the_portal_nothing(
    connection: Betty24Connection, portal: Portal, column: CalendarColumn
) -> None:
    make_appointment(column, at(9))
    sync(connection)
    before = len(portal.log())
    draft = RasterDraft(
        weekdays=[5], from_time=time(8), until_time=time(12), slot_minutes=15, valid_from=MONDAY, valid_until=None
    )

    add_grid_rules(column=column, draft=draft, actor=None)

    assert not Betty24Push.objects.filter(state="queued").exists()
    assert len(portal.log()) == before


def test_many_changes_of_an_entry_are_one_piece_of_work(
    connection: Betty24Connection, portal: Portal, column: CalendarColumn, now: datetime
) -> None:
    entry = make_appointment(column, at(9))
    for minutes in (30, 45, 60):
        entry = resize_entry(entry=entry, minutes=minutes, actor=None, now=now)

    assert Betty24Push.objects.count() == 1
    sync(connection)
    assert [call["method"] for call in portal.log() if "/locks/" in call["path"]] == ["PUT"]
    assert locked(portal) == [("09:00", "10:00", "appointment")]


def test_a_change_of_name_or_visit_tells_the_portal_nothing_new(
    connection: Betty24Connection, portal: Portal, column: CalendarColumn, now: datetime
) -> None:
    entry = make_appointment(column, at(9))
    sync(connection)
    edit_appointment(entry=fresh(entry), text="nüchtern", actor=None, now=now)
    sync(connection)
    assert len([call for call in portal.log() if "/locks/" in call["path"]]) == 1


def test_whoever_booked_online_first_stays_and_staff_are_asked(
    connection: Betty24Connection, portal: Portal, column: CalendarColumn, now: datetime
) -> None:
    """The lock is refused: the booking becomes an extra appointment, then the lock holds."""
    portal.book("cal-1", at(9), force=True)
    entry = make_appointment(column, at(9))

    counts = sync(connection)

    assert (counts["conflicts"], counts["locked"]) == (1, 1)
    booking = Betty24Booking.objects.select_related("entry").get()
    assert booking.entry is not None
    assert booking.entry.placement == Placement.EXTRA
    task = Betty24Task.objects.get()
    assert (task.kind, task.booking, task.entry) == ("conflict", booking, entry)
    assert locked(portal) == [("09:00", "09:15", "appointment")]
    assert differences(connection, now) == []


def test_an_online_booking_that_staff_extend_is_locked_for_all_its_slots(
    connection: Betty24Connection, portal: Portal, now: datetime
) -> None:
    portal.book("cal-1", at(9), force=True)
    sync(connection)
    entry = Betty24Booking.objects.select_related("entry__practice", "entry__column__practice").get().entry
    assert entry is not None
    resize_entry(entry=entry, minutes=45, actor=None, now=now)
    sync(connection)
    assert locked(portal) == [("09:00", "09:45", "appointment")]
    assert Betty24Task.objects.count() == 0


def test_a_change_in_a_column_without_portal_is_no_work(connection: Betty24Connection, in_practice: Practice) -> None:
    make_appointment(make_column(in_practice, "EKG"), at(9))
    assert not Betty24Push.objects.exists()


def test_the_worker_is_woken_only_while_the_synchronisation_is_on(
    connection: Betty24Connection, column: CalendarColumn
) -> None:
    make_appointment(column, at(9))
    assert not Betty24Sync.objects.exists()
    switch_on(connection=connection, actor=None, now=timezone.now())
    [row] = Betty24Sync.objects.all()
    assert row.due_at <= timezone.now()
    switch_off(connection=connection, actor=None, now=timezone.now())
    make_appointment(column, at(10))
    assert Betty24Push.objects.count() == 2


def test_a_paused_column_is_told_nothing_until_it_goes_on(
    connection: Betty24Connection, portal: Portal, column: CalendarColumn, other_column: CalendarColumn, now: datetime
) -> None:
    binding = connection.bindings.get(place=1)
    pause_column(binding=binding, is_paused=True, actor=None, now=now)
    make_appointment(column, at(9))
    make_appointment(other_column, at(9))
    sync(connection)
    assert (locked(portal, "cal-1"), len(locked(portal, "cal-2"))) == ([], 1)

    pause_column(binding=binding, is_paused=False, actor=None, now=now)
    sync(connection)
    assert differences(connection, now) == []
