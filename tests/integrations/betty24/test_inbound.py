"""What patients do at the portal, in the practice's calendar."""

from datetime import date, datetime, timedelta

import pytest

from accounts.models import Practice
from integrations.betty24.models import Betty24Booking, Betty24Connection, Betty24Task
from scheduling.models import CalendarColumn, Entry
from scheduling.models.entry import NotifiedBy, Origin, Placement, Status
from scheduling.services import (
    cancel_appointment,
    delete_entry,
    move_entry,
    park_appointment,
    resize_entry,
    set_visit_status,
)
from tests.betty24_portal import Portal
from tests.factories import at, make_appointment, make_patient
from tests.integrations.betty24.agreement import differences, sync

pytestmark = pytest.mark.django_db


def the_entry() -> Entry:
    return Betty24Booking.objects.select_related("entry__practice", "entry__column__practice").get().entry


def test_a_booking_on_a_free_slot_is_a_regular_appointment(
    connection: Betty24Connection, portal: Portal, column: CalendarColumn, now: datetime
) -> None:
    portal.book("cal-1", at(9), force=True)

    assert sync(connection)["booked"] == 1

    entry = the_entry()
    assert (entry.column, entry.starts_at, entry.ends_at) == (column, at(9), at(9, 15))
    assert (entry.placement, entry.origin, entry.notified_by) == (Placement.GRID, Origin.BETTY24, NotifiedBy.SOURCE)
    assert (entry.last_name, entry.first_name, entry.birth_date) == ("Mustermann", "Erika", date(1964, 8, 12))
    assert differences(connection, now) == []
    assert [place["result"] for place in portal.placements()] == ["slot"]


@pytest.mark.parametrize(("start", "why"), [(at(9, 5), "beside the raster"), (at(20), "outside the hours")])
def test_a_booking_without_a_matching_slot_is_an_extra_appointment(
    start: datetime, why: str, connection: Betty24Connection, portal: Portal, now: datetime
) -> None:
    portal.book("cal-1", start, force=True)

    assert sync(connection)["extra"] == 1

    assert (the_entry().placement, the_entry().starts_at) == (Placement.EXTRA, start)
    assert [place["result"] for place in portal.placements()] == ["extra"]
    assert portal.locks() == []
    assert differences(connection, now) == []


def test_a_booking_on_taken_time_is_an_extra_appointment(
    connection: Betty24Connection, portal: Portal, column: CalendarColumn, now: datetime
) -> None:
    make_appointment(column, at(9))
    portal.book("cal-1", at(9), force=True)

    sync(connection)

    assert the_entry().placement == Placement.EXTRA
    assert differences(connection, now) == []


def test_a_known_patient_is_linked_when_all_three_fields_are_equal(
    connection: Betty24Connection, portal: Portal, in_practice: Practice, now: datetime
) -> None:
    patient = make_patient(in_practice, "Mustermann", "Erika", birth_date=date(1964, 8, 12))
    portal.book("cal-1", at(9), force=True)
    portal.book("cal-1", at(10), force=True, birth_date="1964-08-13")

    sync(connection)

    entries = {entry.starts_at: entry for entry in Entry.objects.all()}
    assert (entries[at(9)].patient, entries[at(10)].patient) == (patient, None)


def test_a_cancellation_finds_the_appointment_wherever_staff_moved_it(
    connection: Betty24Connection, portal: Portal, other_column: CalendarColumn, now: datetime
) -> None:
    booking = portal.book("cal-1", at(9), force=True)
    sync(connection)
    move_entry(entry=the_entry(), column=other_column, starts_at=at(11), actor=None, now=now)
    sync(connection)
    portal.cancel(booking["id"])

    assert sync(connection)["cancelled"] == 1

    assert the_entry().status == Status.CANCELLED
    assert portal.locks() == []
    assert differences(connection, now) == []


@pytest.mark.parametrize("aside", ["extra", "parked"])
def test_a_cancellation_finds_what_stands_beside_the_grid(
    aside: str, connection: Betty24Connection, portal: Portal, now: datetime
) -> None:
    booking = portal.book("cal-1", at(20) if aside == "extra" else at(9), force=True)
    sync(connection)
    if aside == "parked":
        park_appointment(entry=the_entry(), actor=None, now=now)
    portal.cancel(booking["id"])

    sync(connection)

    assert the_entry().status == Status.CANCELLED
    assert differences(connection, now) == []


def test_a_late_cancellation_does_not_take_somebody_off_who_is_here(
    connection: Betty24Connection, portal: Portal, now: datetime
) -> None:
    booking = portal.book("cal-1", at(9), force=True)
    sync(connection)
    set_visit_status(entry=the_entry(), status=Status.ARRIVED, actor=None, now=now)
    portal.cancel(booking["id"])

    sync(connection)

    assert the_entry().status == Status.ARRIVED
    assert Betty24Task.objects.get().kind == Betty24Task.Kind.LATE_CHANGE


def test_a_cancelled_booking_that_was_never_seen_is_listed_and_makes_no_appointment(
    connection: Betty24Connection, portal: Portal, now: datetime
) -> None:
    portal.cancel(portal.book("cal-1", at(9), force=True)["id"])

    sync(connection)

    booking = Betty24Booking.objects.get()
    assert (booking.status, booking.entry, bool(booking.cancelled_at)) == ("cancelled", None, True)
    assert not Entry.objects.exists()


def test_a_patient_who_moves_moves_the_appointment_and_keeps_what_staff_made_longer(
    connection: Betty24Connection, portal: Portal, column: CalendarColumn, now: datetime
) -> None:
    booking = portal.book("cal-1", at(9), force=True)
    sync(connection)
    resize_entry(entry=the_entry(), minutes=30, actor=None, now=now)
    portal.move(booking["id"], at(10), force=True)

    assert sync(connection)["moved"] == 1

    assert (the_entry().starts_at, the_entry().ends_at) == (at(10), at(10, 30))
    assert [(lock["start"], lock["end"]) for lock in portal.locks()] != []
    assert differences(connection, now) == []


def test_a_patient_who_moves_onto_taken_time_becomes_an_extra_appointment(
    connection: Betty24Connection, portal: Portal, column: CalendarColumn, now: datetime
) -> None:
    booking = portal.book("cal-1", at(9), force=True)
    sync(connection)
    make_appointment(column, at(10))
    portal.move(booking["id"], at(10), force=True)

    sync(connection)

    assert (the_entry().placement, the_entry().starts_at) == (Placement.EXTRA, at(10))
    assert differences(connection, now) == []


def test_a_booking_is_taken_in_once_however_often_it_is_told(
    connection: Betty24Connection, portal: Portal, now: datetime
) -> None:
    portal.book("cal-1", at(9), force=True)
    sync(connection)
    Betty24Connection.objects.filter(pk=connection.pk).update(cursor="")

    assert sync(connection)["unchanged"] == 1
    assert Entry.objects.count() == 1


def test_an_expired_position_leads_to_a_full_synchronisation_that_hears_the_cancellation(
    connection: Betty24Connection, portal: Portal, now: datetime
) -> None:
    booking = portal.book("cal-1", at(9), force=True)
    sync(connection)
    portal.cancel(booking["id"])
    portal.book("cal-2", at(10), force=True)
    portal.expire_cursor()

    counts = sync(connection)

    assert (counts["cancelled"], counts["booked"]) == (1, 1)
    assert differences(connection, now) == []
    assert sync(connection).total() == 0


@pytest.mark.parametrize("ending", [cancel_appointment, delete_entry])
def test_what_staff_cancel_or_delete_is_cancelled_at_the_portal(
    ending: object, connection: Betty24Connection, portal: Portal, now: datetime
) -> None:
    portal.book("cal-1", at(9), force=True)
    sync(connection)
    ending(entry=the_entry(), actor=None, now=now)  # type: ignore[operator]

    sync(connection)

    [booking] = portal.bookings()
    assert (booking["status"], booking["cancelled_by"]) == ("cancelled", "practice")
    assert portal.locks() == []
    assert sync(connection).total() == 0


def test_a_booking_in_a_calendar_without_column_is_kept_and_asks_a_person(
    connection: Betty24Connection, portal: Portal, now: datetime
) -> None:
    connection.bindings.filter(calendar_id="cal-2").delete()
    portal.book("cal-2", at(9), force=True)

    sync(connection)

    assert Betty24Task.objects.get().kind == Betty24Task.Kind.NO_COLUMN
    assert not Entry.objects.exists()


def test_far_more_changes_than_a_page_arrive_in_one_synchronisation(
    connection: Betty24Connection, portal: Portal, now: datetime
) -> None:
    sync(connection)
    for day in range(30):
        for hour in range(8, 12):
            portal.book("cal-1", at(hour) + timedelta(days=day * 7 % 91), force=True, last_name=f"Nummer {day}-{hour}")

    counts = sync(connection)

    assert counts["booked"] + counts["extra"] == 120
    assert differences(connection, now) == []
