"""Every change of taken time in a bound column becomes work for the portal, in the same transaction.

Editing the raster is no such change: seed 001, it tells the portal nothing.
"""

from collections.abc import Sequence

from django.utils import timezone

from integrations.betty24 import calendar_additions, menu
from integrations.betty24.services.queueing import Changed, note_changed_entries
from praxis.core.events import subscribe_together
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


def hear(events: Sequence[EntryEvent]) -> None:
    changed = [Changed(event.entry_id, (event.column_id, event.previous_column_id)) for event in events]
    note_changed_entries(changed, now=timezone.now())


# A note takes no time; what becomes of one is an EntryEdited.
for event_type in (
    AppointmentBooked, AppointmentCancelled, AppointmentParked, EntryDeleted, EntryEdited, EntryMoved, EntryResized,
    EntryUndone, TimeReserved,
):  # fmt: skip
    subscribe_together(event_type, hear)
