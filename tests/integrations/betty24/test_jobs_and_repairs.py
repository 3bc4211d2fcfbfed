"""What was asked for lasts as long as it takes, and a comparison sees what a person would call a difference."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import psycopg
import pytest
from django.core.management import call_command
from django.db import connection as database
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from integrations.betty24.calendar_additions import notices
from integrations.betty24.client import Betty24Client
from integrations.betty24.differences import MOST_KEPT, Comparison, Difference, What
from integrations.betty24.job_lines import job_line
from integrations.betty24.models import (
    Betty24Binding,
    Betty24Booking,
    Betty24Connection,
    Betty24Job,
    Betty24Push,
    Betty24Task,
)
from integrations.betty24.services.jobs import ask_for, synchronise
from integrations.betty24.services.pulling import pull_everything
from integrations.betty24.services.repairing import put_right
from integrations.betty24.turns import LOCK_SPACE, LOCK_SPACE_OF_JOBS
from integrations.betty24.views.inbox import MOST_TASKS
from integrations.betty24.work import do_what_was_asked
from praxis.core.exceptions import OutsideError
from praxis.core.jobs import claim, finish
from praxis.core.models import AuditEntry
from praxis.core.sweeping import run_due
from scheduling.models import CalendarColumn, Entry
from scheduling.services import cancel_appointment
from tests.betty24_portal import Portal
from tests.factories import at, make_appointment
from tests.integrations.betty24.agreement import comparisons, differences, fresh, sync

pytestmark = pytest.mark.django_db

Kind = Betty24Job.Kind


@contextmanager
def held_elsewhere(space: int, number: int) -> Iterator[None]:
    """As another worker holds it."""
    settings = {name.lower(): database.settings_dict[name] for name in ("USER", "PASSWORD", "HOST", "PORT")}
    with psycopg.connect(dbname=database.settings_dict["NAME"], **settings) as other:
        other.execute("SELECT pg_advisory_lock(%s, %s)", [space, number % 2**31])
        yield


def ask(connection: Betty24Connection, kind: Betty24Job.Kind) -> Betty24Job:
    return Betty24Job.objects.get(pk=ask_for(kind, connection, actor=None, now=timezone.now()))


def do(job: Betty24Job) -> Betty24Job:
    run_due(Betty24Job, now=timezone.now())
    job.refresh_from_db()
    return job


def repair(connection: Betty24Connection, now: datetime) -> None:
    put_right(Betty24Client(connection), connection, comparisons(connection, now), now=now)
    sync(connection)


class Beats:
    """Counts signs of life."""

    def __init__(self) -> None:
        self.number = 0

    def __call__(self) -> None:
        self.number += 1


def test_a_job_that_outlives_its_lease_is_not_taken_from_the_worker_that_does_it(
    connection: Betty24Connection, portal: Portal
) -> None:
    ask(connection, Kind.COMPARE)
    now = timezone.now()
    [first] = claim(Betty24Job, now=now)
    [second] = claim(Betty24Job, now=now + timedelta(minutes=3))
    with held_elsewhere(LOCK_SPACE_OF_JOBS, first.pk):
        do_what_was_asked(second)
    stored = Betty24Job.objects.get()
    assert (stored.state, stored.claim_number, stored.attempts) == ("running", first.claim_number, 1)
    assert stored.lease_until is not None
    assert stored.lease_until > now
    assert portal.log() == []
    assert not finish(second, now=now, result={"columns": []})
    assert finish(first, now=now, result={"columns": []})
    assert Betty24Job.objects.get().state == "done"


def test_a_job_waits_its_turn_while_somebody_else_speaks_to_the_portal(
    connection: Betty24Connection, portal: Portal
) -> None:
    job = ask(connection, Kind.COMPARE)
    with held_elsewhere(LOCK_SPACE, connection.pk):
        assert do(job).state == "queued"
    Betty24Job.objects.update(due_at=timezone.now())
    assert do(job).state == "done"


def test_a_job_extends_its_lease_between_its_parts(
    connection: Betty24Connection, portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    leases = []

    def extended(row: Betty24Job, *, now: datetime, lease: timedelta | None = None) -> bool:
        leases.append(row.pk)
        return True

    monkeypatch.setattr("integrations.betty24.services.jobs.extend_lease", extended)
    for kind in (Kind.SYNC, Kind.COMPARE, Kind.REPAIR):
        leases.clear()
        assert do(ask(connection, kind)).state == "done"
        assert len(leases) >= 2 or kind == Kind.SYNC
        assert leases


def test_each_page_of_a_full_synchronisation_is_a_sign_of_life(
    connection: Betty24Connection, portal: Portal, now: datetime
) -> None:
    for minute in range(0, 60 * 14, 15):
        portal.book("cal-1", at(8) + timedelta(minutes=minute), force=True)
    one_page, two_pages = Beats(), Beats()
    pull_everything(Betty24Client(connection), connection, now=now, keep_alive=two_pages)
    portal.reset()
    connection.refresh_from_db()
    pull_everything(Betty24Client(connection), connection, now=now, keep_alive=one_page)
    assert (one_page.number, two_pages.number) == (1, 2)


def test_a_booking_without_an_appointment_is_a_difference_and_lands_once_its_calendar_has_a_column(
    connection: Betty24Connection, portal: Portal, column: CalendarColumn, now: datetime
) -> None:
    Betty24Binding.objects.filter(place=1).delete()
    booking = portal.book("cal-1", at(9), force=True)
    sync(connection)
    assert Betty24Task.objects.get().kind == Betty24Task.Kind.NO_COLUMN
    Betty24Binding.objects.create(
        practice_id=connection.practice_id, connection=connection, place=1, calendar_id="cal-1", column=column
    )
    assert differences(connection, now) == [("unplaced", booking["id"])]

    repair(connection, now)

    entry = Betty24Booking.objects.get().entry
    assert entry is not None
    assert (entry.column_id, entry.starts_at) == (column.pk, at(9))
    assert Betty24Task.objects.get().done_at is not None
    assert [one["result"] for one in portal.placements()] == ["slot"]
    assert differences(connection, now) == []


def test_a_booking_that_staff_settled_by_hand_is_no_difference(
    connection: Betty24Connection, portal: Portal, column: CalendarColumn, now: datetime
) -> None:
    Betty24Binding.objects.filter(place=1).delete()
    portal.book("cal-1", at(9), force=True)
    sync(connection)
    Betty24Task.objects.update(done_at=now)
    Betty24Binding.objects.create(
        practice_id=connection.practice_id, connection=connection, place=1, calendar_id="cal-1", column=column
    )
    assert differences(connection, now) == []


@pytest.fixture
def booked(connection: Betty24Connection, portal: Portal) -> Entry:
    """At nine, by a patient, and both sides know."""
    portal.book("cal-1", at(9))
    sync(connection)
    sync(connection)
    entry = Betty24Booking.objects.get().entry
    assert entry is not None
    return entry


def test_a_cancellation_that_never_reached_the_portal_is_a_difference_and_is_told_again(
    connection: Betty24Connection, portal: Portal, booked: Entry, now: datetime
) -> None:
    cancel_appointment(entry=fresh(booked), actor=None, now=now)
    assert [what for what, _ref in differences(connection, now)] == [], "it is on its way"
    Betty24Push.objects.all().delete()
    assert ("unplaced", Betty24Booking.objects.get().portal_id) in differences(connection, now)

    repair(connection, now)

    assert [one["status"] for one in portal.bookings()] == ["cancelled"]
    assert differences(connection, now) == []


def test_a_booking_that_the_portal_does_not_list_any_more_is_a_difference_until_staff_have_asked(
    connection: Betty24Connection, portal: Portal, booked: Entry, now: datetime
) -> None:
    portal.reset()
    assert "gone" in [what for what, _ref in differences(connection, now)]

    put_right(Betty24Client(connection), connection, comparisons(connection, now), now=now)

    assert Betty24Task.objects.get().kind == Betty24Task.Kind.VANISHED
    Betty24Task.objects.update(done_at=now)
    assert "gone" not in [what for what, _ref in differences(connection, now)]


def test_what_is_cancelled_there_and_alive_here_is_a_difference_until_staff_are_asked(
    connection: Betty24Connection, portal: Portal, booked: Entry, now: datetime
) -> None:
    portal.cancel(Betty24Booking.objects.get().portal_id)
    sync(connection)
    Entry.objects.update(status="tentative")
    Betty24Push.objects.all().delete()
    assert "cancelled" in [what for what, _ref in differences(connection, now)]

    repair(connection, now)

    assert Betty24Task.objects.get().kind == Betty24Task.Kind.REVIVED
    assert differences(connection, now) == []


def break_column(monkeypatch: pytest.MonkeyPatch, calendar_id: str, error: OutsideError) -> None:
    digests = Betty24Client.digests

    def broken(client: Betty24Client, asked: str, *period: Any) -> Any:
        if asked == calendar_id:
            raise error
        return digests(client, asked, *period)

    monkeypatch.setattr(Betty24Client, "digests", broken)


def test_one_column_that_cannot_be_compared_keeps_nothing_from_the_others(
    connection: Betty24Connection, portal: Portal, other_column: CalendarColumn, now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    make_appointment(other_column, at(9))
    Betty24Push.objects.all().delete()
    with monkeypatch.context() as patched:
        break_column(patched, "cal-1", OutsideError("Das Portal antwortet unverständlich.", status=200))
        job = do(ask(connection, Kind.COMPARE))
    assert [one["found"] for one in job.result["columns"]] == [{}, {"missing": 1}]
    line = job_line(job, now=now)
    assert "Eine Spalte ließ sich nicht vergleichen: Das Portal antwortet unverständlich." in line.sentence
    assert line.css == "warn"
    assert "unverständlich" in Betty24Binding.objects.get(place=1).last_error
    assert Betty24Binding.objects.get(place=1).compared_at is None

    comparisons(connection, now)
    assert Betty24Binding.objects.get(place=1).last_error == ""


def test_when_no_column_can_be_compared_the_job_says_so(
    connection: Betty24Connection, portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    Betty24Binding.objects.filter(place=2).delete()
    break_column(monkeypatch, "cal-1", OutsideError("Den Kalender gibt es nicht.", status=404))
    job = do(ask(connection, Kind.COMPARE))
    assert (job.state, job.last_error) == ("queued", "Den Kalender gibt es nicht.")


@pytest.mark.parametrize("kind", [Kind.SYNC, Kind.COMPARE])
def test_a_portal_that_tells_a_job_to_wait_is_left_in_peace_by_the_background_too(
    connection: Betty24Connection, portal: Portal, kind: Betty24Job.Kind
) -> None:
    sync(connection)
    portal.faults({"on": "*", "kind": "429", "times": 1, "seconds": 90})
    now = timezone.now()
    do(ask(connection, kind))
    connection.refresh_from_db()
    assert connection.retry_at is not None
    assert connection.retry_at >= now + timedelta(seconds=80)
    assert connection.last_error


def test_a_good_answer_to_a_job_ends_the_trouble(connection: Betty24Connection, portal: Portal) -> None:
    Betty24Connection.objects.update(last_error="Zeit abgelaufen.", retry_at=timezone.now() + timedelta(minutes=5))
    do(ask(connection, Kind.COMPARE))
    connection.refresh_from_db()
    assert (connection.last_error, connection.retry_at) == ("", None)


def test_only_some_differences_are_kept_but_all_are_counted(
    connection: Betty24Connection, portal: Portal, now: datetime
) -> None:
    found = [Difference(What.MISSING, f"entry-{n}", at(9), at(10)) for n in range(MOST_KEPT + 30)]
    stored = Comparison(Betty24Binding.objects.get(place=1), found, taken_here=500).as_json()
    assert len(stored["differences"]) == MOST_KEPT
    job = Betty24Job(connection=connection, kind=Kind.COMPARE, state="done", result={"columns": [stored]})
    line = job_line(job, now=now, with_differences=True)
    assert line.sentence.startswith(f"{MOST_KEPT + 30} Unterschiede: {MOST_KEPT + 30} Zeiten fehlen online.")
    assert line.found == MOST_KEPT + 30


@pytest.fixture
def answering(connection: Betty24Connection) -> Betty24Connection:
    Betty24Connection.objects.update(is_on=True, alarm_minutes=15, last_contact_at=timezone.now())
    connection.refresh_from_db()
    return connection


def words_of_alarms() -> list[str]:
    return [str(one.words) for one in notices(timezone.now()) if one.is_alarm]


def test_a_column_whose_changes_do_not_arrive_is_an_alarm_though_the_portal_answers(
    answering: Betty24Connection, column: CalendarColumn, portal: Portal
) -> None:
    make_appointment(column, at(9))
    Betty24Push.objects.update(created_at=timezone.now() - timedelta(minutes=14))
    assert words_of_alarms() == []
    Betty24Push.objects.update(created_at=timezone.now() - timedelta(minutes=40))
    assert words_of_alarms() == [
        f"Spalte {column.name}: Änderungen kommen seit 40 Minuten nicht bei betty24 an. "
        "Vergebene Zeiten können dort noch buchbar sein."
    ]
    Betty24Binding.objects.filter(column=column).update(is_paused=True)
    assert words_of_alarms() == []


def test_the_list_of_tasks_has_an_end_and_says_how_many_follow(
    client: Client, reception: User, connection: Betty24Connection, now: datetime
) -> None:
    Betty24Task.objects.bulk_create(
        Betty24Task(
            practice_id=connection.practice_id, connection=connection, kind="unreadable", portal_id=f"b-{number}",
            created_at=now,
        )
        for number in range(MOST_TASKS + 3)
    )  # fmt: skip
    client.force_login(reception)
    page = client.get(reverse("betty24_new")).content.decode()
    assert page.count('id="done-') == MOST_TASKS
    assert "3 weitere Aufgaben folgen, sobald diese erledigt sind." in page
    assert f'<span class="count alert">{MOST_TASKS + 3}</span>' in page


def reads(object_type: str) -> int:
    return AuditEntry.objects.filter(action="read", object_type=object_type).count()


def test_who_prints_the_list_leaves_a_line_in_the_audit(
    client: Client, reception: User, connection: Betty24Connection
) -> None:
    client.force_login(reception)
    client.get(reverse("betty24_bookings"))
    assert reads("betty24booking_export") == 0
    client.get(reverse("betty24_bookings"), {"drucken": "1"})
    assert reads("betty24booking_export") == 1


def test_the_command_that_lists_bookings_leaves_a_line_in_the_audit(connection: Betty24Connection) -> None:
    call_command("betty24", "list", practice=connection.practice.slug)
    assert reads("betty24booking_export") == 1


def test_opening_an_appointment_booked_online_leaves_one_line_in_the_audit(
    client: Client, reception: User, column: CalendarColumn, booked: Entry
) -> None:
    client.force_login(reception)
    address = reverse("entry_detail", args=[booked.pk])
    assert "erika@example.org" in client.get(address).content.decode()
    assert reads("betty24booking") == 1
    client.post(address, {"q": "Muster"})
    assert reads("betty24booking") == 1
    client.get(reverse("entry_detail", args=[make_appointment(column, at(11)).pk]))
    assert reads("betty24booking") == 1


def test_a_synchronisation_shows_a_sign_of_life_after_each_turn(connection: Betty24Connection, portal: Portal) -> None:
    sync(connection)
    beats = Beats()
    synchronise(connection, clock=timezone.now, keep_alive=beats)
    assert beats.number == 1
