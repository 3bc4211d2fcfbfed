"""The data of all figures: SEED, two practices, 15-minute raster, two years of past, twelve weeks of future."""

import random
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone
from django_scopes import scope

from accounts.models import Patient, Practice, User
from accounts.services.patients import register_patient
from accounts.services.tokens import create_token
from scheduling.models import AppointmentType, Calendar, CalendarColumn, GridRule

SEED = 20261125
HOURS = ((time(8), time(12)), (time(13), time(17)))
PAST_DAYS, FUTURE_DAYS = 730, 84
PATIENTS = 300
SCOPES = ("calendar:read", "calendar:write", "patients:read", "patients:write")


@dataclass(frozen=True)
class World:
    """A practice with `columns` columns, booked to `fill`."""

    practice: Practice
    user: User
    token: str
    columns: list[CalendarColumn]
    appointment_type: AppointmentType
    patients: list[Patient]
    today: date
    fill: float
    rows: int

    @property
    def about(self) -> str:
        return f"{len(self.columns)} columns, {self.fill:.0%} full, {self.rows} entries, seed {SEED}"


def build(slug: str, *, columns: int, fill: float) -> World:
    rng = random.Random(f"{SEED}-{slug}")
    now = timezone.now()
    today = now.date() - timedelta(days=now.weekday())
    practice = Practice.objects.create(slug=slug, name=slug)
    with scope(practice=practice):
        user = User.objects.create_user(f"{slug}@bench.example", None, practice=practice)
        _token, secret = create_token(user=user, scopes=SCOPES, now=now)
        appointment_type = AppointmentType.objects.create(practice=practice, name="Kontrolle", minutes=15)
        calendar = Calendar.objects.create(practice=practice, name="Kalender")
        made = [_column(practice, calendar, number) for number in range(columns)]
        patients = [
            register_patient(
                practice=practice, actor=None, now=now, last_name=f"Muster{n}", first_name="Maria",
                birth_date=date(1940 + n % 70, 1 + n % 12, 1 + n % 28),
            )
            for n in range(PATIENTS)
        ]  # fmt: skip
        rows = _copy(_entries(practice, made, appointment_type, patients, today, fill, rng))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return World(practice, user, secret, made, appointment_type, patients, today, fill, rows)


def _column(practice: Practice, calendar: Calendar, number: int) -> CalendarColumn:
    column = CalendarColumn.objects.create(
        practice=practice, calendar=calendar, name=f"Spalte {number}", position=number
    )
    GridRule.objects.bulk_create(
        GridRule(
            practice=practice, column=column, weekday=weekday, from_time=opens, until_time=closes, slot_minutes=15,
            valid_from=date(2020, 1, 1),
        )
        for weekday in range(5)
        for opens, closes in HOURS
    )  # fmt: skip
    return column


def _entries(
    practice: Practice, columns: list[CalendarColumn], appointment_type: AppointmentType, patients: list[Patient],
    today: date, fill: float, rng: random.Random,
) -> Iterator[tuple[Any, ...]]:  # fmt: skip
    for column in columns:
        for offset in range(-PAST_DAYS, FUTURE_DAYS):
            day = today + timedelta(days=offset)
            if day.weekday() >= 5:
                continue
            status = "done" if offset < 0 else "definite"
            for start in _starts(day):
                if rng.random() < fill:
                    patient = rng.choice(patients)
                    yield (
                        practice.pk, column.pk, "appointment", "grid", start, start + timedelta(minutes=15), "",
                        patient.pk, "", "", "", appointment_type.pk, status, "practice", "practice", False, 1,
                        uuid.uuid4(),
                    )  # fmt: skip


def _starts(day: date) -> Iterator[datetime]:
    # Winter time the whole year: the figures need full columns, not change nights.
    for opens, closes in HOURS:
        moment = datetime.combine(day, opens, tzinfo=UTC) - timedelta(hours=1)
        while moment < datetime.combine(day, closes, tzinfo=UTC) - timedelta(hours=1):
            yield moment
            moment += timedelta(minutes=15)


def _copy(rows: Iterator[tuple[Any, ...]]) -> int:
    names = (
        "practice_id, column_id, kind, placement, starts_at, ends_at, text, patient_id, last_name, first_name, "
        "contact_phone, appointment_type_id, status, origin, notified_by, is_video, version, batch"
    )
    count = 0
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY scheduling_entry ({names}) FROM STDIN") as copy,
    ):
        for row in rows:
            copy.write_row(row)
            count += 1
    return count
