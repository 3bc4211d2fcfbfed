"""Objects of the calendar enter a view only through here. Missing and foreign both answer 404."""

from collections.abc import Iterable
from typing import Any, NamedTuple, TypeVar

from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from accounts.access import PatientRequest
from accounts.models import Patient
from accounts.selectors import asked_patient
from praxis.core.rows import row_by_id, rows_by_id
from scheduling.models import AppointmentType, Calendar, CalendarColumn, Entry, GridRule
from scheduling.models.entry import Kind

Bookable = TypeVar("Bookable", CalendarColumn, AppointmentType)


def _entries() -> QuerySet[Entry]:
    return Entry.objects.select_related(
        "practice", "patient", "appointment_type", "column__practice", "created_by", "updated_by"
    )


def entry_for(request: HttpRequest, entry_id: int) -> Entry:
    """Any entry that is not deleted."""
    return get_object_or_404(_entries().filter(deleted_at=None), pk=entry_id)


def appointment_for(request: HttpRequest, entry_id: int) -> Entry:
    """An appointment, cancelled ones included."""
    return get_object_or_404(_entries().filter(deleted_at=None, kind=Kind.APPOINTMENT), pk=entry_id)


def own_appointment_for(request: PatientRequest, appointment_id: int) -> Entry:
    """An appointment of the patient whose area this is, cancelled ones included; anybody else's is none."""
    found = _entries().select_related("column__doctor_role").filter(deleted_at=None, kind=Kind.APPOINTMENT)
    return get_object_or_404(found, pk=appointment_id, patient=request.patient_account.patient_id)


def column_for(request: HttpRequest, column_id: int) -> CalendarColumn:
    return get_object_or_404(CalendarColumn.objects.select_related("practice", "calendar"), pk=column_id)


def columns_for(request: HttpRequest, column_ids: Iterable[int]) -> list[CalendarColumn]:
    """All of them, in the given order, or 404."""
    wanted = list(dict.fromkeys(column_ids))
    found = CalendarColumn.objects.select_related("practice", "calendar").in_bulk(wanted)
    if len(found) != len(wanted):
        raise Http404
    return [found[column_id] for column_id in wanted]


def appointment_type_for(request: HttpRequest, type_id: int) -> AppointmentType:
    return get_object_or_404(AppointmentType.objects, pk=type_id)


class Bookables(NamedTuple):
    """What a booking points at; None: not asked for, missing, foreign or not active."""

    column: CalendarColumn | None
    appointment_type: AppointmentType | None
    patient: Patient | None


def bookables_for(request: HttpRequest, *, column_id: int, type_id: int | None, patient_id: int | None) -> Bookables:
    """For systems that book: everything in one message."""
    asked: dict[str, tuple[Any, int]] = {"column": (CalendarColumn, column_id)}
    if type_id is not None:
        asked["appointment_type"] = (AppointmentType, type_id)
    if patient_id is not None:
        asked["patient"] = asked_patient(patient_id)
    found = dict(zip(asked, rows_by_id(*asked.values()), strict=True))
    usable = {name: row for name, row in found.items() if getattr(row, "is_active", row is not None)}
    return Bookables(usable.get("column"), usable.get("appointment_type"), usable.get("patient"))


def bookable_column_for(request: HttpRequest, column_id: int) -> CalendarColumn:
    """As column_for, for systems that book: only active columns, and nothing joined that a booking does not need."""
    return _active(row_by_id(CalendarColumn, column_id))


def bookable_type_for(request: HttpRequest, type_id: int) -> AppointmentType:
    return _active(row_by_id(AppointmentType, type_id))


def _active(row: Bookable | None) -> Bookable:
    if row is None or not row.is_active:
        raise Http404
    return row


def calendar_for(request: HttpRequest, calendar_id: int) -> Calendar:
    return get_object_or_404(Calendar.objects, pk=calendar_id)


def grid_rule_for(request: HttpRequest, rule_id: int) -> GridRule:
    return get_object_or_404(GridRule.objects.select_related("column__practice"), pk=rule_id)
