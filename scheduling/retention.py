from praxis.core.retention import delete_rows, personal, technical
from scheduling.models import AppointmentType, Calendar, CalendarColumn, Entry, EntryChange, GridRule
from scheduling.selectors.history import KEPT

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

personal(EntryChange, fields=["before", "after", "author"], erase=delete_rows(since="at"), keep_for=KEPT)
technical(EntryChange, ["practice", "entry", "action", "at", "batch", "version", "undone_at"])

technical(Calendar, ["practice", "name", "position"])
technical(CalendarColumn, ["practice", "calendar", "doctor_role", "kind", "name", "location", "position", "is_active"])
technical(AppointmentType, ["practice", "name", "minutes", "position", "is_active", "is_online", "is_video"])
technical(GridRule, ["practice", "column", "weekday", "from_time", "until_time", "slot_minutes", "is_online"])
technical(GridRule, ["valid_from", "valid_until", "appointment_types"])
