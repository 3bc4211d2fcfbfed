from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from scheduling.events import AppointmentBooked
from scheduling.models import CalendarColumn, Entry
from scheduling.models.entry import Kind, Origin, Placement, Status
from scheduling.models.history import Action
from scheduling.services.changing import create_entry
from scheduling.services.conflicts import ensure_free
from scheduling.services.locking import in_column_transaction, lock_columns
from scheduling.services.moving import NotMovable
from scheduling.services.timing import ends_after, minutes_of


@in_column_transaction
def copy_appointment(
    *, entry: Entry, column: CalendarColumn, starts_at: datetime, actor: User | None, now: datetime
) -> Entry:
    """The same person, type and note at another time; a fresh appointment of the practice. What eTermin told of the
    person is erased with the copy, too: it keeps that origin.

    Raises SlotTaken, TimeInvalid, NotMovable.
    """
    if entry.kind != Kind.APPOINTMENT:
        raise NotMovable(_("Nur Termine können kopiert werden."))
    is_from_etermin = entry.origin == Origin.ETERMIN and entry.patient_id is None
    ends_at = ends_after(starts_at, minutes_of(entry.starts_at, entry.ends_at))
    lock_columns([column.pk])
    ensure_free(column, starts_at, ends_at, now=now, type_id=entry.appointment_type_id)
    copy = Entry(
        practice=entry.practice, column=column, kind=Kind.APPOINTMENT, placement=Placement.GRID, starts_at=starts_at,
        ends_at=ends_at, text=entry.text, patient=entry.patient, last_name=entry.last_name,
        first_name=entry.first_name, birth_date=entry.birth_date, contact_phone=entry.contact_phone,
        appointment_type=entry.appointment_type, status=Status.DEFINITE,
        origin=Origin.ETERMIN if is_from_etermin else Origin.PRACTICE, is_video=entry.is_video,
    )  # fmt: skip
    return create_entry(copy, action=Action.COPY, event=AppointmentBooked, actor=actor, now=now)
