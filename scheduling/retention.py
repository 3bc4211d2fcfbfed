from datetime import datetime

from django.db import models

from praxis.core.retention import delete_rows, personal, technical
from scheduling.models import AppointmentType, Calendar, CalendarColumn, Entry, EntryChange, GridRule, Pick
from scheduling.models.entry import Kind, Origin
from scheduling.selectors.history import KEPT

# Mission E9: so many days after the appointment nothing is left of people who came through eTermin alone.
ETERMIN_DAYS = 90
# An appointment needs a name.
FORGOTTEN = "gelöscht"


def forget_person(model: type[models.Model], fields: tuple[str, ...], before: datetime) -> int:
    """Of those whom the practice made its patients, the record says who they are, and that stays."""
    nobody = {"last_name": FORGOTTEN, "first_name": "", "birth_date": None, "contact_phone": "", "text": ""}
    from_etermin = Entry._base_manager.filter(origin=Origin.ETERMIN, kind=Kind.APPOINTMENT, ends_at__lt=before)
    return from_etermin.filter(patient=None).exclude(**nobody).update(**nobody)


def forget_changes(model: type[models.Model], fields: tuple[str, ...], before: datetime) -> int:
    old = EntryChange._base_manager.filter(entry__origin=Origin.ETERMIN, entry__ends_at__lt=before)
    return old.delete()[0]


# Appointments belong to the patient's record. A deleted entry was a mistake: it goes with its history.
personal(
    Entry,
    fields=["patient", "first_name", "last_name", "birth_date", "contact_phone", "text"],
    erase=delete_rows(since="deleted_at"),
    keep_for=KEPT,
)
technical(Entry, ["practice", "column", "appointment_type", "kind", "placement", "status", "origin", "notified_by"])
technical(Entry, ["starts_at", "ends_at", "arrived_at", "in_room_at", "hold_until", "is_video"])
technical(Entry, ["created_at", "created_by", "updated_at", "updated_by", "cancelled_at", "deleted_at"])
technical(Entry, ["batch", "version"])

personal(
    Entry, fields=["last_name", "first_name", "birth_date", "contact_phone", "text"], erase=forget_person,
    keep_days=ETERMIN_DAYS,
)  # fmt: skip
personal(EntryChange, fields=["before", "after", "author"], erase=delete_rows(since="at"), keep_for=KEPT)
personal(EntryChange, fields=["before", "after"], erase=forget_changes, keep_days=ETERMIN_DAYS)
technical(EntryChange, ["practice", "entry", "action", "at", "batch", "version", "undone_at"])

technical(Calendar, ["practice", "name", "position"])
technical(CalendarColumn, ["practice", "calendar", "doctor_role", "kind", "name", "location", "position", "is_active"])
technical(AppointmentType, ["practice", "name", "minutes", "position", "is_active", "is_online", "is_video"])
technical(AppointmentType, ["pack_digest"])
technical(Pick, ["practice", "purpose", "text", "position"])
technical(GridRule, ["practice", "column", "weekday", "from_time", "until_time", "slot_minutes", "is_online"])
technical(GridRule, ["valid_from", "valid_until", "appointment_types"])
