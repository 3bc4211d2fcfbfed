"""Every change of taken time in a bound column becomes work for the portal, in the same transaction.

Editing the raster is no such change: seed 001, it tells the portal nothing.
"""

from django.utils import timezone

from integrations.betty24 import calendar_additions, menu
from integrations.betty24.services.queueing import note_changed_entry
from praxis.core.events import subscribe
from scheduling.events import (
    AppointmentBooked,
    AppointmentCancelled,
    AppointmentParked,
    EntryDeleted,
    EntryEdited,
    EntryEvent,
    EntryMoved,
    EntryResized,
    EntryUndone,
    TimeReserved,
)

__all__ = ["calendar_additions", "menu"]


def hear(event: EntryEvent) -> None:
    note_changed_entry(
        entry_id=event.entry_id, column_ids=[event.column_id, event.previous_column_id], now=timezone.now()
    )


# A note takes no time; what becomes of one is an EntryEdited.
for event_type in (
    AppointmentBooked, AppointmentCancelled, AppointmentParked, EntryDeleted, EntryEdited, EntryMoved, EntryResized,
    EntryUndone, TimeReserved,
):  # fmt: skip
    subscribe(event_type, hear)
