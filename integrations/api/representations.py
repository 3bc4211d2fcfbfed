"""Rows as the API shows them. Who somebody is needs the scope patients:read; the calendar alone shows an id."""

from typing import Any

from accounts.models import ApiToken, Patient
from integrations.api.answers import LocalTimes
from scheduling.models import AppointmentType, CalendarColumn, Entry

SHORT = ("id", "number", "last_name", "first_name")
LONG = (
    *SHORT, "title", "affix", "sex", "street", "postal_code", "city", "mobile", "phone", "email", "insurance_number",
)  # fmt: skip


def may_see_people(token: ApiToken) -> bool:
    return ApiToken.Scope.PATIENTS_READ in token.scopes


def show_column(column: CalendarColumn) -> dict[str, Any]:
    return {
        "id": column.pk, "name": column.name, "kind": column.kind, "location": column.location,
        "calendar": column.calendar_id, "calendar_name": column.calendar.name, "doctor_role": column.doctor_role_id,
    }  # fmt: skip


def show_type(kind: AppointmentType) -> dict[str, Any]:
    return {
        "id": kind.pk, "name": kind.name, "minutes": kind.minutes, "is_video": kind.is_video,
        "is_online": kind.is_online,
    }  # fmt: skip


def show_appointment(entry: Entry, times: LocalTimes, *, people: bool) -> dict[str, Any]:
    """`people`: the token may read patients. A note of the team may name somebody too."""
    return {
        "id": entry.pk,
        "column": entry.column_id,
        "starts_at": times.text(entry.starts_at),
        "ends_at": times.text(entry.ends_at),
        "minutes": round((entry.ends_at - entry.starts_at).total_seconds() / 60),
        "appointment_type": entry.appointment_type_id,
        "patient": entry.patient_id,
        "person": _person(entry) if people else None,
        "status": entry.status,
        "placement": entry.placement,
        "origin": entry.origin,
        "text": entry.text if people else None,
        "is_video": entry.is_video,
        "version": entry.version,
    }


def _person(entry: Entry) -> dict[str, Any]:
    who = entry.patient or entry
    day = who.birth_date
    return {"last_name": who.last_name, "first_name": who.first_name, "birth_date": day.isoformat() if day else None}


def show_found_patient(patient: Patient) -> dict[str, Any]:
    return _fields(patient, SHORT)


def show_patient(patient: Patient) -> dict[str, Any]:
    day = patient.deceased_on
    return _fields(patient, LONG) | {"deceased_on": day.isoformat() if day else None}


def _fields(patient: Patient, names: tuple[str, ...]) -> dict[str, Any]:
    day = patient.birth_date
    return {name: getattr(patient, name) for name in names} | {"birth_date": day.isoformat() if day else None}
