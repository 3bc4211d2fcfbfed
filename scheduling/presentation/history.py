"""Lines of the history page: who did what to whom, with old and new values in words."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from scheduling.models import Entry, EntryChange
from scheduling.models.entry import Kind, NotifiedBy, Placement, Status
from scheduling.presentation.people import full_name
from scheduling.presentation.sentences import PersonOf, action_words, author_words
from scheduling.presentation.setup import when
from scheduling.selectors.history import Names

LABELS = {
    "starts_at": gettext_lazy("Beginn"), "ends_at": gettext_lazy("Ende"), "column_id": gettext_lazy("Spalte"),
    "kind": gettext_lazy("Art"), "placement": gettext_lazy("Platz"), "text": gettext_lazy("Notiz"),
    "patient_id": gettext_lazy("Patient"), "last_name": gettext_lazy("Nachname"),
    "first_name": gettext_lazy("Vorname"), "birth_date": gettext_lazy("Geburtsdatum"),
    "contact_phone": gettext_lazy("Telefon"), "appointment_type_id": gettext_lazy("Terminart"),
    "status": gettext_lazy("Status"), "notified_by": gettext_lazy("Schreibt dem Patienten"),
    "is_video": gettext_lazy("Video"),
}  # fmt: skip
# What a new entry is told by; the rest stands in the entry itself.
NEW_FIELDS = ("column_id", "starts_at", "ends_at", "appointment_type_id", "status")


@dataclass(frozen=True)
class Difference:
    label: str
    old: str
    new: str


@dataclass(frozen=True)
class HistoryRow:
    at: datetime
    author: str
    action: str
    subject: str
    born: date | None
    about: str
    differences: list[Difference]
    is_undone: bool


def history_rows(changes: Sequence[EntryChange], names: Names, zone: ZoneInfo) -> list[HistoryRow]:
    return [_row(change, names, zone) for change in changes]


def _row(change: EntryChange, names: Names, zone: ZoneInfo) -> HistoryRow:
    entry = change.entry
    is_appointment = entry.kind == Kind.APPOINTMENT
    who = PersonOf(entry)
    return HistoryRow(
        at=change.at,
        author=author_words(change, entry),
        action=_what(change, entry),
        subject=full_name(who) if is_appointment else entry.text,
        born=who.person_born if is_appointment else None,
        about=f"{when(entry.starts_at, entry.ends_at, zone)}, {entry.column.name}",
        differences=_differences(change, names, zone),
        is_undone=change.undone_at is not None,
    )


def _what(change: EntryChange, entry: Entry) -> str:
    """ "Termin verschoben"; "Status geändert" says already of what."""
    action = action_words(change, entry)
    return action if action[0].isupper() else f"{Kind(entry.kind).label} {action}"


def _differences(change: EntryChange, names: Names, zone: ZoneInfo) -> list[Difference]:
    before, after = change.before, change.after
    shown = LABELS if before else NEW_FIELDS
    found = []
    for name in shown:
        if name not in after or (not before and after[name] in (None, "")):
            continue
        old = _words(name, before[name], names, zone) if name in before else ""
        found.append(Difference(str(LABELS[name]), old, _words(name, after[name], names, zone)))
    return found


def _words(name: str, value: Any, names: Names, zone: ZoneInfo) -> str:
    if value in (None, ""):
        return "–"
    readers: dict[str, Callable[[Any], str]] = {
        "starts_at": lambda text: _instant(text, zone),
        "ends_at": lambda text: _instant(text, zone),
        "birth_date": lambda text: formats.date_format(date.fromisoformat(text), "d.m.Y"),
        "column_id": lambda key: names.columns.get(key, "–"),
        "patient_id": lambda key: names.patients.get(key, "–"),
        "appointment_type_id": lambda key: names.types.get(key, "–"),
        "kind": lambda key: str(Kind(key).label),
        "placement": lambda key: str(Placement(key).label),
        "status": lambda key: str(Status(key).label),
        "notified_by": lambda key: str(NotifiedBy(key).label),
        "is_video": lambda flag: _("ja") if flag else _("nein"),
    }
    return readers.get(name, str)(value)


def _instant(text: str, zone: ZoneInfo) -> str:
    return formats.date_format(datetime.fromisoformat(text).astimezone(zone), "D, d.m.Y, H:i")
