"""One plain sentence on what happened and one on what to do now, for each kind of task."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Practice
from integrations.betty24.inbox_lines import calendar_url, full_name, standing, when
from integrations.betty24.models import Betty24Booking, Betty24Task
from scheduling.models import Entry
from scheduling.services.booking import Placement

Kind = Betty24Task.Kind


@dataclass(frozen=True, kw_only=True)
class TaskLine:
    """`next_free_url`: where to find another time for the online booking, when it waits for one."""

    id: int
    title: str
    what: str
    to_do: str
    phone: str
    since: str
    calendar_url: str
    next_free_url: str


class Words(NamedTuple):
    title: str
    what: str
    to_do: str


def task_lines(tasks: Iterable[Betty24Task], practice: Practice) -> list[TaskLine]:
    zone = ZoneInfo(practice.time_zone)
    return [_line(task, zone) for task in tasks]


def _line(task: Betty24Task, zone: ZoneInfo) -> TaskLine:
    booking = task.booking
    words = WORDS[Kind(task.kind)](task, booking, zone) if booking else _without_booking(task)
    entry = standing(booking.entry) if booking else None
    waits = task.kind == Kind.CONFLICT and entry is not None and entry.placement == Placement.EXTRA
    return TaskLine(
        id=task.pk,
        title=words.title,
        what=words.what,
        to_do=words.to_do,
        phone=booking.phone if booking else "",
        since=when(task.created_at, zone),
        calendar_url=calendar_url(entry, zone),
        next_free_url=f"{reverse('next_free')}?eintrag={entry.pk}" if waits and entry else "",
    )


def _conflict(task: Betty24Task, booking: Betty24Booking, zone: ZoneInfo) -> Words:
    values = _values(booking, zone) | {"other": _entry_name(task.entry)}
    what = (
        _("%(name)s hat online %(when)s Uhr gebucht; die Zeit war hier gerade für %(other)s vergeben worden.") % values
    )
    entry = standing(booking.entry)
    if entry is None:
        to_do = _("Die Online-Buchung steht nicht mehr im Kalender. Bitte prüfen, ob noch etwas zu tun ist.")
    elif entry.placement == Placement.EXTRA:
        to_do = _("Die Online-Buchung steht auf der Zusatzliste. Bitte eine andere Zeit suchen oder anrufen.")
    else:
        to_do = _("Die Online-Buchung steht jetzt %(when)s Uhr bei %(column)s. Bitte die Person benachrichtigen.") % {
            "when": when(entry.starts_at, zone), "column": entry.column.name,
        }  # fmt: skip
    return Words(_("Zwei Termine für eine Zeit"), what, to_do)


def _late_change(task: Betty24Task, booking: Betty24Booking, zone: ZoneInfo) -> Words:
    if booking.status == Betty24Booking.Status.CANCELLED:
        what = _("%(name)s hat den Termin %(here)s Uhr online abgesagt, war da aber schon in der Praxis.")
    else:
        what = _(
            "%(name)s hat den Termin %(here)s Uhr online auf %(when)s Uhr verlegt, war da aber schon in der Praxis."
        )
    to_do = _("Hier ist nichts geändert. Bitte mit der Person klären, was gilt.")
    return Words(_("Online geändert nach der Ankunft"), what % _values(booking, zone), to_do)


def _revived(task: Betty24Task, booking: Betty24Booking, zone: ZoneInfo) -> Words:
    what = _("Der Termin von %(name)s %(here)s Uhr steht hier wieder im Kalender, im Portal ist er schon abgesagt.")
    to_do = _("betty24 hat der Person die Absage geschickt. Bitte anrufen und den Termin bestätigen oder hier absagen.")
    return Words(_("Im Portal schon abgesagt"), what % _values(booking, zone), to_do)


def _no_column(task: Betty24Task, booking: Betty24Booking, zone: ZoneInfo) -> Words:
    values = _values(booking, zone) | {"calendar": booking.calendar_id}
    what = _("%(name)s hat %(when)s Uhr im Online-Kalender „%(calendar)s“ gebucht, zu dem hier keine Spalte gehört.")
    to_do = _("Bitte den Termin von Hand eintragen und der Verwaltung sagen, dass die Zuordnung fehlt.")
    return Words(_("Online-Kalender ohne Spalte"), what % values, to_do)


def _vanished(task: Betty24Task, booking: Betty24Booking, zone: ZoneInfo) -> Words:
    what = _("Die Online-Buchung von %(name)s %(when)s Uhr gibt es im Portal nicht mehr. Vielleicht ist sie abgesagt.")
    to_do = _("Hier steht der Termin noch. Bitte nachfragen, ob die Person kommt.")
    return Words(_("Im Portal nicht mehr vorhanden"), what % _values(booking, zone), to_do)


def _unreadable(task: Betty24Task, booking: Betty24Booking, zone: ZoneInfo) -> Words:
    what = _("Aus der Online-Buchung von %(name)s %(when)s Uhr ließ sich kein Termin machen.")
    to_do = _("Bitte einen Termin von Hand eintragen oder anrufen.")
    return Words(_("Nicht übernommene Online-Buchung"), what % _values(booking, zone), to_do)


def _without_booking(task: Betty24Task) -> Words:
    what = _("betty24 hat die Buchung %(id)s geschickt, sie ist aber nicht lesbar.") % {"id": task.portal_id}
    to_do = _("Bitte im Portal nachsehen und den Termin von Hand eintragen.")
    return Words(_("Nicht übernommene Online-Buchung"), what, to_do)


WORDS = {
    Kind.CONFLICT: _conflict,
    Kind.LATE_CHANGE: _late_change,
    Kind.REVIVED: _revived,
    Kind.UNREADABLE: _unreadable,
    Kind.NO_COLUMN: _no_column,
    Kind.VANISHED: _vanished,
}


def _values(booking: Betty24Booking, zone: ZoneInfo) -> dict[str, str]:
    """`when`: as booked online; `here`: where it stands in the calendar, or stood."""
    at = booking.entry.starts_at if booking.entry else booking.starts_at
    return {
        "name": full_name(booking) or _("Eine Person"), "when": when(booking.starts_at, zone), "here": when(at, zone),
    }  # fmt: skip


def _entry_name(entry: Entry | None) -> str:
    if entry is None:
        return _("einen anderen Eintrag")
    if entry.patient:
        return f"{entry.patient.last_name}, {entry.patient.first_name}"
    if entry.last_name:
        return ", ".join(filter(None, [entry.last_name, entry.first_name]))
    return f"„{entry.text}“" if entry.text else _("einen anderen Eintrag")
