"""From the words of a request to the services of the calendar."""

from datetime import date, datetime
from typing import Any, TypedDict, TypeVar, cast

from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.request import Request

from accounts.models import ApiToken, Patient, User
from accounts.selectors import match_person, patient_by_id
from accounts.services.patients import PatientInvalid, ensure_birth_date
from integrations.api.problems import Problem, not_found, pointed_at
from scheduling.access import bookable_column_for, bookable_type_for, bookables_for
from scheduling.models import AppointmentType, CalendarColumn, Entry
from scheduling.services import (
    EntryChanged,
    cancel_appointment,
    edit_appointment,
    make_extra,
    move_entry,
    resize_entry,
    set_visit_status,
)
from scheduling.services.booking import NewAppointment, Origin, Person, Placement, Status
from scheduling.services.changing import check_version
from scheduling.services.locking import in_column_transaction

TRIES = 3
Found = TypeVar("Found")


class Whom(TypedDict, total=False):
    patient: Patient
    person: Person


def new_appointment(request: Request, body: dict[str, Any]) -> NewAppointment:
    """What a checked body asks for. Raises Problem 404 for what it points at in vain."""
    extra = Placement.EXTRA if body.get("extra") else Placement.GRID
    type_id, given = body.get("appointment_type"), body["patient"]
    patient_id = given if isinstance(given, int) else None
    found = bookables_for(request, column_id=body["column"], type_id=type_id, patient_id=patient_id)
    column = _there("column", found.column)
    column.practice = cast(ApiToken, request.auth).practice
    if type_id is not None:
        _there("appointment_type", found.appointment_type)
    whom: Whom = people(given) if patient_id is None else {"patient": _there("patient", found.patient)}
    return NewAppointment(
        column=column, starts_at=body["starts_at"], appointment_type=found.appointment_type,
        minutes=body.get("minutes"), text=body.get("text", ""), status=Status(body.get("status", Status.DEFINITE)),
        origin=Origin.API, is_video=body.get("is_video"), placement=extra, **whom,
    )  # fmt: skip


def _there(field: str, row: Found | None) -> Found:
    if row is None:
        raise not_found(field)
    return row


def active_column(request: Request, column_id: int) -> CalendarColumn:
    column = pointed_at("column", bookable_column_for, request, column_id)
    column.practice = cast(ApiToken, request.auth).practice
    return column


def active_type(request: Request, type_id: int | None) -> AppointmentType | None:
    if type_id is None:
        return None
    return pointed_at("appointment_type", bookable_type_for, request, type_id)


def people(given: int | dict[str, Any]) -> Whom:
    """The patient meant by an id or by name and birth date; otherwise a provisional person (mission B2, S4)."""
    if isinstance(given, int):
        patient = patient_by_id(given)
        if patient is None:
            raise not_found("patient")
        return {"patient": patient}
    last_name, first_name, birth_date = given["last_name"], given.get("first_name", ""), given.get("birth_date")
    if birth_date:
        _ensure_birth_date(birth_date)
    known = match_person(last_name=last_name, first_name=first_name, birth_date=birth_date)
    if known:
        return {"patient": known}
    phone = given.get("phone", "")
    person = Person(last_name=last_name, first_name=first_name, birth_date=birth_date, contact_phone=phone)
    return {"person": person}


def _ensure_birth_date(day: date) -> None:
    try:
        ensure_birth_date(day, today=timezone.localdate())
    except PatientInvalid as error:
        raise Problem(422, "impossible", error.message, field=f"patient.{error.field}") from error


@in_column_transaction
def change_appointment(
    *, entry: Entry, body: dict[str, Any], request: Request, actor: User | None, now: datetime
) -> Entry:
    """All of a PATCH or nothing of it. Raises what moving, editing and setting the status raise."""
    status = Status(body["status"]) if "status" in body else None
    if status == Status.CANCELLED:
        _ensure_alone(body)
    check_version(entry, body.get("version"))
    if status == Status.CANCELLED:
        return cancel_appointment(entry=entry, actor=actor, now=now)
    _place(entry, body, request, actor, now)
    fields: dict[str, Any] = {name: body[name] for name in ("text", "is_video") if name in body}
    if "appointment_type" in body:
        fields["appointment_type"] = active_type(request, body["appointment_type"])
    if "patient" in body:
        fields |= people(body["patient"])
    if fields:
        edit_appointment(entry=entry, actor=actor, now=now, **fields)
    if status and status != entry.status:
        set_visit_status(entry=entry, status=status, actor=actor, now=now)
    return entry


def _ensure_alone(body: dict[str, Any]) -> None:
    """A cancelled appointment is over: whatever else was asked for could only be dropped."""
    others = sorted(body.keys() - {"status", "version"})
    if others:
        detail = _("Absagen geht nur allein, ohne weitere Änderungen: %(fields)s") % {"fields": ", ".join(others)}
        raise Problem(422, "impossible", detail, fields=others)


def _place(entry: Entry, body: dict[str, Any], request: Request, actor: User | None, now: datetime) -> None:
    moves = "column" in body or "starts_at" in body
    wants_extra = body.get("extra")
    if moves and wants_extra:
        raise Problem(422, "impossible", _("Verschieben führt ins Raster, nicht auf die Zusatzliste."), field="extra")
    if moves or (wants_extra is False and entry.placement == Placement.EXTRA):
        column = active_column(request, body["column"]) if "column" in body else entry.column
        move_entry(
            entry=entry, column=column, starts_at=body.get("starts_at", entry.starts_at),
            minutes=body.get("minutes"), actor=actor, now=now,
        )  # fmt: skip
        return
    if wants_extra and entry.placement != Placement.EXTRA:
        make_extra(entry=entry, actor=actor, now=now)
    # After leaving the grid: beside it no neighbour is in the way of another length.
    if "minutes" in body:
        resize_entry(entry=entry, minutes=body["minutes"], actor=actor, now=now)


def cancel_for_good(*, entry: Entry, actor: User | None, now: datetime) -> None:
    """Whatever a colleague did to the appointment meanwhile, it is cancelled afterwards."""
    for _attempt in range(TRIES - 1):
        try:
            cancel_appointment(entry=entry, actor=actor, now=now)
        except EntryChanged as changed:
            entry = changed.entry
        else:
            return
    cancel_appointment(entry=entry, actor=actor, now=now)
