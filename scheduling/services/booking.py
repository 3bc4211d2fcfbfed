from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Patient, Practice, User
from praxis.core.exceptions import PraxisError
from scheduling.events import AppointmentBooked, EntryEdited
from scheduling.models import AppointmentType, CalendarColumn, Entry
from scheduling.models.entry import Kind, NotifiedBy, Origin, Placement, Status
from scheduling.models.history import Action
from scheduling.services.changing import change_entry, check_version, create_entry
from scheduling.services.conflicts import ensure_free
from scheduling.services.locking import in_column_transaction, lock_columns
from scheduling.services.timing import ends_after

DEFAULT_MINUTES = 15


class PersonMissing(PraxisError):
    """Neither a patient nor a name was given."""


@dataclass(frozen=True, kw_only=True)
class Person:
    """A provisional person: a name said on the telephone, not (yet) a patient."""

    last_name: str
    first_name: str = ""
    birth_date: date | None = None
    contact_phone: str = ""


@dataclass(frozen=True, kw_only=True)
class NewAppointment:
    """What is to be booked. `minutes` None: the type's own length. Either `patient` or `person`."""

    column: CalendarColumn
    starts_at: datetime
    patient: Patient | None = None
    person: Person | None = None
    appointment_type: AppointmentType | None = None
    minutes: int | None = None
    text: str = ""
    status: Status = Status.DEFINITE
    origin: Origin = Origin.PRACTICE
    notified_by: NotifiedBy = NotifiedBy.PRACTICE
    is_video: bool | None = None
    placement: Placement = Placement.GRID

    def length(self) -> int:
        if self.minutes is not None:
            return self.minutes
        return self.appointment_type.minutes if self.appointment_type else DEFAULT_MINUTES


@in_column_transaction
def book_appointment(*, practice: Practice, wanted: NewAppointment, actor: User | None, now: datetime) -> Entry:
    """Book in the grid, or beside it as an extra appointment (`placement`).

    Raises SlotTaken, TimeInvalid, PersonMissing.
    """
    column = wanted.column
    ends_at = ends_after(wanted.starts_at, wanted.length())
    people = person_fields(wanted.patient, wanted.person)
    appointment_type = wanted.appointment_type
    is_video = wanted.is_video if wanted.is_video is not None else bool(appointment_type and appointment_type.is_video)
    if wanted.placement == Placement.GRID:
        type_id = appointment_type.pk if appointment_type else None
        ensure_free(column, wanted.starts_at, ends_at, now=now, type_id=type_id, with_lock=True)
    entry = Entry(
        practice=practice, column=column, kind=Kind.APPOINTMENT, placement=wanted.placement,
        starts_at=wanted.starts_at, ends_at=ends_at, text=wanted.text, appointment_type=appointment_type,
        status=wanted.status, origin=wanted.origin, notified_by=wanted.notified_by, is_video=is_video, **people,
    )  # fmt: skip
    return create_entry(entry, action=Action.BOOK, event=AppointmentBooked, actor=actor, now=now)


@in_column_transaction
def edit_appointment(
    *, entry: Entry, actor: User | None, now: datetime, version: int | None = None, patient: Patient | None = None,
    person: Person | None = None, minutes: int | None = None, **fields: Any,
) -> Entry:  # fmt: skip
    """Change person, length, type, text, who writes, video, tentative or definite.

    `fields`: any of appointment_type, text, status, notified_by, is_video.
    Raises SlotTaken, TimeInvalid, EntryChanged.
    """
    check_version(entry, version)
    changes: dict[str, Any] = {name: value for name, value in fields.items() if name != "appointment_type"}
    if "appointment_type" in fields:
        changes["appointment_type_id"] = fields["appointment_type"].pk if fields["appointment_type"] else None
    if patient or person:
        changes |= person_fields(patient, person)
        changes["patient_id"] = patient.pk if patient else None
        changes.pop("patient")
    if minutes is not None:
        changes["ends_at"] = ends_after(entry.starts_at, minutes)
        if entry.takes_time:
            lock_columns([entry.column_id])
            ensure_free(entry.column, entry.starts_at, changes["ends_at"], now=now, besides=entry.pk)
    return change_entry(entry, changes, action=Action.EDIT, event=EntryEdited, actor=actor, now=now)


def person_fields(patient: Patient | None, person: Person | None) -> dict[str, Any]:
    """Columns of an entry for a known patient or a provisional person. Raises PersonMissing."""
    if patient is not None:
        return {"patient": patient, "last_name": "", "first_name": "", "birth_date": None, "contact_phone": ""}
    if person is None or not person.last_name.strip():
        raise PersonMissing(_("Bitte einen Patienten wählen oder einen Namen eingeben."), field="last_name")
    return {
        "patient": None, "last_name": person.last_name.strip(), "first_name": person.first_name.strip(),
        "birth_date": person.birth_date, "contact_phone": person.contact_phone.strip(),
    }  # fmt: skip
