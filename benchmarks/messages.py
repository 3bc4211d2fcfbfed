"""Reminders of a large practice: preparing, sending, and the tick of a thousand practices.

Floors: the bare INSERT ... SELECT of the same rows into the same table; claim and receipt as two bare UPDATEs.
"""

import os
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock

from django.core.checks import run_checks
from django.db import connection, connections, transaction
from django_scopes import scope, scopes_disabled

from accounts.models import Mandant, Practice
from benchmarks.report import Line
from notifications.models import GatewayAccount, Job, JobKind, Message
from notifications.services.contacts import refresh_contacts
from notifications.services.credits import buy_credits
from notifications.services.defaults import set_up_messages
from notifications.services.jobs import plan_job
from notifications.services.pacing import take_turn
from notifications.services.preparing import prepare_reminders
from notifications.services.releasing import release_messages
from notifications.services.sending import send_due
from notifications.services.settings import change_settings
from notifications.services.ticking import start_due_jobs
from praxis.core.schedule import Frequency, Plan
from scheduling.models import Calendar, CalendarColumn

PEOPLE, SENT, PRACTICES, PROCESSES = 100_000, 40_000, 1_000, 2
# Monday, ten in the morning in Berlin.
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
LIMIT, PACED_SECONDS = 10, 10

_PATIENTS = """
INSERT INTO accounts_patient (practice_id, number, last_name, first_name, birth_date, title, affix, sex, street,
    postal_code, city, mobile, phone, email, insurance_number, folded_last, folded_first, folded_phones)
SELECT %s, n::text, 'Muster' || n, 'Maria', date '1940-01-01' + (n %% 20000)::int, '', '', 'f', '', '', '',
    '0151 ' || (20000000 + n)::text, '', '', '', 'muster' || n, 'maria', '' FROM generate_series(1, %s) n
"""
# Beside the raster, so that a hundred thousand fit into one day.
_ENTRIES = """
INSERT INTO scheduling_entry (practice_id, column_id, kind, placement, starts_at, ends_at, text, patient_id, last_name,
    first_name, contact_phone, status, origin, notified_by, is_video, version)
SELECT %s, %s, 'appointment', 'extra', %s::timestamptz + (id %% 480) * interval '1 minute',
    %s::timestamptz + (id %% 480 + 15) * interval '1 minute', '', id, '', '', '', 'definite', 'practice', 'practice',
    false, 1 FROM accounts_patient WHERE practice_id = %s
"""
_CONSENTS = """
INSERT INTO notifications_consent (practice_id, patient_id, channel, purpose, is_granted, changed_at, source)
SELECT practice_id, id, 'sms', 'reminder', true, now(), 'paper' FROM accounts_patient WHERE practice_id = %s
"""
_TREATMENTS = """
INSERT INTO accounts_treatment (practice_id, patient_id, mandant_id, started_on)
SELECT practice_id, id, %s, '2020-01-01' FROM accounts_patient WHERE practice_id = %s AND id %% 2 = 0
"""
_CLAIM = """
UPDATE notifications_message SET state = 'running', lease_until = now() WHERE id IN (
    SELECT id FROM notifications_message WHERE state = 'queued' AND released_at IS NOT NULL AND practice_id = %s
      AND channel = 'sms' ORDER BY due_at, id LIMIT 500 FOR UPDATE SKIP LOCKED) RETURNING id
"""
_RECEIPT = "UPDATE notifications_message SET state = 'done', outcome = 10, finished_at = now() WHERE id = ANY(%s)"


def measure() -> list[Line]:
    practice = _large_practice()
    with scope(practice=practice):
        lines = [_preparing(practice), _sending(practice), _pacing(practice)]
    return [*lines, *_ticks()]


def _large_practice() -> Practice:
    practice = Practice.objects.create(slug="gross", name="Große Praxis")
    with scope(practice=practice):
        mandant = Mandant.objects.create(practice=practice, name="M", licence_number="L", is_default=True)
        calendar = Calendar.objects.create(practice=practice, name="K")
        column = CalendarColumn.objects.create(practice=practice, calendar=calendar, name="S")
        set_up_messages(practice=practice, actor=None, now=NOW)
        change_settings(practice=practice, actor=None, now=NOW, reminders_on=True, contact_phone="0221 123456")
        buy_credits(mandant=mandant, amount=1_000_000, actor=None, now=NOW)
        first = NOW + timedelta(days=1, hours=-2)
        for statement, values in (
            (_PATIENTS, [practice.pk, PEOPLE]),
            (_ENTRIES, [practice.pk, column.pk, first, first, practice.pk]),
            (_CONSENTS, [practice.pk]),
            (_TREATMENTS, [mandant.pk, practice.pk]),
        ):  # fmt: skip
            _execute(statement, values)
        refresh_contacts(practice)
        _execute("ANALYZE", [])
    return practice


def _execute(statement: str, values: list) -> float:
    began = time.perf_counter()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)
    return time.perf_counter() - began


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _preparing(practice: Practice) -> Line:
    """Each twice in turn; the better of both, as the machine is never quiet."""
    names = ", ".join(f'"{field.column}"' for field in Message._meta.concrete_fields if not field.primary_key)
    ours, bare = [], []
    for round_ in range(2):
        ours.append(_timed(lambda: prepare_reminders(practice=practice, now=NOW, run=None)))
        assert Message.objects.count() == PEOPLE
        if round_ == 0:
            _execute("CREATE TABLE bench_rows AS SELECT * FROM notifications_message", [])
        _empty()
        copy = " ".join(("INSERT INTO notifications_message", f"({names})", "SELECT", names, "FROM bench_rows"))
        bare.append(_execute(copy, []))
        if round_ == 0:
            _empty()
            _execute("UPDATE notifications_creditaccount SET reserved = 0", [])
    ratio = min(ours) / min(bare)
    return Line(
        id="messages-prepare", figure=min(ours), unit="s", floor=min(bare), ratio=ratio, target="ratio <= 3",
        held=ratio <= 3, about=f"{PEOPLE} due appointments of one practice, floor: bare INSERT ... SELECT",
    )  # fmt: skip


def _empty() -> None:
    _execute("TRUNCATE notifications_message CASCADE", [])


def _sending(practice: Practice) -> Line:
    """Two processes claim, render, encrypt, send to a gateway that answers at once, and record."""
    _execute(
        "DELETE FROM notifications_message WHERE id NOT IN (SELECT id FROM notifications_message LIMIT %s)", [SENT]
    )
    _execute("ANALYZE notifications_message", [])
    release_messages(practice=practice, now=NOW, run=None)
    bare = SENT / _side_by_side(lambda: _bare_sending(practice))
    _execute(
        "UPDATE notifications_message SET state = 'queued', outcome = 0, finished_at = NULL, lease_until = NULL", []
    )
    _execute("ANALYZE notifications_message", [])
    figure = SENT / _side_by_side(lambda: send_due(NOW, practice=practice, budget=timedelta(minutes=5)))
    assert Message.objects.filter(state="done", outcome=10).count() == SENT
    return Line(
        id="messages-send", figure=figure, unit="1/s", floor=bare, ratio=figure / bare, target=">= 5000/s",
        held=figure >= 5000, about=f"{SENT} messages, {PROCESSES} processes, floor: two bare UPDATEs",
    )  # fmt: skip


def _bare_sending(practice: Practice) -> None:
    with connection.cursor() as cursor:
        while True:
            cursor.execute(_CLAIM, [practice.pk])
            ids = [row[0] for row in cursor.fetchall()]
            if not ids:
                return
            cursor.execute(_RECEIPT, [ids])


def _side_by_side(work: Callable[[], object]) -> float:
    """Seconds until all processes are done. Checks run before they fork, as in a worker: they read all addresses."""
    run_checks()
    connections.close_all()
    began = time.perf_counter()
    children = []
    for _ in range(PROCESSES):
        child = os.fork()
        if not child:
            try:
                work()
            finally:
                os._exit(0)
        children.append(child)
    for child in children:
        os.waitpid(child, 0)
    return time.perf_counter() - began


def _pacing(practice: Practice) -> Line:
    """How often one second's worth of calls would begin at a limit of ten, seen over any second of ten."""
    account = GatewayAccount.objects.create(practice=practice, channel="sms", kind="seven", rate_per_second=LIMIT)
    told: set[datetime] = set()
    end = time.monotonic() + PACED_SECONDS
    while time.monotonic() < end:
        waiting = take_turn(account)
        if waiting:
            time.sleep(waiting)
        else:
            told.update(GatewayAccount.objects.get(pk=account.pk).recent_starts)
    account.delete()
    starts = sorted(told)
    second = timedelta(seconds=1)
    # From the first of one window to the first of the last one.
    windows = (len(starts) - 1) // LIMIT
    rate = windows * LIMIT / ((starts[windows * LIMIT] - starts[0]) / second)
    most = max(sum(start <= other < start + second for other in starts) for start in starts)
    return Line(
        id="messages-pace", figure=rate, unit="1/s", floor=LIMIT, ratio=rate / LIMIT, target="within 2 %, never more",
        held=rate / LIMIT >= 0.98 and most <= LIMIT, about=f"limit {LIMIT}/s, at most {most} begun within any second",
    )  # fmt: skip


def _ticks() -> list[Line]:
    """A thousand practices with plans of their own: a tick at which none is due, and one at which all are."""
    today = date(2026, 11, 23)
    with scopes_disabled():
        made = Practice.objects.bulk_create(Practice(slug=f"p{n}", name=f"Praxis {n}") for n in range(PRACTICES))
    for number, practice in enumerate(made):
        with scope(practice=practice):
            job = Job.objects.create(practice=practice, kind=JobKind.PREPARE_REMINDERS, start_on=today, at="10:00")
            at = clock(8 + number % 240 // 60, number % 60)
            plan = Plan(frequency=Frequency.DAILY, start_on=today, at=at, zone="Europe/Berlin")
            plan_job(
                job=job, plan=plan, catch_up_minutes=720, is_enabled=True, actor=None, now=NOW - timedelta(hours=6)
            )
    _execute("ANALYZE notifications_job", [])
    early = NOW - timedelta(hours=5)
    idle = min(_timed(lambda: start_due_jobs(early)) for _ in range(5)) * 1000
    # Each of three days once: the first one also opens the connection to the broker.
    days = [NOW + timedelta(days=number, hours=4) for number in range(3)]
    found: list[int] = []
    busy = min([_timed(lambda day=day: found.append(start_due_jobs(day))) for day in days]) * 1000
    assert found == [PRACTICES] * 3
    return [
        Line(id=f"messages-tick-{name}", figure=figure, unit="ms", floor=None, ratio=None, target="< 200 ms",
             held=figure < 200, about=about)
        for name, figure, about in (
            ("idle", idle, f"{PRACTICES} practices, none due"),
            ("busy", busy, f"{PRACTICES} practices, all due at once"))
    ]  # fmt: skip
