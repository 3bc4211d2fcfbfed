"""Workers and the portal die with -9 in the middle of everything; nothing is lost and nothing is there twice."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection as database
from django.utils import timezone
from django_scopes import scope

from integrations.betty24.models import Betty24Booking, Betty24Connection, Betty24Push
from integrations.betty24.services.connecting import ConnectionFields, Wish, save_connection
from integrations.betty24.services.switching import switch_on
from praxis.core.exceptions import PraxisError
from praxis.core.workrow import OPEN_STATES, WorkState
from scheduling.models import CalendarColumn, Entry
from scheduling.models.entry import Status
from scheduling.services import cancel_appointment, move_entry
from tests import factories
from tests.betty24_portal import Portal, PortalRefused
from tests.integrations.betty24.agreement import differences

ROOT = Path(__file__).parents[2]
ROUNDS = int(os.environ.get("BETTY24_KILLS", "8"))
QUIET_SECONDS = 60


@pytest.fixture
def workers(transactional_db: None) -> Iterator[list[subprocess.Popen[str]]]:
    started = [start_worker() for _ in range(2)]
    yield started
    for worker in started:
        os.killpg(worker.pid, signal.SIGKILL)
        worker.communicate()


def start_worker() -> subprocess.Popen[str]:
    at = database.settings_dict
    url = f"postgresql://{at['USER']}:{at['PASSWORD']}@{at['HOST']}:{at['PORT']}/{at['NAME']}"
    env = os.environ | {
        "DATABASE_URL": url, "REDIS_URL": settings.REDIS_URL, "SECRET_KEY": settings.SECRET_KEY,
        "FIELD_KEYS": settings.FIELD_KEYS, "BETTY24_ALLOW_PRIVATE_HOSTS": "1", "LOG_LEVEL": "ERROR",
    }  # fmt: skip
    return subprocess.Popen(
        [sys.executable, "-m", "tests.faults.betty24_worker"], cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True,
        start_new_session=True,
    )  # fmt: skip


class Day:
    """Acts of staff and patients on the day after tomorrow."""

    def __init__(self, portal: Portal, columns: list[CalendarColumn]) -> None:
        self.portal = portal
        self.columns = columns
        self.chance = random.Random(4711)
        self.day: date = timezone.localdate() + timedelta(days=2)
        self.promised: set[str] = set()

    def start(self) -> datetime:
        return factories.at(8, day=self.day) + timedelta(minutes=15 * self.chance.randrange(16))

    def act(self) -> None:
        self.chance.choice([self.staff_book, self.staff_book, self.staff_move, self.staff_cancel, self.patient_book,
                            self.patient_book, self.patient_cancel])()  # fmt: skip

    def staff_book(self) -> None:
        with suppress(PraxisError):
            factories.make_appointment(self.chance.choice(self.columns), self.start(), now=timezone.now())

    def staff_move(self) -> None:
        if entry := self.an_entry():
            with suppress(PraxisError):
                column = self.chance.choice(self.columns)
                move_entry(entry=entry, column=column, starts_at=self.start(), actor=None, now=timezone.now())

    def staff_cancel(self) -> None:
        if entry := self.an_entry():
            with suppress(PraxisError):
                cancel_appointment(entry=entry, actor=None, now=timezone.now())

    def an_entry(self) -> Entry | None:
        alive = list(Entry.objects.exclude(status=Status.CANCELLED).select_related("practice", "column__practice"))
        return self.chance.choice(alive) if alive else None

    def patient_book(self) -> None:
        with suppress(PortalRefused, OSError):
            calendar = self.chance.choice(["cal-1", "cal-2"])
            self.promised.add(self.portal.book(calendar, self.start(), force=True)["id"])

    def patient_cancel(self) -> None:
        if self.promised:
            with suppress(PortalRefused, OSError):
                self.portal.cancel(self.chance.choice(sorted(self.promised)))


@pytest.mark.timeout(240)
def test_kills_of_workers_and_portal_lose_nothing_and_double_nothing(
    workers: list[subprocess.Popen[str]], portal: Portal
) -> None:
    practice = factories.make_practice("kills")
    columns = [factories.make_column(practice, name, weekdays=range(7)) for name in ("A", "B", "C")]
    with scope(practice=practice):
        connection = save_connection(
            practice=practice,
            fields=ConnectionFields(host=portal.base_url, api_key=portal.key, poll_seconds=2),
            bindings=[Wish(1, "cal-1", columns[0]), Wish(2, "cal-2", columns[1])], actor=None, now=timezone.now(),
        )  # fmt: skip
        switch_on(connection=connection, actor=None, now=timezone.now())
        day = Day(portal, columns)
        in_the_act = sum(kill_in_between(day, workers[number % 2], portal, number) for number in range(ROUNDS))
        assert in_the_act >= ROUNDS // 2, "no kill hit anything, so nothing was shown"
        wait_until_quiet(connection, portal)
        check(connection, portal, day)


def kill_in_between(day: Day, worker: subprocess.Popen[str], portal: Portal, number: int) -> bool:
    """Some acts, then the working child dies; every third time the portal too, and comes back with its store.

    True: work was going on at that moment."""
    assert worker.stdout
    child = int(worker.stdout.readline())
    for _act in range(6):
        day.act()
        time.sleep(day.chance.uniform(0, 0.05))
    if number % 3 == 2:
        portal.kill()
        day.staff_book()
        portal.start()
    was_running = wait_for_running_work()
    with suppress(ProcessLookupError):
        os.kill(child, signal.SIGKILL)
    return was_running


def wait_for_running_work() -> bool:
    until = time.monotonic() + 1
    while time.monotonic() < until:
        if Betty24Push.objects.filter(state=WorkState.RUNNING).exists():
            return True
    return False


def wait_until_quiet(connection: Betty24Connection, portal: Portal) -> None:
    """No work is open and the portal's last news were asked for after the last act."""
    silent_since = timezone.now()
    until = time.monotonic() + QUIET_SECONDS
    while time.monotonic() < until:
        connection.refresh_from_db()
        pulled = connection.last_pull_at is not None and connection.last_pull_at > silent_since + timedelta(seconds=3)
        if pulled and not Betty24Push.objects.filter(state__in=OPEN_STATES).exists():
            return
        time.sleep(0.1)
    raise AssertionError(f"still busy: {connection.last_error}")


def check(connection: Betty24Connection, portal: Portal, day: Day) -> None:
    assert differences(connection, timezone.now()) == []
    known = {booking.portal_id: booking for booking in Betty24Booking.objects.select_related("entry")}
    there = {booking["id"]: booking for booking in portal.bookings()}
    assert day.promised <= there.keys(), "the portal lost a booking it had answered"
    assert known.keys() == there.keys()
    for portal_id, booking in there.items():
        entry = known[portal_id].entry
        is_alive = entry is not None and entry.status != Status.CANCELLED
        assert is_alive == (booking["status"] == "booked"), portal_id
    online = Entry.objects.filter(origin="betty24").count()
    assert online == sum(booking.entry_id is not None for booking in known.values())
