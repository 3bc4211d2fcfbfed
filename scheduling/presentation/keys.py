"""The keys of the calendar, in the notation of js/keys.js."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

USUAL: dict[str, tuple[str, Any]] = {
    "book": ("enter", _("Termin vergeben oder öffnen")),
    "next_free": ("n", _("Nächster freier Termin")),
    "move": ("m", _("Verschieben")),
    "park": ("x", _("Auf das Klemmbrett legen")),
    "place": ("v", _("Vom Klemmbrett einsetzen")),
    "copy": ("c", _("Kopieren")),
    "longer": ("shift+arrowdown", _("Verlängern")),
    "shorter": ("shift+arrowup", _("Verkürzen")),
    "cancel": ("delete", _("Absagen oder löschen")),
    "arrived": ("d", _("Da")),
    "in_room": ("z", _("Im Zimmer")),
    "done": ("f", _("Fertig")),
    "no_show": ("k", _("Nicht erschienen")),
    "today": ("t", _("Heute")),
    "next_day": ("+", _("Weiter")),
    "previous_day": ("-", _("Zurück")),
    "grid": ("g", _("Fokus ins Raster")),
    "search": ("/", _("Patient suchen")),
    "undo": ("ctrl+z", _("Rückgängig")),
    "help": ("?", _("Diese Hilfe")),
}
GROUPS = [
    (_("Termin"), ["book", "next_free", "move", "copy", "park", "place", "longer", "shorter", "cancel"]),
    (_("Besuch"), ["arrived", "in_room", "done", "no_show"]),
    (_("Kalender"), ["today", "next_day", "previous_day", "grid", "search", "undo", "help"]),
]
KEYCAPS = {
    "arrowdown": "↓", "arrowup": "↑", "arrowleft": "←", "arrowright": "→", "enter": "↵", "delete": "Entf",
    "escape": "Esc", "ctrl": "Strg", "shift": "Umschalt", "alt": "Alt",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Key:
    action: str
    label: str
    key: str
    usual: str
    caps: list[str]
    error: str = ""


def usual_keys() -> dict[str, str]:
    return {action: key for action, (key, _label) in USUAL.items()}


def key_groups(changed: Mapping[str, str], *, error: tuple[str, str] = ("", "")) -> list[tuple[str, list[Key]]]:
    """`error`: action and message of the key that cannot be."""
    return [(str(title), [_key(action, changed, error) for action in actions]) for title, actions in GROUPS]


def _key(action: str, changed: Mapping[str, str], error: tuple[str, str]) -> Key:
    usual, label = USUAL[action]
    key = changed.get(action, usual)
    # "+" is a key of its own.
    parts = [key] if key == "+" else key.split("+") if key else []
    caps = [KEYCAPS.get(part, part.upper() if len(part) == 1 else part.capitalize()) for part in parts]
    return Key(action, str(label), key, usual, caps, error[1] if error[0] == action else "")
