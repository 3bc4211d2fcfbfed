"""Rows for tests, through the services where a user could make them."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django_scopes import scope

from accounts.models import Mandant, Patient, PatientAccount, Practice, User
from accounts.services.patients import register_patient
from scheduling.models import AppointmentType, Calendar, CalendarColumn, Entry, GridRule
from scheduling.services import NewAppointment, Person, book_appointment

MONDAY = date(2026, 11, 23)
PASSWORD = "einfach-zu-tippen-2026"


def at(hour: int, minute: int = 0, day: date = MONDAY) -> datetime:
    """An instant of that local (Berlin, winter) wall-clock time."""
    return datetime.combine(day, time(hour, minute), tzinfo=UTC) - timedelta(hours=1)


def make_practice(slug: str, **fields: Any) -> Practice:
    practice = Practice.objects.create(slug=slug, name=f"Praxis {slug.title()}", **fields)
    with scope(practice=practice):
        Mandant.objects.create(practice=practice, name="Hauptmandant", licence_number="L-1", is_default=True)
    return practice


def make_user(practice: Practice, email: str, *, role: str = User.Role.RECEPTION, **fields: Any) -> User:
    fields = {"first_name": "Anna", "last_name": "Beispiel"} | fields
    return User.objects.create_user(email, PASSWORD, practice=practice, role=role, **fields)


def make_column(
    practice: Practice, name: str, *, opens: time = time(8), closes: time = time(12), slot_minutes: int = 15,
    weekdays: range = range(5), **fields: Any,
) -> CalendarColumn:  # fmt: skip
    with scope(practice=practice):
        calendar, _ = Calendar.objects.get_or_create(practice=practice, name="Kalender")
        column = CalendarColumn.objects.create(
            practice=practice, calendar=calendar, name=name, position=CalendarColumn.objects.count(), **fields
        )
        for weekday in weekdays:
            make_rule(column, weekday=weekday, from_time=opens, until_time=closes, slot_minutes=slot_minutes)
    return column


def make_rule(column: CalendarColumn, **fields: Any) -> GridRule:
    fields = {"valid_from": date(2020, 1, 1)} | fields
    return GridRule.objects.create(practice=column.practice, column=column, **fields)


def make_type(practice: Practice, name: str, **fields: Any) -> AppointmentType:
    with scope(practice=practice):
        return AppointmentType.objects.create(practice=practice, name=name, **fields)


def make_patient(practice: Practice, last_name: str = "Meier", first_name: str = "Magda", **fields: Any) -> Patient:
    fields = {"birth_date": date(1960, 2, 1)} | fields
    with scope(practice=practice):
        return register_patient(
            practice=practice, actor=None, now=datetime(2026, 1, 1, tzinfo=UTC), last_name=last_name,
            first_name=first_name, **fields,
        )  # fmt: skip


def make_patient_account(patient: Patient, user: User | None = None, **fields: Any) -> PatientAccount:
    """A patient who signs in; without a `user` somebody of their own."""
    who = user or User.objects.create_user(
        f"patient{patient.pk}@post.example", PASSWORD, role="", first_name=patient.first_name,
        last_name=patient.last_name,
    )  # fmt: skip
    long_ago = datetime(2026, 1, 1, tzinfo=UTC)
    fields = {"origin": "reception", "created_at": long_ago, "activated_at": long_ago} | fields
    with scope(practice=patient.practice):
        return PatientAccount.objects.create(practice=patient.practice, patient=patient, user=who, **fields)


def make_appointment(
    column: CalendarColumn,
    starts_at: datetime,
    *,
    actor: User | None = None,
    now: datetime | None = None,
    **wanted: Any,
) -> Entry:
    if "patient" not in wanted:
        wanted = {"person": Person(last_name="Behrens", first_name="Lotte")} | wanted
    with scope(practice=column.practice):
        return book_appointment(
            practice=column.practice, wanted=NewAppointment(column=column, starts_at=starts_at, **wanted), actor=actor,
            now=now or datetime(2026, 11, 23, 5, tzinfo=UTC),
        )  # fmt: skip
