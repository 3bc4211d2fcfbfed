"""Connections are independent: one that is dead, slow or told to wait keeps nobody else waiting."""

from collections.abc import Callable
from datetime import datetime, timedelta

import psycopg
import pytest
import time_machine
from django.db import connection as database
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_scopes import scope

from accounts.models import Practice
from integrations.betty24 import client as adapter
from integrations.betty24.models import Betty24Booking, Betty24Connection, Betty24Sync
from integrations.betty24.services.connecting import ConnectionFields, Wish, save_connection
from integrations.betty24.services.switching import switch_off, switch_on
from integrations.betty24.turns import LOCK_SPACE
from praxis.core.sweeping import run_due
from scheduling.models import CalendarColumn
from tests.betty24_portal import Portal, free_port
from tests.factories import at, make_appointment, make_column
from tests.integrations.betty24.agreement import sync

pytestmark = pytest.mark.django_db


def sweep() -> None:
    run_due(Betty24Sync, now=timezone.now(), budget=timedelta(seconds=5))


def calls(portal: Portal) -> int:
    return len(portal.log())


@pytest.fixture
def on(connection: Betty24Connection) -> Betty24Connection:
    """Switched on, and the first contact is behind it."""
    switch_on(connection=connection, actor=None, now=timezone.now())
    sweep()
    connection.refresh_from_db()
    return connection


@pytest.fixture
def dead(neighbour: Practice) -> Betty24Connection:
    """Another practice's, whose portal nobody reaches."""
    column = make_column(neighbour, "Dr. Fern")
    with scope(practice=neighbour):
        connection = save_connection(
            practice=neighbour, fields=ConnectionFields(host=f"http://127.0.0.1:{free_port()}", api_key="x"),
            bindings=[Wish(1, "cal-1", column)], actor=None, now=timezone.now(),
        )  # fmt: skip
        switch_on(connection=connection, actor=None, now=timezone.now())
    return connection


def test_a_dead_connection_does_not_delay_the_others(
    dead: Betty24Connection, on: Betty24Connection, portal: Portal, column: CalendarColumn
) -> None:
    make_appointment(column, at(9))
    sweep()
    assert len(portal.locks()) == 1


def test_each_failure_waits_longer_and_a_change_by_staff_does_not_shorten_the_pause(
    dead: Betty24Connection, neighbour: Practice
) -> None:
    with scope(practice=neighbour), time_machine.travel(timezone.now(), tick=True) as clock:
        pauses = []
        for _failure in range(6):
            sweep()
            dead.refresh_from_db()
            assert dead.retry_at is not None
            pauses.append((dead.retry_at - timezone.now()).total_seconds())
            make_appointment(dead.bindings.get().column, at(8, 9 * len(pauses)), minutes=5)
            row = Betty24Sync.objects.get()
            sweep()
            assert Betty24Sync.objects.get().claim_number == row.claim_number
            clock.move_to(dead.retry_at + timedelta(seconds=1))
    assert pauses == sorted(pauses)
    assert pauses[-1] > 10 * pauses[0]
    assert dead.last_error.endswith("ist nicht erreichbar.")


def test_a_portal_that_asks_for_a_pause_gets_it(on: Betty24Connection, portal: Portal, column: CalendarColumn) -> None:
    portal.faults({"on": "push", "kind": "429", "times": 1, "seconds": 90})
    make_appointment(column, at(9))
    sweep()
    on.refresh_from_db()
    assert on.retry_at is not None
    assert on.retry_at >= timezone.now() + timedelta(seconds=88)


def test_a_slow_portal_is_left_after_the_time_out(
    on: Betty24Connection, portal: Portal, column: CalendarColumn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adapter, "TIMEOUT_SECONDS", 0.3)
    portal.faults({"on": "push", "kind": "slow", "times": 1, "seconds": 2})
    make_appointment(column, at(9))
    before = timezone.now()
    sweep()
    assert timezone.now() - before < timedelta(seconds=1.8)
    with time_machine.travel(timezone.now() + timedelta(minutes=1), tick=True):
        sweep()
        assert len(portal.locks()) == 1


def test_two_workers_never_speak_to_one_portal_at_once(
    on: Betty24Connection, portal: Portal, column: CalendarColumn
) -> None:
    make_appointment(column, at(9))
    settings = {name.lower(): database.settings_dict[name] for name in ("USER", "PASSWORD", "HOST", "PORT")}
    before = calls(portal)
    with psycopg.connect(dbname=database.settings_dict["NAME"], **settings) as other:
        other.execute("SELECT pg_advisory_lock(%s, %s)", [LOCK_SPACE, on.pk % 2**31])
        sweep()
        assert calls(portal) == before
        assert Betty24Sync.objects.get().state == "queued"
    with time_machine.travel(timezone.now() + timedelta(seconds=5), tick=True):
        sweep()
        assert len(portal.locks()) == 1


def test_switched_off_nothing_is_said_and_nothing_is_forgotten(
    on: Betty24Connection, portal: Portal, column: CalendarColumn
) -> None:
    switch_off(connection=on, actor=None, now=timezone.now())
    before = calls(portal)
    make_appointment(column, at(9))
    with time_machine.travel(timezone.now() + timedelta(hours=1), tick=True):
        sweep()
        assert calls(portal) == before
        switch_on(connection=on, actor=None, now=timezone.now())
        sweep()
    assert len(portal.locks()) == 1


def test_practices_hear_only_their_own_portal(
    on: Betty24Connection, portal: Portal, neighbour: Practice, column: CalendarColumn
) -> None:
    other_portal = portal.add_practice("other-key", "cal-1")
    theirs = make_column(neighbour, "Dr. Fern")
    with scope(practice=neighbour):
        other = save_connection(
            practice=neighbour, fields=ConnectionFields(host=portal.base_url, api_key="other-key"),
            bindings=[Wish(1, "cal-1", theirs)], actor=None, now=timezone.now(),
        )  # fmt: skip
        sync(other)
        other_portal.book("cal-1", at(9), force=True)
        sync(other)
        assert Betty24Booking.objects.get().entry is not None
    sync(on)
    assert not Betty24Booking.objects.exists()
    assert portal.locks() == []


def count_queries(act: Callable[[], object]) -> int:
    with CaptureQueriesContext(database) as queries:
        act()
    return len(queries)


def test_a_synchronisation_costs_the_same_with_and_without_history(
    on: Betty24Connection, portal: Portal, column: CalendarColumn, now: datetime
) -> None:
    def one_change_each_way(hour: int) -> int:
        make_appointment(column, at(hour))
        portal.book("cal-1", at(hour, 30), force=True)
        return count_queries(lambda: sync(on))

    first = one_change_each_way(8)
    for day in range(7, 70, 7):
        for quarter in range(16):
            make_appointment(column, at(8) + timedelta(days=day, minutes=15 * quarter))
    sync(on)
    assert one_change_each_way(10) == first


def test_ten_news_cost_no_more_reads_for_the_batch_than_one(
    on: Betty24Connection, portal: Portal, column: CalendarColumn
) -> None:
    """What is read once per page of news stays once; each booking costs the same."""

    def news(*quarters: int) -> int:
        for quarter in quarters:
            portal.book("cal-1", at(8) + timedelta(minutes=15 * quarter), force=True, last_name=f"N{quarter}")
        return count_queries(lambda: sync(on))

    one, three, five = news(0), news(1, 2, 3), news(4, 5, 6, 7, 8)
    assert five - three == three - one
