"""Konto-Migration of a large practice: 500 old participants with 20,000 future appointments.

Floor of the page: the same practice's empty health check, the cheapest answer of the same process.
"""

import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.test import Client
from django.utils import timezone
from django_scopes import scope

from accounts.models import DoctorRole, OnlineAccount, OnlineParticipant, Patient, Practice, User
from accounts.services.patients import register_patient
from benchmarks.portal import largest_mb, workers_running
from benchmarks.report import Line, percentile
from benchmarks.server import Server, ask, serving
from scheduling.models import AppointmentType, Calendar, CalendarColumn, Entry
from videosprechstunde.models import CallMember, KontoRun, LegacyAppointment, LegacyParticipant, VideoCall
from videosprechstunde.selectors.konto_plan import plan_migration
from videosprechstunde.services.access_codes import issue_access
from videosprechstunde.services.konto.starting import start_run
from videosprechstunde.tans import link_hash

PEOPLE, EACH, COLUMNS, PATIENTS, PROCESSES = 500, 40, 25, 200, 4
ASKED, BATCH = 60, 200
PAGE_MS, RUN_SECONDS, LIMIT_MB = 300, 60, 250
LIST = "/verwaltung/konto-migration/zuordnen/"


def measure() -> list[Line]:
    with _old_service() as host:
        practice, admin = _build(host)
        about = f"{PEOPLE} old participants, {PEOPLE * EACH} appointments, every second with a link that is sent"
        with serving(1) as server:
            lines = _list_page(server, admin, about)
        with workers_running(PROCESSES) as worker:
            # A worker that is still starting is none.
            time.sleep(10)
            lines += _run(practice, admin, lambda: largest_mb(worker), about)
    return lines


def _list_page(server: Server, admin: User, about: str) -> list[Line]:
    client = Client(headers={"host": "localhost"})
    client.force_login(admin)
    page = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"}
    connection = server.connect()
    took, floor = [], []
    for number in range(ASKED):
        address = f"{LIST}?seite={1 + number % 10}" if number % 3 else f"{LIST}?offen=1"
        status, _body, seconds = ask(connection, "GET", address, page)
        assert status == 200, (address, status)
        took.append(1000 * seconds)
        floor.append(1000 * ask(connection, "GET", "/healthz", {})[2])
    # The first ones compile the templates.
    p95, bare = percentile(took[5:], 0.95), percentile(floor[5:], 0.5)
    return [
        Line(
            id="konto-list-p95", figure=p95, unit="ms", floor=bare, ratio=p95 / bare, target=f"P95 < {PAGE_MS} ms",
            held=p95 < PAGE_MS, about=f"P50 {percentile(took[5:], 0.5):.0f} ms; floor: /healthz; {about}",
        ),
        Line(
            id="konto-web-memory", figure=server.memory_mb(), unit="MB", floor=None, ratio=None,
            target=f"< {LIMIT_MB} MB", held=server.memory_mb() < LIMIT_MB, about=about,
        ),
    ]  # fmt: skip


def _run(practice: Practice, admin: User, memory: Callable[[], float], about: str) -> list[Line]:
    now = timezone.now()
    with scope(practice=practice):
        _assign(practice)
        began = time.perf_counter()
        fingerprint = plan_migration(now).fingerprint
        planned = time.perf_counter() - began
        began = time.perf_counter()
        run = start_run(
            practice=practice, typed_name=practice.name, fingerprint=fingerprint, actor=admin, now=timezone.now()
        )
        most = 0.0
        while KontoRun.objects.filter(pk=run.pk, finished_at=None).exists():
            assert time.perf_counter() - began < 600, "the run does not end"
            most = max(most, memory())
            time.sleep(0.25)
        took = time.perf_counter() - began
        assert not LegacyParticipant.objects.filter(gone_at=None).exists()
        moved = VideoCall.objects.filter(provider="builtin", participant__isnull=False).count()
        assert moved == PEOPLE * EACH, moved
    return [
        Line(
            id="konto-dry-run", figure=planned, unit="s", floor=None, ratio=None, target="< 2 s", held=planned < 2,
            about=about,
        ),
        Line(
            id="konto-run", figure=took, unit="s", floor=None, ratio=None, target=f"< {RUN_SECONDS} s",
            held=took < RUN_SECONDS, about=f"{PROCESSES} worker processes; {about}",
        ),
        Line(
            id="konto-worker-memory", figure=most, unit="MB", floor=None, ratio=None, target=f"< {LIMIT_MB} MB",
            held=most < LIMIT_MB, about=about,
        ),
    ]  # fmt: skip


def _assign(practice: Practice) -> None:
    targets = OnlineParticipant.objects.filter(practice=practice).order_by("pk")
    for legacy, target in zip(LegacyParticipant.objects.order_by("pk"), targets, strict=True):
        LegacyParticipant.objects.filter(pk=legacy.pk).update(choice="assign", assigned_to=target)


def _build(host: str) -> tuple[Practice, User]:
    now = timezone.now()
    practice = Practice.objects.create(slug="konto", name="Praxis Konto", second_factor_from=date(2099, 1, 1))
    admin = User.objects.create_user("admin@konto.example", None, practice=practice, role=User.Role.PRACTICE_ADMIN)
    with scope(practice=practice):
        account = OnlineAccount.objects.create(
            practice=practice, licensee="Konto", email="k@k.example", created_at=now, confirmed_at=now
        )
        OnlineParticipant.objects.bulk_create(
            OnlineParticipant(practice=practice, account=account, name=f"Dr. Neu {n:03}", created_at=now)
            for n in range(PEOPLE)
        )
        roles = DoctorRole.objects.bulk_create(
            DoctorRole(practice=practice, name=f"Rolle {n:03}") for n in range(PEOPLE)
        )
        people = LegacyParticipant.objects.bulk_create(
            LegacyParticipant(
                practice=practice, name=f"Dr. Alt {n:03}", email=f"alt{n}@alt.example", provider="VSS alt", host=host,
                provider_user=f"alt-{n}", credentials=f"kennwort-{n}", imported_at=now,
            )
            for n in range(PEOPLE)
        )  # fmt: skip
        link = LegacyParticipant.doctor_roles.through
        link.objects.bulk_create(
            link(legacyparticipant=one, doctorrole=role) for one, role in zip(people, roles, strict=True)
        )
        entries = _entries(practice, now)
        _calls(practice, entries, people, now)
    return practice, admin


def _entries(practice: Practice, now: datetime) -> list[Entry]:
    calendar = Calendar.objects.create(practice=practice, name="Kalender")
    kind = AppointmentType.objects.create(practice=practice, name="Videosprechstunde", is_video=True)
    columns = [
        CalendarColumn.objects.create(practice=practice, calendar=calendar, name=f"Video {n}", position=n)
        for n in range(COLUMNS)
    ]
    patients: list[Patient] = [
        register_patient(
            practice=practice, actor=None, now=now, last_name=f"Muster{n}", first_name="Maria",
            birth_date=date(1960, 1, 1), email=f"m{n}@patient.example" if n % 4 else "",
        )
        for n in range(PATIENTS)
    ]  # fmt: skip
    first = now.replace(second=0, microsecond=0) + timedelta(days=1)
    return Entry.objects.bulk_create(
        (
            Entry(
                practice=practice, column=columns[n % COLUMNS], kind="appointment", placement="grid",
                starts_at=first + timedelta(minutes=15 * (n // COLUMNS)),
                ends_at=first + timedelta(minutes=15 * (n // COLUMNS) + 15), patient=patients[n % PATIENTS],
                appointment_type=kind, is_video=True,
            )
            for n in range(PEOPLE * EACH)
        ),
        batch_size=BATCH,
    )  # fmt: skip


def _calls(practice: Practice, entries: list[Entry], people: list[LegacyParticipant], now: datetime) -> None:
    calls = VideoCall.objects.bulk_create(
        (
            VideoCall(
                practice=practice, entry=entry, public_id=secrets.token_hex(8), created_at=now,
                opens_at=entry.starts_at - timedelta(hours=1), closes_at=entry.ends_at + timedelta(hours=2),
                provider="external", external_link=f"https://alt.example/raum/{_secret(n)}",
            )
            for n, entry in enumerate(entries)
        ),
        batch_size=BATCH,
    )  # fmt: skip
    members = []
    for call, entry in zip(calls, entries, strict=True):
        member = CallMember(practice=practice, call=call, side="patient", created_at=now)
        issue_access(member, patient_id=entry.patient_id)
        members.append(member)
    CallMember.objects.bulk_create(members, batch_size=BATCH)
    LegacyAppointment.objects.bulk_create(
        (
            LegacyAppointment(
                practice=practice, participant=people[n % PEOPLE], entry=entry, source_id=f"t-{n}",
                link=f"https://alt.example/raum/{_secret(n)}", link_hash=link_hash(_secret(n)),
                link_sent_at=now if n % 2 else None,
            )
            for n, entry in enumerate(entries)
        ),
        batch_size=BATCH,
    )  # fmt: skip


def _secret(number: int) -> str:
    return f"altes-geheimnis-nummer-{number:06}"


@contextmanager
def _old_service() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "simulators.legacy_vss", "--port", "0"]
        command += ["--store", str(Path(folder) / "accounts.sqlite3")]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        try:
            assert process.stdout
            yield process.stdout.readline().strip()
        finally:
            process.terminate()
            process.wait(20)
