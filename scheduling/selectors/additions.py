"""What the floors above add to the calendar: a sign on an entry, a part of its dialog, a notice above the page.

An upper app registers its functions once (in its `listeners.py`); the calendar asks them when it draws. Each function
runs inside the scope of the practice and costs a number of queries that does not grow with the entries it is asked for.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from scheduling.models import Entry


@dataclass(frozen=True, slots=True)
class EntrySign:
    """`words` is what is spoken and shown on pointing; `icon` a name of the sprite; `is_alarm` asks a person to act.

    `tone` ("ok", "warn", "danger"): a state of the visit itself instead of something not final; `short` is then
    written beside the icon where there is room.
    """

    words: str
    icon: str
    is_alarm: bool = False
    tone: str = ""
    short: str = ""


@dataclass(frozen=True, slots=True)
class EntryPanel:
    """A section of the entry's dialog: a template and what it needs. `reads`: type and id of the record of a patient
    that it shows, for the audit trail."""

    template: str
    context: dict[str, Any]
    reads: tuple[str, int] | None = None


@dataclass(frozen=True, slots=True)
class PageNotice:
    """A line above the calendar, in words a receptionist understands, with the one place to go: the words
    themselves lead there, or `link_words` after them. `link_roles`: who may go there; empty: everybody."""

    words: str
    url: str
    link_words: str = ""
    is_alarm: bool = False
    link_roles: tuple[str, ...] = ()


SignsOf = Callable[[Collection[int], datetime], Mapping[int, Sequence[EntrySign]]]
PanelOf = Callable[[Entry, datetime], EntryPanel | None]
NoticesOf = Callable[[datetime], Sequence[PageNotice]]

_signs: list[SignsOf] = []
_video_signs: list[SignsOf] = []
_panels: list[PanelOf] = []
_notices: list[NoticesOf] = []


def add_signs(function: SignsOf) -> SignsOf:
    """Decorator: `function(entry_ids, now)` answers the signs of those entries that have any."""
    _signs.append(function)
    return function


def add_video_signs(function: SignsOf) -> SignsOf:
    """Decorator: as `add_signs`, for video appointments only. A page without any asks nothing."""
    _video_signs.append(function)
    return function


def add_panel(function: PanelOf) -> PanelOf:
    """Decorator: `function(entry, now)` answers its part of the entry's dialog, or None."""
    _panels.append(function)
    return function


def add_notices(function: NoticesOf) -> NoticesOf:
    """Decorator: `function(now)` answers what staff should know before they work on."""
    _notices.append(function)
    return function


def signs_of(
    entry_ids: Collection[int], now: datetime, *, video_ids: Collection[int] = ()
) -> dict[int, list[EntrySign]]:  # fmt: skip
    """`video_ids`: those of the entries that are video appointments."""
    found: dict[int, list[EntrySign]] = {}
    for functions, ids in ((_signs, entry_ids), (_video_signs, video_ids)):
        for function in functions if ids else ():
            for entry_id, signs in function(ids, now).items():
                found.setdefault(entry_id, []).extend(signs)
    return found


def panels_of(entry: Entry, now: datetime) -> list[EntryPanel]:
    return [panel for function in _panels if (panel := function(entry, now)) is not None]


def notices_now(now: datetime) -> list[PageNotice]:
    return [notice for function in _notices for notice in function(now)]
