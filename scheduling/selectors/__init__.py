"""Reads of the calendar. Everything here runs inside the scope of one practice."""

from scheduling.selectors.columns import active_appointment_types, active_columns
from scheduling.selectors.entries import entries_of_patient
from scheduling.selectors.free import FreeSlotQuery, find_free_slots, next_free_slots
from scheduling.selectors.history import changes_of_entry, recent_changes

__all__ = [
    "FreeSlotQuery",
    "active_appointment_types",
    "active_columns",
    "changes_of_entry",
    "entries_of_patient",
    "find_free_slots",
    "next_free_slots",
    "recent_changes",
]
