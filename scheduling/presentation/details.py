"""Words of the entry dialog."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import formats
from django.utils.translation import gettext as _

from scheduling.models import CalendarColumn, Entry, EntryChange
from scheduling.models.entry import Kind, Origin, Placement, Status
from scheduling.presentation import booking as words
from scheduling.presentation.people import full_name, shown_name
from scheduling.presentation.sentences import PersonOf, action_words, author_words, cancelled_words, change_details
from scheduling.selectors.patients import PersonFound
from scheduling.selectors.room import Room
from scheduling.services.timing import minutes_of


@dataclass(frozen=True, slots=True)
class HistoryLine:
    when: str
    who: str
    what: str
    details: str
    is_undone: bool


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the visit, as a button. `key`: what a person presses instead."""

    status: str
    label: str
    icon: str
    key: str
    is_current: bool


def entry_context(
    entry: Entry, *, person: PersonFound, changes: Sequence[EntryChange], columns: Sequence[CalendarColumn],
    room: Room, zone: ZoneInfo, now: datetime, case_shows_known: bool,
) -> dict[str, Any]:  # fmt: skip
    local = entry.starts_at.astimezone(zone)
    minutes = minutes_of(entry.starts_at, entry.ends_at)
    names = {column.pk: column.name for column in columns} | {entry.column_id: entry.column.name}
    kind = entry.appointment_type
    place = words.Place(column=entry.column, starts_at=entry.starts_at, zone=zone)
    who = PersonOf(entry)
    is_appointment = entry.kind == Kind.APPOINTMENT
    return {
        "entry": entry,
        "label": full_name(who) if is_appointment else entry.text,
        "shown": shown_name(who, case_shows_known) if is_appointment else str(Kind(entry.kind).label),
        "who": who,
        "is_appointment": is_appointment,
        "is_in_grid": entry.placement == Placement.GRID,
        "is_parked": entry.placement == Placement.PARKED,
        "is_cancelled": entry.status == Status.CANCELLED,
        "cancelled_words": cancelled_words(entry, changes),
        "place": place,
        "span": place.span(minutes),
        "minutes": minutes,
        "local": local,
        "start_iso": local.isoformat(),
        "columns": [(pk, name, pk == entry.column_id) for pk, name in names.items()],
        "lengths": words.lengths(room, entry.starts_at, minutes, kind.minutes if kind else None),
        "room_words": words.room_words(room, zone) if entry.placement == Placement.GRID else "",
        "steps": steps(entry),
        "facts": facts(entry, zone),
        "person": person,
        "salutation": words.salutation(person.patient) if person.patient else "",
        "visits": words.visits(person.appointments, zone, now=now),
        "history": [_line(change, entry, zone, names) for change in changes],
    }


def steps(entry: Entry) -> list[Step]:
    offered = [
        (Status.ARRIVED, _("Da"), "chair", "D"),
        (Status.IN_ROOM, _("Im Zimmer"), "door", "Z"),
        (Status.DONE, _("Fertig"), "check", "F"),
        (Status.NO_SHOW, _("Nicht erschienen"), "miss", "K"),
    ]
    return [Step(s.value, label, icon, key, entry.status == s) for s, label, icon, key in offered]


def facts(entry: Entry, zone: ZoneInfo) -> list[tuple[str, str]]:
    """What else there is to know, as pairs for a list."""
    found = [(_("Status"), str(Status(entry.status).label))] if entry.kind == Kind.APPOINTMENT else []
    if entry.arrived_at:
        found.append((_("Da seit"), _("%(time)s Uhr") % {"time": f"{entry.arrived_at.astimezone(zone):%H:%M}"}))
    if entry.in_room_at:
        found.append((_("Im Zimmer seit"), _("%(time)s Uhr") % {"time": f"{entry.in_room_at.astimezone(zone):%H:%M}"}))
    if entry.origin != Origin.PRACTICE:
        found.append((_("Gebucht über"), str(Origin(entry.origin).label)))
        if entry.notified_by == "source":
            found.append((_("Wer schreibt"), str(Origin(entry.origin).label)))
    if entry.contact_phone and entry.kind == Kind.APPOINTMENT:
        found.append((_("Telefon"), entry.contact_phone))
    made = formats.date_format(entry.created_at.astimezone(zone), "D d.m.Y H:i")
    author = entry.created_by.display_name if entry.created_by else str(Origin(entry.origin).label)
    found.append((_("Angelegt"), f"{made}, {author}"))
    return found


def _line(change: EntryChange, entry: Entry, zone: ZoneInfo, names: dict[int, str]) -> HistoryLine:
    return HistoryLine(
        when=formats.date_format(change.at.astimezone(zone), "D d.m. H:i"),
        who=author_words(change, entry),
        what=action_words(change, entry),
        details=change_details(change, zone, names),
        is_undone=change.undone_at is not None,
    )
