"""Workers killed with -9 at each step of sending, lost databases, many workers at once: never twice, never lost.

PRAXIS_RUNS=20 repeats each as often as the issue asks for.
"""

import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import psycopg
import pytest
import redis
from django.conf import settings
from django.db import connection, connections
from django.utils import timezone
from django_scopes import scope

from accounts.models import Practice
from notifications.models import Job, JobKind, JobRun, Message, Outcome
from notifications.services import claiming, recording, sending
from notifications.services.jobs import plan_job
from notifications.services.settings import change_settings
from notifications.services.status import SETTLES_AFTER, update_status
from praxis.core.schedule import Frequency, Plan, never
from praxis.core.sweeping import sweep
from scheduling.models import CalendarColumn
from tests.notifications import cast
from tests.notifications.gateway import Simulator, running, use_simulator
from tests.notifications.runs import RUNS

pytestmark = pytest.mark.django_db(transaction=True)

MESSAGES, WORKERS = 5, 4


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    with running(tmp_path_factory.mktemp("seven")) as simulator:
        yield simulator


@pytest.fixture
def simulator(process: Simulator) -> Simulator:
    process.call("POST", "/sim/reset")
    return process


def plan_messages(house: Practice, column: CalendarColumn, number_of: int, day: Any = cast.TOMORROW) -> None:
    for number in range(number_of):
        mobile = f"0151 234567{number:02}"
        patient = cast.make_person(house, "Meier", first_name=f"M{number}", mobile=mobile)
        cast.make_visit(column, patient, hour=8 + number // 4, minute=15 * (number % 4), day=day)


def die(*_args: Any, **_fields: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def lose_the_database(*_args: Any, **_fields: Any) -> None:
    """As a restart of PostgreSQL looks to a client."""
    fields = settings.DATABASES["default"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (own,) = cursor.fetchone()
    place = {"host": fields["HOST"], "port": fields["PORT"], "user": fields["USER"], "password": fields["PASSWORD"]}
    with psycopg.connect(dbname=connection.settings_dict["NAME"], autocommit=True, **place) as other:
        other.execute("SELECT pg_terminate_backend(%s)", [own])


def after(original: Callable[..., Any], end: Callable[..., None]) -> Callable[..., Any]:
    def both(*args: Any, **fields: Any) -> Any:
        result = original(*args, **fields)
        end()
        return result

    return both


def before(original: Callable[..., Any], end: Callable[..., None]) -> Callable[..., Any]:
    def both(*args: Any, **fields: Any) -> Any:
        end()
        return original(*args, **fields)

    return both


def in_the_middle(original: Callable[..., Any]) -> Callable[..., Any]:
    """While the gateway thinks about its answer."""

    def both(*args: Any, **fields: Any) -> Any:
        threading.Timer(0.15, die).start()
        return original(*args, **fields)

    return both


STEPS: dict[str, Callable[[], None]] = {
    "claim not committed": lambda: setattr(claiming, "_begin", after(claiming._begin, die)),
    "claimed, not called": lambda: setattr(sending, "_attempt", before(sending._attempt, die)),
    "in the middle of the call": lambda: setattr(sending, "_attempt", in_the_middle(sending._attempt)),
    "answered, not written down": lambda: setattr(sending, "record", before(sending.record, die)),
    "written down, not committed": lambda: setattr(recording, "book", after(recording.book, die)),
    "database gone before the answer": lambda: setattr(sending, "record", before(sending.record, lose_the_database)),
}


def in_child(work: Callable[[], Any]) -> int:
    """In a process of its own, with connections of its own; returns its process id."""
    connections.close_all()
    child = os.fork()
    if child:
        return child
    try:
        work()
        os._exit(0)
    except BaseException:
        os._exit(1)


def ended_as(child: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def check(house: Practice, simulator: Simulator, number_of: int) -> None:
    """At most one accept for each message, and every one of them accepted or explained."""
    accepts = Counter(row["foreign_id"] for row in simulator.accepted())
    messages = list(Message.objects.filter(practice=house, outcome__gte=0))
    assert len(messages) == number_of
    assert max(accepts.values(), default=0) <= 1
    assert set(accepts) <= {message.outside_reference for message in messages}
    for message in messages:
        was_sent = accepts[message.outside_reference] == 1
        assert (message.state == "done" and message.outcome >= Outcome.ACCEPTED) == was_sent, message.state
        assert was_sent or message.state == "unknown"


@pytest.mark.timeout(600)
@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("run", range(RUNS))
def test_a_worker_killed_at_any_step_sends_nothing_twice_and_loses_nothing(
    house: Practice, column: CalendarColumn, simulator: Simulator, step: str, run: int
) -> None:
    use_simulator(house, simulator)
    plan_messages(house, column, MESSAGES)
    cast.prepare_and_release(house)
    if step == "in the middle of the call":
        simulator.fault("slow", times=MESSAGES, seconds=0.4)

    def work() -> None:
        STEPS[step]()
        sending.send_due(cast.NOW, practice=house)

    assert ended_as(in_child(work)) in (-signal.SIGKILL, 1), "the step was never reached"
    now = cast.NOW
    for _ in range(3):
        now += SETTLES_AFTER + timedelta(minutes=2)
        cast.send(house, now)
        update_status(practice=house, now=now)
    cast.send(house, now)
    check(house, simulator, MESSAGES)
    assert len(simulator.accepted()) == MESSAGES, "all of them in the end"


@pytest.mark.timeout(600)
def test_two_beats_and_many_workers_run_a_plan_once_and_send_everything_once(
    house: Practice, column: CalendarColumn, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beats and workers as processes, Redis emptied meanwhile: the whole chain from the plan to the gateway."""
    number_of = 12 * min(RUNS, 4)
    # The children have the real clock, and today may be a holiday.
    monkeypatch.setattr("notifications.services.hours.holidays_in", lambda land: never)
    use_simulator(house, simulator)
    now = timezone.now()
    change_settings(
        practice=house, actor=None, now=now, window_from=datetime.min.time(), window_until=datetime.max.time(),
        window_weekdays=list(range(7)),
    )  # fmt: skip
    plan_messages(house, column, number_of, day=timezone.localdate(now) + timedelta(days=1))
    for kind in (JobKind.PREPARE_REMINDERS, JobKind.SEND):
        plan = Plan(
            frequency=Frequency.DAILY, start_on=timezone.localdate(now), at=datetime.min.time(), zone="Europe/Berlin"
        )
        job = Job.objects.select_related("practice").get(kind=kind)
        plan_job(job=job, plan=plan, catch_up_minutes=60, is_enabled=True, actor=None, now=now)
    Job.objects.filter(is_enabled=True).update(next_run_at=now + timedelta(seconds=1))
    end = time.monotonic() + 6

    def work() -> None:
        while time.monotonic() < end:
            sweep(timezone.now())
            time.sleep(0.05)

    children = [in_child(work) for _ in range(WORKERS * min(RUNS, 2))]
    time.sleep(2)
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        client.flushall()
    assert [ended_as(child) for child in children] == [0] * len(children)

    assert Counter(JobRun.objects.values_list("kind", flat=True)) == {"prepare-reminders": 1, "send": 1}
    # Both ran at once: what was prepared after the letting go waits for the next "send".
    with scope(practice=house):
        cast.prepare_and_release(house, timezone.now())
    cast.send(house, timezone.now())
    check(house, simulator, number_of)
    assert len(simulator.accepted()) == number_of
