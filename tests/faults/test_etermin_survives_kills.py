"""1,000 replays, workers killed with -9 at each step, 10,000 mixed deliveries: one model, one end state.

PRAXIS_RUNS=20 kills twenty times at each step; PRAXIS_DELIVERIES=10000 mixes as many as the issue asks for.
"""

import json
import os
import random
import signal
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from datetime import time as time_of_day
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from django.utils import timezone
from django_scopes import scope, scopes_disabled

from accounts.models import DoctorRole, Practice
from integrations.etermin import wire, work
from integrations.etermin.models import EterminAppointment, EterminCalendar, EterminConnection, EterminDelivery
from integrations.etermin.selectors.place import place_of
from integrations.etermin.services import applying
from integrations.etermin.services.accepting import accept_reading
from integrations.etermin.services.pulling import pull
from integrations.etermin.work import work_inbox
from scheduling.models import Entry
from scheduling.services import booking
from tests.etermin_account import PRIVATE_KEY, PUBLIC_KEY, EterminAccount
from tests.factories import MONDAY, at, make_column
from tests.integrations.etermin.house import CALENDAR, SECRET, EterminHouse
from tests.notifications.runs import RUNS

pytestmark = pytest.mark.django_db(transaction=True)

DELIVERIES = int(os.environ.get("PRAXIS_DELIVERIES") or 150)
REPLAYS, PARALLEL = 1000, 100
LEASE = EterminDelivery.lease + timedelta(seconds=1)


@pytest.fixture
def house(in_practice: Practice) -> EterminHouse:
    column = make_column(in_practice, "Dr. Reuter", closes=time_of_day(20), weekdays=range(7))
    role = DoctorRole.objects.create(practice=in_practice, name="Dr. Reuter")
    one = EterminConnection.objects.create(practice=in_practice, public_id="kills", secret=SECRET)
    EterminCalendar.objects.create(
        practice=in_practice, connection=one, calendar_id=str(CALENDAR), name="Dr. Beispiel", column=column,
        seen_at=timezone.now(),
    )  # fmt: skip
    return EterminHouse(in_practice, one, column, role, Client(headers={"host": "localhost"}), timezone.now())


def push(house: EterminHouse, body: dict[str, Any]) -> None:
    place = place_of(house.connection)
    found = wire.fields_of("application/json", json.dumps(body).encode())
    accept_reading(place, wire.read(place, found), now=timezone.now())


def drain(house: EterminHouse, *, now: datetime | None = None) -> None:
    with scope(practice=house.practice):
        while work_inbox(now or timezone.now()):
            pass


def in_threads(number: int, wanted: Sequence[Any], act: Callable[[Any], None]) -> None:
    def one(item: Any) -> None:
        try:
            with scopes_disabled():
                act(item)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(number) as pool:
        list(pool.map(one, wanted))


@pytest.mark.timeout(300)
def test_a_thousand_replays_a_hundred_at_once_are_one_appointment(house: EterminHouse) -> None:
    """Past HTTP, but each with a database connection of its own, while two workers are at work."""
    body = house.payload("CREATED", at(9, day=MONDAY + timedelta(days=700)))
    is_over = threading.Event()

    def worker(_number: int) -> None:
        while not is_over.is_set():
            work_inbox(timezone.now())
            time.sleep(0.02)
        work_inbox(timezone.now())

    workers = threading.Thread(target=in_threads, args=(2, range(2), worker))
    workers.start()
    gate = threading.Barrier(PARALLEL)

    def replay(_client: int) -> None:
        gate.wait()
        for _time in range(REPLAYS // PARALLEL):
            push(house, body)

    try:
        in_threads(PARALLEL, range(PARALLEL), replay)
    finally:
        is_over.set()
        workers.join()
    drain(house)
    assert Entry.objects.count() == 1
    [delivery] = EterminDelivery.objects.all()
    assert (delivery.outcome, delivery.repeats) == ("booked", REPLAYS - 1)


def die(*_args: Any, **_fields: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def before(original: Callable[..., Any]) -> Callable[..., Any]:
    def both(*args: Any, **fields: Any) -> Any:
        die()
        return original(*args, **fields)

    return both


def after(original: Callable[..., Any]) -> Callable[..., Any]:
    def both(*args: Any, **fields: Any) -> Any:
        original(*args, **fields)
        die()

    return both


# Between any two of these the worker dies.
STEPS: dict[str, Callable[[], None]] = {
    "claimed, not begun": lambda: setattr(work, "_work_for", before(work._work_for)),
    "asked at eTermin, not written": lambda: setattr(work, "apply_batch", before(work.apply_batch)),
    "the appointment is held": lambda: setattr(applying, "_settling", before(applying._settling)),
    "booked, not committed": lambda: setattr(booking, "create_entry", after(booking.create_entry)),
    "outcome not yet written": lambda: setattr(applying, "_write", before(applying._write)),
    "outcome written, not committed": lambda: setattr(applying, "_write", after(applying._write)),
    "committed": lambda: setattr(work, "_work_for", after(work._work_for)),
}


def in_child(act: Callable[[], Any]) -> int:
    """In a process of its own, with connections of its own; how it ended."""
    connections.close_all()
    child = os.fork()
    if not child:
        try:
            act()
            os._exit(0)
        except BaseException:
            os._exit(1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


@pytest.mark.timeout(600)
@pytest.mark.parametrize("step", STEPS)
def test_a_worker_killed_between_any_two_steps_applies_every_delivery_once(
    house: EterminHouse, etermin: EterminAccount, step: str
) -> None:
    if step.startswith("asked"):
        EterminConnection.objects.update(api_url=etermin.api_url, public_key=PUBLIC_KEY, private_key=PRIVATE_KEY)
        house.connection.refresh_from_db()
    for run in range(RUNS):
        day = MONDAY + timedelta(days=700 + run)
        for number in range(4):
            uid = f"{run}-{number}"
            if house.connection.reads_back:
                etermin.book(at(8 + number, day=day), uid=uid, calendar=str(CALENDAR))
            push(house, house.payload("CREATED", at(8 + number, day=day), appointmentUID=uid))

        def killed() -> None:
            STEPS[step]()
            drain(house)

        assert in_child(killed) == -signal.SIGKILL, "the step was never reached"
        drain(house, now=timezone.now() + LEASE)
        wanted = [at(8 + number, day=day) for number in range(4)]
        standing = Entry.objects.filter(starts_at__date=day).order_by("starts_at")
        assert [entry.starts_at for entry in standing] == wanted
        assert not EterminDelivery.objects.exclude(state="done").exists()
    assert set(EterminDelivery.objects.values_list("outcome", flat=True)) == {"booked"}


@dataclass
class Mixture:
    """Deliveries as a bad day sends them, and what the rules make of them."""

    chance: random.Random
    sent: list[tuple[str, str, datetime]]
    broken: int = 0

    def expected(self) -> dict[str, datetime | None]:
        """By id: DELETED is final, a CREATED never overwrites a MODIFIED, an exact repeat is nothing, the last wins."""
        state: dict[str, tuple[str, datetime | None]] = {}
        for uid, command, starts_at in self.sent:
            said = state.get(uid, ("", None))[0]
            if said == "DELETED" or (command == "CREATED" and said == "MODIFIED"):
                continue
            state[uid] = (command, None if command == "DELETED" else starts_at)
        return {uid: where for uid, (_said, where) in state.items()}


def mix(number: int, seed: int) -> Mixture:
    """10 % duplicates, 10 % out of order; the broken ones are sent in between."""
    chance = random.Random(seed)
    events: list[tuple[str, str, datetime]] = []
    for position in range(number // 3):
        uid, day = f"mix-{position}", MONDAY + timedelta(days=14 + position // 40)
        # 18 minutes for each, of which it takes four at a time: nobody is in anybody's way.
        times = [at(7, day=day) + timedelta(minutes=18 * (position % 40)) for _n in range(2)]
        events += [(uid, "CREATED", times[0]), (uid, "MODIFIED", times[1] + timedelta(minutes=9))]
        events.append((uid, "DELETED" if chance.random() < 0.5 else "MODIFIED", times[0] + timedelta(minutes=4)))
    for _swap in range(len(events) // 10):
        first = chance.randrange(len(events) - 5)
        second = first + chance.randrange(1, 5)
        events[first], events[second] = events[second], events[first]
    for _copy in range(len(events) // 10):
        source = chance.randrange(len(events))
        events.insert(min(source + chance.randrange(1, 20), len(events)), events[source])
    return Mixture(chance, events)


BROKEN: list[dict[str, Any]] = [
    {"command": "CONFIRMED"}, {"appointmentUID": ""}, {"startDateTimeUTC": "2027-02-29T09:00:00"},
    {"endDateTimeUTC": "2001-01-01T00:00:00"},
]  # fmt: skip


@pytest.fixture
def truth(house: EterminHouse, etermin: EterminAccount) -> EterminAccount:
    EterminConnection.objects.update(api_url=etermin.api_url, public_key=PUBLIC_KEY, private_key=PRIVATE_KEY)
    house.connection.refresh_from_db()
    return etermin


@pytest.mark.timeout(1800)
def test_a_bad_day_ends_as_the_model_says(house: EterminHouse) -> None:
    mixture = mix(DELIVERIES, seed=20261126)
    for position, (uid, command, starts_at) in enumerate(mixture.sent):
        if position % 20 == 0:
            push(house, {**house.payload("CREATED", starts_at, appointmentUID=f"broken-{position}"),
                         **BROKEN[position // 20 % len(BROKEN)]})  # fmt: skip
        times = {"endDateTimeUTC": (starts_at + timedelta(minutes=4)).strftime("%Y-%m-%dT%H:%M:%S")}
        push(house, {**house.payload(command, starts_at, appointmentUID=uid), **times})
        if position % 50 == 0:
            drain(house)
    drain(house)
    found = {one.uid_hash: one for one in EterminAppointment.objects.select_related("entry")}
    standing = {}
    for uid in mixture.expected():
        entry = found[house.hash(uid)].entry
        standing[uid] = entry.starts_at if entry is not None and entry.status != "cancelled" else None
    assert standing == mixture.expected()
    assert Entry.objects.count() == EterminAppointment.objects.exclude(entry=None).count()
    states = set(EterminDelivery.objects.values_list("state", flat=True))
    assert states == {"done", "failed"}, "the broken ones are dead letters, nothing waits"


@pytest.mark.timeout(1800)
def test_a_bad_day_with_etermin_down_for_a_while_ends_in_its_own_state(
    house: EterminHouse, truth: EterminAccount
) -> None:
    """Pushes lost, doubled and reordered, eTermin out of reach in the middle; then one question for what was missed."""
    chance = random.Random(20261127)
    number = max(DELIVERIES // 15, 20)
    bodies: list[dict[str, Any]] = []
    for position in range(number):
        uid, day = f"truth-{position}", MONDAY + timedelta(days=28 + position // 12)
        hour = 7 + position % 12
        truth.book(at(hour, day=day), uid=uid, calendar=str(CALENDAR))
        told = [house.payload("CREATED", at(hour, day=day), appointmentUID=uid)]
        if chance.random() < 0.5:
            truth.move(uid, at(hour, 30, day=day))
            told.append(house.payload("MODIFIED", at(hour, 30, day=day), appointmentUID=uid))
        if chance.random() < 0.3:
            truth.delete(uid)
            told.append(house.payload("DELETED", at(hour, day=day), appointmentUID=uid))
        bodies += [body for body in told if chance.random() > 0.1]
    chance.shuffle(bodies)
    for position, body in enumerate(bodies):
        if position == len(bodies) // 3:
            truth.stop()
        if position == 2 * len(bodies) // 3:
            truth.start()
            EterminConnection.objects.update(retry_at=None)
        push(house, body)
        if position % 10 == 0:
            drain(house)
    house.connection.refresh_from_db()
    pull(house.connection, now=timezone.now())
    drain(house)
    wanted = sorted(datetime.fromisoformat(one["start"]) for one in truth.appointments())
    standing = Entry.objects.exclude(status="cancelled").order_by("starts_at")
    assert [entry.starts_at for entry in standing] == wanted
    assert not EterminDelivery.objects.exclude(state="done").exists()
