"""What was done, in one German sentence: for the status bar, the status region and the history of an entry."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import formats
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from scheduling.models import Entry, EntryChange
from scheduling.models.entry import Kind, Origin, Placement, Status
from scheduling.models.history import Action
from scheduling.presentation.people import shown_name


def entry_name(entry: Entry, case_shows_known: bool = False) -> str:
    """The person, or the words of a mark."""
    if entry.kind == Kind.APPOINTMENT:
        return shown_name(PersonOf(entry), case_shows_known)
    return entry.text or str(Kind(entry.kind).label)


class PersonOf:
    """The person of an entry, known or provisional."""

    def __init__(self, entry: Entry) -> None:
        who: Any = entry.patient or entry
        self.person_last: str = who.last_name
        self.person_first: str = who.first_name
        self.person_born: date | None = who.birth_date
        self.is_known = entry.is_known


def done_words(
    action: str, entry: Entry, zone: ZoneInfo, *, case_shows_known: bool = False, only_day: date | None = None
) -> str:
    """ "„behrens, lotte“ auf Di 24.11., 11:00 Uhr, Dr. Sayegh verschoben"

    Without the day when it is the only one that the page shows, `only_day`.
    """
    start = entry.starts_at.astimezone(zone)
    says_day = start.date() != only_day
    when = f"{formats.date_format(start, 'D d.m.')}, {start:%H:%M}" if says_day else f"{start:%H:%M}"
    values = {
        "name": entry_name(entry, case_shows_known),
        "time": when,
        "at": (_("am %(when)s") if says_day else _("um %(when)s")) % {"when": when},
        "until": f"{entry.ends_at.astimezone(zone):%H:%M}",
        "column": entry.column.name,
        "status": Status(entry.status).label,
    }
    return _pattern(action, entry) % values


def _pattern(action: str, entry: Entry) -> str:
    if action == Action.BOOK and entry.placement == Placement.EXTRA:
        return _("„%(name)s“ steht auf der Zusatzliste")
    if action == Action.MOVE and entry.placement == Placement.EXTRA:
        return _("„%(name)s“ auf die Zusatzliste gesetzt")
    patterns = {
        Action.BOOK: _("„%(name)s“ %(at)s Uhr vergeben, %(column)s"),
        Action.MOVE: _("„%(name)s“ auf %(time)s Uhr, %(column)s verschoben"),
        Action.RESIZE: _("„%(name)s“ dauert jetzt bis %(until)s Uhr"),
        Action.PARK: _("„%(name)s“ liegt auf dem Klemmbrett"),
        Action.COPY: _("„%(name)s“ auf %(time)s Uhr, %(column)s kopiert"),
        Action.CANCEL: _("„%(name)s“ %(at)s Uhr abgesagt"),
        Action.DELETE: _("„%(name)s“ %(at)s Uhr gelöscht"),
        Action.NOTE: _("Notiz „%(name)s“ %(at)s Uhr gesetzt"),
        Action.REMARK: _("Anmerkung „%(name)s“ %(at)s Uhr gesetzt"),
        Action.RESERVE: _("%(time)s bis %(until)s Uhr reserviert: „%(name)s“"),
        Action.EDIT: _("„%(name)s“ geändert"),
        Action.STATUS: _("„%(name)s“: %(status)s"),
    }
    return patterns.get(Action(action), _("„%(name)s“ geändert"))


def last_action_words(
    changes: Sequence[EntryChange], zone: ZoneInfo, *, case_shows_known: bool, only_day: date | None
) -> str:
    """The person's own last action; empty when there is none."""
    if not changes:
        return ""
    if len(changes) > 1:
        what = Action(changes[0].action).label
        return _("%(n)d Einträge %(what)s") % {"n": len(changes), "what": what}
    change = changes[0]
    return done_words(change.action, change.entry, zone, case_shows_known=case_shows_known, only_day=only_day)


def change_details(change: EntryChange, zone: ZoneInfo, column_names: dict[int, str]) -> str:
    """What a line of history changed: "Mo 23.11. 09:00 → 11:00 · Dr. Reuter → Dr. Sayegh"."""
    before, after = change.before, change.after
    if not before:
        return ""
    parts = []
    if "starts_at" in before:
        parts.append(f"{_when(before['starts_at'], zone)} → {_when(after['starts_at'], zone)}")
    elif "ends_at" in before:
        parts.append(f"{_('bis')} {_clock(before['ends_at'], zone)} → {_clock(after['ends_at'], zone)}")
    if "column_id" in before:
        parts.append(f"{column_names.get(before['column_id'], '')} → {column_names.get(after['column_id'], '')}")
    if "status" in before:
        parts.append(f"{Status(before['status']).label} → {Status(after['status']).label}")
    if "text" in before:
        parts.append(f"„{before['text']}“ → „{after['text']}“")
    return " · ".join(parts)


def _when(value: str, zone: ZoneInfo) -> str:
    instant = parse_datetime(value)
    return formats.date_format(instant.astimezone(zone), "D d.m. H:i") if instant else ""


def _clock(value: str, zone: ZoneInfo) -> str:
    instant = parse_datetime(value)
    return f"{instant.astimezone(zone):%H:%M}" if instant else ""


def author_words(change: EntryChange, entry: Entry) -> str:
    """Who did it. What nobody here did to an entry from a portal, the portal told."""
    if change.author:
        return str(change.author.display_name)
    return _("automatisch") if entry.origin == Origin.PRACTICE else str(Origin(entry.origin).label)


def action_words(change: EntryChange, entry: Entry) -> str:
    """ "abgesagt", or "online abgesagt" when the patient did it at a portal."""
    if change.author is None and entry.origin not in (Origin.PRACTICE, Origin.API):
        online = {
            Action.BOOK: _("online gebucht"),
            Action.MOVE: _("online verschoben"),
            Action.CANCEL: _("online abgesagt"),
        }
        if change.action in online:
            return online[Action(change.action)]
    return str(Action(change.action).label)


def cancelled_words(entry: Entry, changes: Sequence[EntryChange]) -> str:
    """ "online abgesagt (betty24)"; `changes`: the newest first."""
    change = next((one for one in changes if one.action == Action.CANCEL), None)
    if change is None:
        return str(Status.CANCELLED.label)
    words = action_words(change, entry)
    return words if change.author else f"{words} ({author_words(change, entry)})"


def undone_words(action: str, entries: Sequence[Entry], *, case_shows_known: bool = False) -> str:
    if len(entries) > 1:
        what = _("%(n)d Einträge") % {"n": len(entries)}
    else:
        what = f"„{entry_name(entries[0], case_shows_known)}“"
    return _("Rückgängig gemacht: %(what)s %(action)s") % {"what": what, "action": Action(action).label}
