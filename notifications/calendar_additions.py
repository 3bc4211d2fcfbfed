"""Messages inside the calendar: who could not be reminded, what became of each reminder, what asks for attention."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from notifications.selectors.entries import alarms_of, reminder_state
from scheduling.models import Entry
from scheduling.selectors.additions import EntryPanel, EntrySign, add_panel, add_signs

PANEL = "notifications/entry_panel.html"


@add_signs
def signs(entry_ids: Collection[int], now: datetime) -> Mapping[int, Sequence[EntrySign]]:
    """Only what a person should act on: a calendar full of little envelopes says nothing."""
    return {entry_id: [EntrySign(words, "letter", is_alarm=True)] for entry_id, words in alarms_of(entry_ids).items()}


@add_panel
def panel(entry: Entry, now: datetime) -> EntryPanel | None:
    state = reminder_state(entry, now)
    return EntryPanel(PANEL, {"state": state, "entry": entry}) if state else None
