"""Seed 001: the name behind a column is set only after the first successful contact."""

from collections.abc import Sequence
from datetime import datetime

from integrations.betty24.client import Betty24Client
from integrations.betty24.models import Betty24Binding

UNKNOWN_CALENDAR = "Das Portal kennt diesen Online-Kalender nicht."


def learn_names(client: Betty24Client, bindings: Sequence[Betty24Binding], *, now: datetime) -> None:
    """Names, slot lengths and zones as the portal has them. Raises OutsideError."""
    calendars = {calendar.id: calendar for calendar in client.calendars()}
    for binding in bindings:
        calendar = calendars.get(binding.calendar_id)
        if calendar is None:
            changes = {"last_error": UNKNOWN_CALENDAR, "last_error_at": now}
        else:
            changes = {
                "name": calendar.name or calendar.id,
                "slot_minutes": calendar.slot_minutes,
                "time_zone": calendar.time_zone,
            }
            if binding.last_error == UNKNOWN_CALENDAR:
                changes["last_error"] = ""
        for name, value in changes.items():
            setattr(binding, name, value)
        binding.save(update_fields=list(changes))
