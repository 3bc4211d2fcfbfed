"""The first synchronisation of a column, the comparison that finds every difference, and putting right."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from integrations.betty24.client import Betty24Client
from integrations.betty24.models import (
    Betty24Binding,
    Betty24Booking,
    Betty24Connection,
    Betty24Job,
    Betty24Lock,
    Betty24Push,
    Betty24Task,
)
from integrations.betty24.services.connecting import ConnectionFields, Wish, save_connection
from integrations.betty24.services.jobs import ask_for, ask_nightly_comparison
from integrations.betty24.services.repairing import put_right
from praxis.core.sweeping import run_due
from scheduling.models import CalendarColumn
from scheduling.models.entry import Placement
from tests.betty24_portal import Portal
from tests.factories import at, make_appointment
from tests.integrations.betty24.agreement import comparisons, differences, sync

pytestmark = pytest.mark.django_db

Kind = Betty24Job.Kind


def run_job(connection: Betty24Connection, kind: Betty24Job.Kind, place: int | None = 1) -> Betty24Job:
    binding = Betty24Binding.objects.get(place=place) if place else None
    job_id = ask_for(kind, connection, actor=None, now=timezone.now(), binding=binding)
    run_due(Betty24Job, now=timezone.now())
    return Betty24Job.objects.get(pk=job_id)


@pytest.fixture
def filled(column: CalendarColumn, in_practice: object) -> CalendarColumn:
    """Appointments from the time before the connection: nobody told the portal."""
    for number in range(6):
        make_appointment(column, at(8) + timedelta(minutes=30 * number))
        make_appointment(column, at(8) + timedelta(days=63, minutes=30 * number))
    return column


def test_one_action_sends_all_taken_times_of_a_column(
    filled: CalendarColumn, connection: Betty24Connection, portal: Portal, now: datetime
) -> None:
    assert [what for what, _ref in differences(connection, now)] == ["missing"] * 12

    job = run_job(connection, Kind.UPLOAD)

    assert (job.state, job.result["added"], job.result.get("removed", 0)) == ("done", 12, 0)
    assert job.steps_done == job.steps > 1
    assert differences(connection, now) == []
    assert Betty24Lock.objects.filter(confirmed_at__isnull=False).count() == 12
    assert len([call for call in portal.log() if call["path"].endswith("/not-free")]) == job.steps


def test_it_may_be_repeated_and_then_changes_nothing(
    filled: CalendarColumn, connection: Betty24Connection, portal: Portal
) -> None:
    run_job(connection, Kind.UPLOAD)

    job = run_job(connection, Kind.UPLOAD)

    assert {name: job.result.get(name, 0) for name in ("added", "changed", "removed", "conflicts")} == dict.fromkeys(
        ("added", "changed", "removed", "conflicts"), 0
    )
    assert len(portal.locks("cal-1")) == 12


def test_a_comparison_is_a_dry_run_that_changes_nothing(
    filled: CalendarColumn, connection: Betty24Connection, portal: Portal
) -> None:
    job = run_job(connection, Kind.COMPARE)

    [column] = job.result["columns"]
    assert len(column["differences"]) == 12
    assert portal.locks() == []
    assert not Betty24Push.objects.exists()


def test_where_a_patient_was_first_the_booking_becomes_an_extra_appointment(
    filled: CalendarColumn, connection: Betty24Connection, portal: Portal, now: datetime
) -> None:
    portal.book("cal-1", at(8), force=True)

    job = run_job(connection, Kind.UPLOAD)
    sync(connection)

    assert job.result["conflicts"] == 1
    booking = Betty24Booking.objects.select_related("entry").get()
    assert booking.entry is not None
    assert booking.entry.placement == Placement.EXTRA
    assert Betty24Task.objects.get().kind == Betty24Task.Kind.CONFLICT
    assert differences(connection, now) == []


def break_off_everything(connection: Betty24Connection, portal: Portal, column: CalendarColumn) -> list[str]:
    """A lock that is gone, one at another time, one that nobody knows, one of an entry that is none any more."""
    gone, shifted, old = (make_appointment(column, at(hour)) for hour in (8, 9, 10))
    sync(connection)
    body = {"start": at(11).isoformat(), "end": at(11, 15).isoformat(), "kind": "lock"}
    portal.v1("DELETE", f"/calendars/cal-1/locks/entry-{gone.pk}")
    portal.v1("PUT", f"/calendars/cal-1/locks/entry-{shifted.pk}", body)
    portal.v1("PUT", "/calendars/cal-1/locks/somebody-else", body)
    type(old)._base_manager.filter(pk=old.pk).update(status="cancelled")
    return sorted([f"missing entry-{gone.pk}", f"changed entry-{shifted.pk}", "surplus somebody-else",
                   f"surplus entry-{old.pk}"])  # fmt: skip


def test_a_comparison_names_every_difference_and_putting_right_leaves_none(
    connection: Betty24Connection, portal: Portal, column: CalendarColumn, now: datetime
) -> None:
    expected = break_off_everything(connection, portal, column)
    assert sorted(f"{what} {ref}" for what, ref in differences(connection, now)) == expected

    job = run_job(connection, Kind.REPAIR, place=None)
    sync(connection)

    assert sum(len(one["differences"]) for one in job.result["columns"]) == 4
    assert differences(connection, now) == []


def test_a_booking_that_was_not_heard_of_is_a_difference_until_it_is(
    connection: Betty24Connection, portal: Portal, now: datetime
) -> None:
    sync(connection)
    booking = portal.book("cal-1", at(9), force=True)
    found = comparisons(connection, now)
    assert [(one.what, one.reference) for one in found[0].differences] == [("booking", booking["id"])]

    put_right(Betty24Client(connection), connection, found, now=now)
    sync(connection)

    assert Betty24Booking.objects.get().entry is not None
    assert differences(connection, now) == []


def test_what_is_still_on_its_way_is_no_difference(
    connection: Betty24Connection, portal: Portal, column: CalendarColumn, now: datetime
) -> None:
    make_appointment(column, at(9))
    [found, _other] = comparisons(connection, now)
    assert (found.differences, found.waiting, found.taken_here) == ([], 1, 1)


def test_equal_days_are_not_read(
    filled: CalendarColumn, connection: Betty24Connection, portal: Portal, now: datetime
) -> None:
    run_job(connection, Kind.UPLOAD)
    before = len(portal.log())

    assert differences(connection, now) == []

    asked = [call["path"].split("?")[0].rsplit("/", 1)[-1] for call in portal.log()[before:]]
    assert sorted(asked) == ["bookings", "digests", "digests"]


def test_every_night_each_practice_compares_and_puts_right_at_its_own_minute(
    connection: Betty24Connection, portal: Portal
) -> None:
    ask_nightly_comparison(connection, now=at(12))
    assert connection.next_compare_at is not None
    assert at(1) + timedelta(days=1) <= connection.next_compare_at <= at(5) + timedelta(days=1)
    assert not Betty24Job.objects.exists()

    due = connection.next_compare_at
    ask_nightly_comparison(connection, now=due - timedelta(minutes=1))
    assert not Betty24Job.objects.exists()
    ask_nightly_comparison(connection, now=due + timedelta(seconds=5))
    assert Betty24Job.objects.get().kind == Kind.REPAIR
    assert connection.next_compare_at > due


def test_another_portal_is_told_everything_anew(
    connection: Betty24Connection, portal: Portal, column: CalendarColumn, now: datetime
) -> None:
    make_appointment(column, at(9))
    run_job(connection, Kind.UPLOAD)
    other = portal.add_practice("another-key", "cal-1")

    changed = save_connection(
        practice=connection.practice, fields=ConnectionFields(host=portal.base_url, api_key="another-key"),
        bindings=[Wish(1, "cal-1", column)], actor=None, now=now,
    )  # fmt: skip

    binding = Betty24Binding.objects.get()
    assert (binding.first_synced_at, binding.name, changed.cursor) == (None, "", "")
    run_job(changed, Kind.UPLOAD)
    assert len(other.locks("cal-1")) == 1
