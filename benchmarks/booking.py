"""20 clients book distinct slots over HTTP, beside 20 psycopg connections that send the same transaction."""

import json
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from queue import Empty, SimpleQueue
from zoneinfo import ZoneInfo

import psycopg
from django_scopes import scope

from benchmarks.day_view import dsn
from benchmarks.report import Line, percentile
from benchmarks.server import Server, ask
from benchmarks.world import World
from scheduling.selectors.free import FreeSlotQuery, find_free_slots
from scheduling.services.locking import LOCK_SPACE

CLIENTS = 20
BOOKINGS = 600

WantedSlot = tuple[int, datetime]
Booker = Callable[[WantedSlot], None]

# What book_appointment sends between BEGIN and COMMIT, with parameters.
LOCK = "SELECT pg_advisory_xact_lock(%(space)s, %(column)s)"
CONFLICTS = """
    SELECT * FROM scheduling_entry
    WHERE practice_id = %(practice)s AND deleted_at IS NULL AND placement = 'grid'
      AND (kind IN ('reservation', 'lock', 'hold') OR (kind = 'appointment' AND NOT (status = 'cancelled')))
      AND column_id = %(column)s AND starts_at > %(start)s::timestamptz - interval '24 hours' AND starts_at < %(end)s
      AND ends_at > %(start)s ORDER BY starts_at LIMIT 1
"""
ENTRY = """
    INSERT INTO scheduling_entry (practice_id, column_id, kind, placement, starts_at, ends_at, text, patient_id,
        last_name, first_name, contact_phone, appointment_type_id, status, origin, notified_by, is_video, version,
        created_by_id, updated_by_id)
    VALUES (%(practice)s, %(column)s, 'appointment', 'grid', %(start)s, %(end)s, '', %(patient)s, '', '', '', %(type)s,
        'definite', 'practice', 'practice', false, 1, %(user)s, %(user)s) RETURNING id
"""
CHANGE = """
    INSERT INTO scheduling_entrychange (practice_id, entry_id, action, author_id, batch, version, before, after)
    VALUES (%(practice)s, %(entry)s, 'book', %(user)s, gen_random_uuid(), 1, '{}', %(after)s)
"""
AUDIT = """
    INSERT INTO core_auditentry (practice_id, actor_id, action, object_type, object_id, via)
    VALUES (%(practice)s, %(user)s, 'AppointmentBooked', 'entry', %(entry)s, 'api')
"""

PORTAL = """
    SELECT EXISTS (SELECT FROM integrations_betty24binding WHERE column_id = ANY(%(columns)s))
        OR EXISTS (SELECT FROM integrations_betty24booking WHERE entry_id = ANY(%(entries)s))
"""


def measure(server: Server, world: World) -> list[Line]:
    slots = _distinct_slots(world)
    floor_rate, _latencies = _run(slots[:BOOKINGS], lambda: _plain_client(world))
    rate, latencies = _run(slots[BOOKINGS : 2 * BOOKINGS], lambda: _http_client(server, world))
    p95 = percentile(latencies, 0.95) * 1000
    ratio = rate / floor_rate
    about = f"{CLIENTS} clients, {BOOKINGS} bookings; {world.about}"
    return [
        Line(
            id="booking-rate", figure=rate, unit="1/s", floor=floor_rate, ratio=ratio, target="ratio >= 0.25",
            held=ratio >= 0.25, about=about,
        ),
        Line(
            id="booking-p95", figure=p95, unit="ms", floor=None, ratio=None, target="P95 < 250 ms", held=p95 < 250,
            about=about,
        ),
    ]  # fmt: skip


def _distinct_slots(world: World) -> list[WantedSlot]:
    """Free slots spread over all columns, so that clients meet in no column more often than chance has it."""
    with scope(practice=world.practice):
        found = find_free_slots(
            FreeSlotQuery(
                column_ids=[column.pk for column in world.columns], first_day=world.today + timedelta(days=7),
                last_day=world.today + timedelta(days=80), zone=ZoneInfo("Europe/Berlin"), minutes=15,
            )
        )  # fmt: skip
    slots = [(slot.column_id, slot.starts_at) for slot in found]
    assert len(slots) > 2 * BOOKINGS
    return slots


def _run(slots: list[WantedSlot], new_client: Callable[[], Booker]) -> tuple[float, list[float]]:
    """Bookings per second and seconds of each, with CLIENTS threads that share one queue of slots."""
    waiting: SimpleQueue[WantedSlot] = SimpleQueue()
    for slot in slots:
        waiting.put(slot)
    latencies: list[float] = []
    failures: list[Exception] = []
    start = threading.Barrier(CLIENTS + 1)

    def client() -> None:
        try:
            book = new_client()
            start.wait()
            while True:
                slot = waiting.get_nowait()
                began = time.perf_counter()
                book(slot)
                latencies.append(time.perf_counter() - began)
        except Empty:
            return
        except Exception as error:
            failures.append(error)
            start.abort()

    threads = [threading.Thread(target=client) for _number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    start.wait()
    began = time.perf_counter()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    return len(slots) / (time.perf_counter() - began), latencies


def _plain_client(world: World) -> Booker:
    connection = psycopg.connect(dsn(), autocommit=True)
    after = json.dumps({"column_id": 1, "kind": "appointment", "starts_at": "2026-11-23T08:00:00+00:00", "text": ""})

    def book(slot: WantedSlot) -> None:
        column_id, starts_at = slot
        values = {
            "space": LOCK_SPACE, "practice": world.practice.pk, "column": column_id, "start": starts_at,
            "end": starts_at + timedelta(minutes=15), "patient": world.patients[0].pk, "user": world.user.pk,
            "type": world.appointment_type.pk, "after": after, "columns": [column_id],
        }  # fmt: skip
        with connection.transaction():
            connection.execute(LOCK, values)
            assert not connection.execute(CONFLICTS, values).fetchall()
            row = connection.execute(ENTRY, values).fetchone()
            assert row
            values["entry"] = row[0]
            connection.execute(CHANGE, values)
            connection.execute(AUDIT, values)
            connection.execute(PORTAL, values | {"entries": [row[0]]})

    return book


def _http_client(server: Server, world: World) -> Booker:
    connection = server.connect()
    headers = {"Authorization": f"Bearer {world.token}", "Content-Type": "application/json"}

    def book(slot: WantedSlot) -> None:
        column_id, starts_at = slot
        body = {
            "column": column_id, "starts_at": starts_at.isoformat(), "appointment_type": world.appointment_type.pk,
            "patient": world.patients[0].pk,
        }  # fmt: skip
        status, content, _seconds = ask(connection, "POST", "/api/v1/appointments", headers, json.dumps(body))
        assert status == 201, content

    return book
