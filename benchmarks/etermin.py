"""eTermin: how fast deliveries are taken in, become appointments, and are seen in an open calendar."""

import json
import os
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.test import Client
from django.utils import timezone
from django_scopes import scopes_disabled

from accounts.models import User
from benchmarks.betty24_latency import OpenPage
from benchmarks.betty24_world import COLUMNS, Bound, build_many, scope, slots
from benchmarks.portal import largest_mb, workers_running
from benchmarks.report import Line, percentile
from benchmarks.server import Server, ask, serving
from integrations.etermin.models import EterminCalendar, EterminConnection, EterminDelivery
from integrations.etermin.reduced import Reduced
from integrations.etermin.services.accepting import accept
from integrations.etermin.work import work_inbox
from scheduling.services import NewAppointment, Person, book_appointment

SECRET, PUBLIC_ID = "bench-secret", "bench"
CLIENTS, ROUNDS = 4, 8
ACCEPTED = int(os.environ.get("BENCH_DELIVERIES") or 4000)
INGESTED, PARTS = int(os.environ.get("BENCH_DELIVERIES") or 4000), 8
SEEN = 40
WORKERS_START_SECONDS = 120
SEEN_LIMIT, MEMORY_LIMIT_MB = 1.5, 200


def measure(server: Server) -> list[Line]:
    bound, direct = build_many("etermin", 2, host="http://127.0.0.1:1", key="x", poll_seconds=3600)
    connection = _connect(bound)
    lines = [_accepting(server), _applying(bound, direct, connection)]
    with workers_running(2) as worker:
        lines.append(_seeing(server, bound))
        memory = largest_mb(worker)
    about = f"after {ACCEPTED} + {SEEN} deliveries, 2 processes"
    return [
        *lines,
        Line(
            id="etermin-worker-memory", figure=memory, unit="MB", floor=None, ratio=None,
            target=f"< {MEMORY_LIMIT_MB} MB", held=memory < MEMORY_LIMIT_MB, about=about,
        ),
    ]  # fmt: skip


def _connect(bound: Bound) -> EterminConnection:
    with scope(practice=bound.practice):
        connection = EterminConnection.objects.create(
            practice=bound.practice, public_id=PUBLIC_ID, secret=SECRET, missing_location="ordinary"
        )
        for number, column in enumerate(bound.columns):
            EterminCalendar.objects.create(
                practice=bound.practice, connection=connection, calendar_id=f"cal-{number}", name=f"K{number}",
                column=column, seen_at=timezone.now(),
            )  # fmt: skip
    return connection


def _payload(uid: str, starts_at: datetime, calendar: str, name: str = "Muster") -> dict[str, Any]:
    times = {"startDateTimeUTC": starts_at, "endDateTimeUTC": starts_at + timedelta(minutes=15)}
    told = {field: moment.strftime("%Y-%m-%dT%H:%M:%S") for field, moment in times.items()}
    person = {"lastName": name, "firstName": "Erika", "phone": "+491511234567", "email": "erika@example.org"}
    rest = {"salutation": "Frau", "street": "Beispielweg 1", "ZIP": "01067", "town": "Dresden", "notes": ""}
    return {"command": "CREATED", "appointmentUID": uid, "calendarID": calendar, **told, **person, **rest}


def _accepting(server: Server) -> Line:
    """Both servers in turns, so that a slow moment of the machine meets both."""
    headers = {"Content-Type": "application/json", "X-Praxis-Key": SECRET}
    times = slots(date(2031, 1, 6), ACCEPTED // COLUMNS + 1)
    bodies = [json.dumps(_payload(f"accept-{n}", times[n // COLUMNS], f"cal-{n % COLUMNS}")) for n in range(ACCEPTED)]
    size = ACCEPTED // ROUNDS
    seconds = {"ours": 0.0, "bare": 0.0}
    with serving(1, "benchmarks.bare_asgi:application") as bare:
        for turn in range(ROUNDS):
            part = bodies[turn * size : (turn + 1) * size]
            seconds["bare"] += _send(bare, "/bare", headers, part)
            seconds["ours"] += _send(server, f"/hooks/etermin/{PUBLIC_ID}", headers, part)
    rate, floor = size * ROUNDS / seconds["ours"], size * ROUNDS / seconds["bare"]
    return Line(
        id="etermin-accept", figure=rate, unit="1/s", floor=floor, ratio=rate / floor, target="ratio >= 0.6",
        held=rate / floor >= 0.6, about=f"{ACCEPTED} deliveries, {CLIENTS} clients; floor: a view that inserts one row",
    )  # fmt: skip


def _send(server: Server, path: str, headers: dict[str, str], bodies: list[str]) -> float:
    def client(own: list[str]) -> None:
        connection = server.connect()
        for body in own:
            status, content, _seconds = ask(connection, "POST", path, headers, body)
            assert (status, content) == (200, b"ok"), content

    began = time.perf_counter()
    with ThreadPoolExecutor(CLIENTS) as clients:
        list(clients.map(client, [bodies[number::CLIENTS] for number in range(CLIENTS)]))
    return time.perf_counter() - began


def _applying(bound: Bound, direct: Bound, connection: EterminConnection) -> Line:
    """What the webhook left behind is worked off first; then parts of both ways in turns, one process each."""
    while work_inbox(timezone.now()):
        pass
    times = slots(date(2027, 1, 4), INGESTED // COLUMNS + 1)
    wanted = [(n % COLUMNS, times[n // COLUMNS]) for n in range(INGESTED)]
    size = INGESTED // PARTS
    seconds = {"applied": 0.0, "direct": 0.0}
    for part in range(PARTS):
        own = wanted[part * size : (part + 1) * size]
        _accept_all(bound, connection, part, own)
        began = time.perf_counter()
        _book(direct, own)
        middle = time.perf_counter()
        while work_inbox(timezone.now()):
            pass
        seconds["direct"] += middle - began
        seconds["applied"] += time.perf_counter() - middle
    with scope(practice=bound.practice):
        booked = EterminDelivery.objects.filter(outcome="booked").count()
    assert booked == ACCEPTED // ROUNDS * ROUNDS + size * PARTS, booked
    rate, floor = size * PARTS / seconds["applied"], size * PARTS / seconds["direct"]
    return Line(
        id="etermin-ingest", figure=rate, unit="1/s", floor=floor, ratio=rate / floor, target="ratio >= 0.7",
        held=rate / floor >= 0.7, about=f"{size * PARTS} deliveries, 1 process; floor: book_appointment",
    )  # fmt: skip


def _accept_all(bound: Bound, connection: EterminConnection, part: int, wanted: list[tuple[int, datetime]]) -> None:
    for number, (column, starts_at) in enumerate(wanted):
        told = Reduced(
            uid=f"apply-{part}-{number}", starts_at=starts_at, ends_at=starts_at + timedelta(minutes=15),
            calendar_id=f"cal-{column}", last_name="Muster", first_name="Erika", mobile="+491511234567",
        )  # fmt: skip
        accept(
            practice_id=bound.practice.pk, connection=connection, door=EterminDelivery.Door.WEBHOOK,
            command=EterminDelivery.Command.CREATED, told=told, now=timezone.now(),
        )  # fmt: skip


def _book(bound: Bound, wanted: list[tuple[int, datetime]]) -> None:
    with scope(practice=bound.practice):
        for column, starts_at in wanted:
            new = NewAppointment(
                column=bound.columns[column], starts_at=starts_at, minutes=15,
                person=Person(last_name="Muster", first_name="Erika", contact_phone="+491511234567"),
            )  # fmt: skip
            book_appointment(practice=bound.practice, wanted=new, actor=None, now=timezone.now())


def _seeing(server: Server, bound: Bound) -> Line:
    with scope(practice=bound.practice):
        user = User.objects.create_user("etermin@bench.example", None, practice=bound.practice)
    client = Client(headers={"host": "localhost"})
    client.force_login(user)
    name = settings.SESSION_COOKIE_NAME
    page = OpenPage(server, {"Cookie": f"{name}={client.cookies[name].value}"})
    headers = {"Content-Type": "application/json", "X-Praxis-Key": SECRET}
    _wait_for_workers(server, headers)
    seconds = []
    for number, starts_at in enumerate(slots(timezone.localdate() + timedelta(days=60), SEEN)):
        who = f"Gesehen{number:03}"
        body = json.dumps(_payload(f"seen-{number}", starts_at, "cal-1", who))
        status, content, _seconds = ask(server.connect(), "POST", f"/hooks/etermin/{PUBLIC_ID}", headers, body)
        assert status == 200, content
        seconds.append(page.seconds_until_shown(who, starts_at))
        # Not in step with anything.
        time.sleep(0.13 * (number % 5))
    p95 = percentile(seconds, 0.95)
    return Line(
        id="etermin-seen-p95", figure=p95, unit="s", floor=None, ratio=None, target=f"P95 < {SEEN_LIMIT} s",
        held=p95 < SEEN_LIMIT, about=f"median {percentile(seconds, 0.5):.2f} s; {SEEN} deliveries, 2 workers",
    )  # fmt: skip


def _wait_for_workers(server: Server, headers: dict[str, str]) -> None:
    """How long they take to start is another matter."""
    first = json.dumps(_payload("first", slots(date(2029, 1, 8), 1)[0], "cal-1"))
    ask(server.connect(), "POST", f"/hooks/etermin/{PUBLIC_ID}", headers, first)
    until = time.monotonic() + WORKERS_START_SECONDS
    with scopes_disabled():
        while EterminDelivery.objects.filter(state="queued").exists():
            assert time.monotonic() < until, "the workers did nothing"
            time.sleep(0.1)
