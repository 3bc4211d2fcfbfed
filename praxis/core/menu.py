"""The main menu. An upper app adds its entries once, in its `listeners.py`."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """`short`: the label where there is little room. `news`: how many things wait there, asked inside the scope of the
    practice once per page; None when the practice has no use for the page."""

    url_name: str
    label: Any
    icon: str
    admins_only: bool = False
    short: Any = ""
    news: Callable[[], int | None] | None = None


MENU = [
    MenuEntry("today", _("Heute"), "list"),
    MenuEntry("calendar", _("Kalender"), "calendar"),
    MenuEntry("patients", _("Patienten"), "users"),
    MenuEntry("settings", _("Einstellungen"), "settings", admins_only=True),
]


def add_menu_entry(entry: MenuEntry, *, after: str) -> None:
    """Behind the entry with that URL name. Adding twice changes nothing."""
    names = [known.url_name for known in MENU]
    if entry.url_name not in names:
        MENU.insert(names.index(after) + 1, entry)
