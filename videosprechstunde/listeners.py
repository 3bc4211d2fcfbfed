"""What this wing hears from the floors below and adds to them: calls follow their appointments, the calendar shows
who waits, the menu and the area of patients lead there."""

from django.utils import timezone

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
)
from scheduling.selectors.video import is_video_appointment
from videosprechstunde import account_effects, calendar_additions, menu, patient_additions
from videosprechstunde.selectors.conducting import has_call
from videosprechstunde.services.calls import sync_call


def follow_new(event: EntryEvent) -> None:
    if is_video_appointment(event.entry_id):
        sync_call(entry_id=event.entry_id, actor_id=event.actor_id, now=timezone.now())


def follow(event: EntryEvent) -> None:
    """Also what is no video appointment any more."""
    if is_video_appointment(event.entry_id) or has_call(event.entry_id):
        sync_call(entry_id=event.entry_id, actor_id=event.actor_id, now=timezone.now())


subscribe(AppointmentBooked, follow_new)
for changed in (
    AppointmentCancelled, AppointmentParked, EntryDeleted, EntryEdited, EntryMoved, EntryResized, EntryUndone,
):  # fmt: skip
    subscribe(changed, follow)

__all__ = ["account_effects", "calendar_additions", "menu", "patient_additions"]
