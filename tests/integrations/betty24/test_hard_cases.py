"""Moments in which two things happen at once, and answers that nobody foresaw."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from integrations.betty24 import client as adapter
from integrations.betty24 import wire
from integrations.betty24.models import (
    Betty24Binding,
    Betty24Booking,
    Betty24Connection,
    Betty24Lock,
    Betty24Push,
    Betty24Sync,
    Betty24Task,
)
from integrations.betty24.services import landing, pushing
from integrations.betty24.services.connecting import ConnectionFields, Wish, save_connection
from integrations.betty24.services.switching import switch_on
from praxis.core.exceptions import OutsideError
from praxis.core.sweeping import run_due
from scheduling.models import CalendarColumn
from scheduling.services import cancel_appointment, delete_entry
from tests.betty24_portal import Portal, PortalRefused
from tests.factories import at, make_appointment
from tests.integrations.betty24.agreement import differences, sync

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock(now: datetime) -> Iterator[time_machine.Traveller]:
    with time_machine.travel(now, tick=True) as travelling:
        yield travelling


def sweep() -> None:
    run_due(Betty24Sync, now=timezone.now(), budget=timedelta(seconds=10))


def bind(connection: Betty24Connection, *wishes: Wish) -> Betty24Connection:
    fields = ConnectionFields(host=connection.host, api_key=connection.api_key, poll_seconds=connection.poll_seconds)
    return save_connection(
        practice=connection.practice, fields=fields, bindings=wishes, actor=None, now=timezone.now()
    )  # fmt: skip


def test_a_booking_without_column_does_not_keep_its_time_from_the_one_staff_made_of_it(
    connection: Betty24Connection, portal: Portal, column: CalendarColumn, other_column: CalendarColumn
) -> None:
    """Booked in a calendar that nobody had bound, typed in by hand, then bound."""
    bind(connection, Wish(1, "cal-1", column))
    portal.book("cal-2", at(9), force=True)
    sync(connection)
    connection = bind(connection, Wish(1, "cal-1", column), Wish(2, "cal-2", other_column))
    make_appointment(other_column, at(9))
    make_appointment(column, at(10))
    portal.book("cal-1", at(11), force=True)

    sync(connection)

    assert len(portal.locks("cal-1")) == 2
    assert len(portal.locks("cal-2")) == 1
    assert Betty24Booking.objects.filter(entry__isnull=False).count() == 1
    assert not Betty24Push.objects.filter(state__in=["queued", "running"]).exists()


FAR = "9999-12-31T23:15:00+00:00"


@pytest.mark.parametrize(
    "strange",
    [
        {"start": FAR, "end": "9999-12-31T23:30:00+00:00"}, {"end": FAR}, {"start": "0001-01-01T00:00:00+00:00"},
        {"start": "2026-11-23T09:00:00+01:00", "end": "2026-11-25T09:00:00+01:00"}, {"version": 2**70},
        {"patient": None}, {"status": "maybe"}, {"start": "gestern"},
    ],
)  # fmt: skip
def test_a_booking_at_no_time_of_a_calendar_is_unreadable(strange: dict[str, Any], portal: Portal) -> None:
    booking = portal.book("cal-1", at(9), force=True)
    read = wire.read_booking(booking | strange)
    assert read == wire.Unreadable(booking["id"])


def test_a_strange_booking_is_no_error_of_the_others(
    connection: Betty24Connection, portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = portal.book("cal-1", at(9), force=True)
    portal.book("cal-1", at(10), force=True)
    book = landing.Landing.book

    def refuse(self: landing.Landing, booking: Betty24Booking, *, now: datetime) -> object:
        if booking.portal_id == first["id"]:
            raise ZeroDivisionError
        return book(self, booking, now=now)

    monkeypatch.setattr(landing.Landing, "book", refuse)

    counts = sync(connection)

    assert (counts["booked"], counts["unreadable"]) == (1, 1)
    assert Betty24Task.objects.get().portal_id == first["id"]
    connection.refresh_from_db()
    assert connection.cursor != ""


def test_a_calendar_the_portal_does_not_know_keeps_no_other_column_waiting(
    connection: Betty24Connection, portal: Portal, column: CalendarColumn, other_column: CalendarColumn
) -> None:
    connection = bind(connection, Wish(1, "unknown", column), Wish(2, "cal-2", other_column))
    for number in range(12):
        make_appointment(column, at(8) + timedelta(minutes=15 * number))
    make_appointment(other_column, at(9))
    portal.book("cal-2", at(10), force=True)

    counts = sync(connection)

    assert counts["refused"] >= 3
    assert len(portal.locks("cal-2")) == 2
    connection.refresh_from_db()
    assert (connection.retry_at, connection.last_error) == (None, "")
    assert Betty24Binding.objects.get(place=1).last_error


def test_a_refused_change_is_tried_again_after_its_pause_and_not_at_the_next_poll(
    connection: Betty24Connection, portal: Portal, column: CalendarColumn, clock: time_machine.Traveller
) -> None:
    Betty24Connection.objects.update(poll_seconds=3600)
    switch_on(connection=connection, actor=None, now=timezone.now())
    sweep()
    portal.faults({"on": "push", "kind": "500", "times": 1})
    make_appointment(column, at(9))
    Betty24Sync.objects.update(due_at=timezone.now())
    sweep()
    assert portal.locks() == []

    clock.shift(timedelta(seconds=30))
    sweep()

    assert len(portal.locks()) == 1


@pytest.mark.parametrize("ending", [cancel_appointment, delete_entry])
def test_other_places_for_the_same_pairs_lose_no_cancellation(
    ending: Any, connection: Betty24Connection, portal: Portal, column: CalendarColumn, other_column: CalendarColumn,
    now: datetime,
) -> None:  # fmt: skip
    portal.book("cal-1", at(20), force=True)
    sync(connection)
    entry = Betty24Booking.objects.select_related("entry__practice", "entry__column__practice").get().entry
    ending(entry=entry, actor=None, now=now)
    before = {binding.calendar_id: binding.pk for binding in Betty24Binding.objects.all()}

    connection = bind(connection, Wish(1, "cal-2", other_column), Wish(2, "cal-1", column))
    sync(connection)

    assert {binding.calendar_id: binding.pk for binding in Betty24Binding.objects.all()} == before
    assert [booking["status"] for booking in portal.bookings()] == ["cancelled"]


def test_unbinding_loses_no_cancellation_either(
    connection: Betty24Connection, portal: Portal, column: CalendarColumn, other_column: CalendarColumn, now: datetime
) -> None:
    portal.book("cal-1", at(9), force=True)
    sync(connection)
    entry = Betty24Booking.objects.select_related("entry__practice", "entry__column__practice").get().entry
    assert entry is not None
    cancel_appointment(entry=entry, actor=None, now=now)

    sync(bind(connection, Wish(2, "cal-2", other_column)))

    assert [booking["status"] for booking in portal.bookings()] == ["cancelled"]


def test_between_placement_and_lock_nobody_else_gets_the_time(connection: Betty24Connection, portal: Portal) -> None:
    portal.book("cal-1", at(9), force=True)
    portal.faults({"on": "push", "kind": "500", "times": 1})
    sync(connection)
    assert [place["result"] for place in portal.placements()] == ["slot"]

    with pytest.raises(PortalRefused):
        portal.book("cal-1", at(9))


def test_what_was_told_under_an_earlier_key_is_not_written_down(
    connection: Betty24Connection,
    portal: Portal,
    column: CalendarColumn,
    monkeypatch: pytest.MonkeyPatch,
    now: datetime,
) -> None:
    """The key is changed while a turn is running."""
    other = portal.add_practice("another-key", "cal-1")
    make_appointment(column, at(9))
    lock = adapter.Betty24Client.lock

    def change_the_key(self: adapter.Betty24Client, calendar_id: str, taken: wire.Taken) -> None:
        lock(self, calendar_id, taken)
        fields = ConnectionFields(host=portal.base_url, api_key="another-key")
        save_connection(
            practice=connection.practice, fields=fields, bindings=[Wish(1, "cal-1", column)], actor=None, now=now
        )  # fmt: skip

    monkeypatch.setattr(pushing.Betty24Client, "lock", change_the_key)
    with pytest.raises(OutsideError):
        sync(connection)
    monkeypatch.undo()

    assert not Betty24Lock.objects.exclude(confirmed_at=None).exists()
    sync(connection)
    assert len(other.locks("cal-1")) == 1
    assert differences(connection, now) == []


def test_an_unforeseen_error_of_one_entry_keeps_neither_the_others_nor_the_news_away(
    connection: Betty24Connection, portal: Portal, column: CalendarColumn, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = make_appointment(column, at(8))
    make_appointment(column, at(9))
    portal.book("cal-2", at(10), force=True)
    agree = pushing.Push.agree

    def fail(self: pushing.Push, entry: Any, *, now: datetime) -> None:
        if entry.pk == bad.pk:
            raise ZeroDivisionError
        agree(self, entry, now=now)

    monkeypatch.setattr(pushing.Push, "agree", fail)

    sync(connection)

    assert len(portal.locks("cal-1")) == 1
    assert Betty24Booking.objects.get().entry is not None
    row = Betty24Push.objects.get(entry=bad)
    assert (row.state, "ZeroDivisionError" in row.last_error) == ("queued", True)
