"""The demo practice itself: people who sign in, columns, hours, appointment types."""

import random
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from accounts.models import DoctorRole, Mandant, Patient, Practice, User
from accounts.selectors import living_patients, user_by_email
from accounts.services.demo_registrations import open_demo_registration
from accounts.services.demo_users import create_demo_user
from accounts.services.doctor_roles import create_doctor_role
from accounts.services.mandanten import create_mandant
from accounts.services.patients import as_fields, register_patient, update_patient
from accounts.services.treatments import add_treatment
from scheduling.demo.people import patients
from scheduling.models import AppointmentType, Calendar, CalendarColumn
from scheduling.services.appointment_types import create_appointment_type
from scheduling.services.calendars import create_calendar
from scheduling.services.columns import create_column
from scheduling.services.grid_rules import RasterDraft, add_grid_rules

PATIENTS = 150
WEEK = (0, 1, 2, 3, 4)
TYPES = (
    ("Kontrolle", 15, False, True), ("Akut", 15, False, True), ("Befund", 15, False, False),
    ("Impfung", 15, False, True), ("Check-up 35", 30, False, True), ("Neupatient", 30, False, True),
    ("DMP Diabetes", 30, False, False), ("Ruhe-EKG", 15, False, False), ("Belastungs-EKG", 30, False, False),
    ("Langzeit-EKG", 15, False, False), ("Blutabnahme", 15, False, False), ("Verband", 15, False, False),
    ("Videosprechstunde", 15, True, True),
)  # fmt: skip
# Column, kind, place, hours (weekdays, from, until, online), which types.
COLUMNS = (
    ("Dr. Reuter", "doctor", "Zi 1", (
        (WEEK, time(8), time(12, 30), True), ((0, 1, 3), time(14), time(17, 30), True)),
     ("Kontrolle", "Akut", "Befund", "Impfung", "Check-up 35", "Neupatient", "DMP Diabetes")),
    ("Dr. Brandes", "doctor", "Zi 2", (
        ((0, 1, 3, 4), time(8), time(12), True), ((0, 1, 3), time(14), time(18), True),
        ((2,), time(9), time(13), False), ((2, 4), time(14), time(17), True)),
     ("Kontrolle", "Akut", "Befund", "Impfung", "Check-up 35", "Neupatient")),
    ("EKG", "device", "Raum 4", ((WEEK, time(8), time(12), False), ((0, 1, 3), time(14), time(16, 30), False)),
     ("Ruhe-EKG", "Belastungs-EKG", "Langzeit-EKG")),
    ("Labor", "room", "Raum 5", ((WEEK, time(7, 30), time(11, 30), False),), ("Blutabnahme", "Verband", "Impfung")),
    ("Video", "video", "online", (
        ((0, 2, 4), time(8, 30), time(12), True), ((0, 1, 3), time(15, 30), time(18), True)),
     ("Videosprechstunde",)),
)  # fmt: skip


@dataclass
class House:
    """What the week is filled with."""

    practice: Practice
    reception: User
    columns: dict[str, CalendarColumn]
    types: dict[str, AppointmentType]
    allowed: dict[str, list[AppointmentType]]
    patients: list[Patient] = field(default_factory=list)


def build_house(practice: Practice, chance: random.Random, *, now: datetime, today: date) -> House:
    """Everything of a practice but its appointments, through the services a person would use."""
    admin = _user(practice, "admin@demo.example", "Susanne", "Arndt", User.Role.PRACTICE_ADMIN, None, now)
    reception = _user(practice, "empfang@demo.example", "Mira", "Seidel", User.Role.RECEPTION, admin, now)
    doctor = _user(practice, "aerztin@demo.example", "Helene", "Reuter", User.Role.DOCTOR, admin, now)
    mandant = create_mandant(practice=practice, name="Praxis am Markt", licence_number="DE-4711-01", actor=admin)
    create_mandant(practice=practice, name="Dr. Brandes privat", licence_number="DE-4711-02", actor=admin)
    roles = {
        "Dr. Reuter": create_doctor_role(practice=practice, name="Dr. med. Helene Reuter", user=doctor, actor=admin),
        "Dr. Brandes": create_doctor_role(practice=practice, name="Dr. med. Thomas Brandes", actor=admin),
    }
    types = {
        name: create_appointment_type(
            practice=practice, actor=admin, name=name, minutes=minutes, is_video=is_video, is_online=is_online
        )
        for name, minutes, is_video, is_online in TYPES
    }
    calendar = create_calendar(practice=practice, name="Praxis", actor=admin)
    # Dr. Reuter holds the video calls.
    held_by = roles | {"Video": roles["Dr. Reuter"]}
    columns = {row[0]: _column(calendar, row, held_by.get(row[0]), types, admin, today) for row in COLUMNS}
    people = _patients(practice, chance, mandant, list(roles.values()), reception, now, today)
    open_demo_registration(practice=practice, known=people[-1], actor=admin, now=now)
    allowed = {row[0]: [types[name] for name in row[4]] for row in COLUMNS}
    return House(practice, reception, columns, types, allowed, people)


def find_house(practice: Practice) -> House | None:
    """The demo practice of an earlier run, with what its people changed since; None when its reception is gone."""
    reception = user_by_email("empfang@demo.example")
    if reception is None or reception.practice != practice:
        return None
    columns = {column.name: column for column in CalendarColumn.objects.filter(is_active=True)}
    types = {kind.name: kind for kind in AppointmentType.objects.filter(is_active=True)}
    allowed = {row[0]: [types[name] for name in row[4] if name in types] for row in COLUMNS}
    return House(practice, reception, columns, types, allowed, list(living_patients()[:PATIENTS]))


def _user(practice: Practice, email: str, first: str, last: str, role: str, actor: User | None, now: datetime) -> User:
    return create_demo_user(
        practice=practice, email=email, first_name=first, last_name=last, role=role, actor=actor, now=now
    )


def _column(
    calendar: Calendar, row: tuple, role: DoctorRole | None, types: dict[str, AppointmentType], admin: User, today: date
) -> CalendarColumn:
    name, kind, location, hours, type_names = row
    column = create_column(calendar=calendar, name=name, kind=kind, location=location, doctor_role=role, actor=admin)
    first_day = date(today.year - 1, 1, 1)
    # Doctors take any type; a device or the laboratory only what it is for.
    allowed = [] if kind == "doctor" else [types[type_name] for type_name in type_names]
    for weekdays, from_time, until_time, is_online in hours:
        draft = RasterDraft(
            weekdays=weekdays, from_time=from_time, until_time=until_time, slot_minutes=15, valid_from=first_day,
            appointment_types=allowed, is_online=is_online,
        )  # fmt: skip
        add_grid_rules(column=column, draft=draft, actor=admin)
    return column


def _patients(
    practice: Practice, chance: random.Random, mandant: Mandant, roles: list[DoctorRole], actor: User, now: datetime,
    today: date,
) -> list[Patient]:  # fmt: skip
    registered = []
    for fields in patients(chance, PATIENTS, today):
        patient = register_patient(practice=practice, actor=actor, now=now, **as_fields(fields))
        registered.append(patient)
        if chance.random() < 0.4:
            born = patient.birth_date or today
            began_on = max(born, today - timedelta(days=chance.randint(30, 2500)))
            add_treatment(
                patient=patient, mandant=mandant, doctor_role=chance.choice(roles), started_on=began_on, actor=actor
            )
    update_patient(patient=registered.pop(), actor=actor, now=now, deceased_on=today - timedelta(days=40))
    return registered
