"""The inbox in words: no names, only times, calendars and what became of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext as _

from integrations.etermin.models import EterminDelivery, EterminTask
from praxis.core.localtime import local_day
from praxis.core.workrow import WorkState
from scheduling.models import Entry
from scheduling.services.booking import Status

Outcome, Kind = EterminDelivery.Outcome, EterminTask.Kind
GOOD = (Outcome.BOOKED, Outcome.MOVED, Outcome.CHANGED, Outcome.CANCELLED)
WARNING = (Outcome.EXTRA, Outcome.UNPLACED)


class Chip(NamedTuple):
    words: str
    css: str
    icon: str


@dataclass(frozen=True, kw_only=True)
class Line:
    id: int
    received_at: datetime
    repeats: int
    command: str
    door: str
    appointment_at: str
    calendar: str
    chip: Chip
    reason: str
    calendar_url: str
    is_dead: bool
    is_replayable: bool


def lines(deliveries: Iterable[EterminDelivery], zone: ZoneInfo) -> list[Line]:
    return [_line(one, zone) for one in deliveries]


def _line(one: EterminDelivery, zone: ZoneInfo) -> Line:
    appointment = one.appointment
    entry = standing(appointment.entry) if appointment else None
    starts_at = appointment.starts_at if appointment else None
    is_dead = one.state == WorkState.FAILED
    return Line(
        id=one.pk, received_at=one.received_at, repeats=one.repeats, command=one.get_command_display(),
        door=one.get_door_display(), appointment_at=when(starts_at, zone) if starts_at else "",
        calendar=str(appointment.calendar) if appointment and appointment.calendar else "", chip=_chip(one),
        reason=one.reason or (one.last_error if one.state == WorkState.QUEUED else ""),
        calendar_url=calendar_url(entry, zone), is_dead=is_dead, is_replayable=is_dead and bool(one.body),
    )  # fmt: skip


def _chip(one: EterminDelivery) -> Chip:
    if one.state == WorkState.FAILED:
        return Chip(str(Outcome.DEAD.label), "danger", "alert")
    if one.state != WorkState.DONE:
        return Chip(_("wartet"), "", "hold")
    css = "ok" if one.outcome in GOOD else "warn" if one.outcome in WARNING else ""
    return Chip(one.get_outcome_display(), css, "check" if css == "ok" else "alert" if css else "hold")


def standing(entry: Entry | None) -> Entry | None:
    """None: it is not in the calendar (any more)."""
    if entry is None or entry.deleted_at is not None or entry.status == Status.CANCELLED:
        return None
    return entry


def when(instant: datetime, zone: ZoneInfo) -> str:
    """ "Mo, 23.11.2026, 11:15" """
    return formats.date_format(instant.astimezone(zone), "D, d.m.Y, H:i")


def calendar_url(entry: Entry | None, zone: ZoneInfo) -> str:
    if entry is None:
        return ""
    asked = {"tag": local_day(entry.starts_at, zone).isoformat(), "spalte": entry.column_id}
    return f"{reverse('calendar')}?{urlencode(asked)}"


@dataclass(frozen=True, kw_only=True)
class TaskLine:
    id: int
    title: str
    what: str
    to_do: str
    since: str
    calendar_url: str
    is_about_mapping: bool


def task_lines(tasks: Iterable[EterminTask], zone: ZoneInfo) -> list[TaskLine]:
    return [_task_line(task, zone) for task in tasks]


def _task_line(task: EterminTask, zone: ZoneInfo) -> TaskLine:
    appointment = task.appointment
    entry = standing(appointment.entry) if appointment else None
    at = when(appointment.starts_at, zone) if appointment and appointment.starts_at else _("unbekannter Zeit")
    title, what, to_do = _words(task, at)
    return TaskLine(
        id=task.pk, title=title, what=what, to_do=to_do, since=when(task.created_at, zone),
        calendar_url=calendar_url(entry, zone),
        is_about_mapping=task.kind == Kind.NO_COLUMN,
    )  # fmt: skip


def _words(task: EterminTask, at: str) -> tuple[str, str, str]:
    """What it is about, what happened, what now."""
    if task.kind == Kind.EXTRA:
        return (
            _("Zeit nicht frei"),
            _("Bei eTermin ist ein Termin für %s Uhr gebucht, hier ist diese Zeit nicht frei.") % at,
            _("Er steht auf der Zusatzliste. Bitte in eTermin auf eine freie Zeit verschieben oder anrufen."),
        )
    if task.kind == Kind.LATE_CHANGE:
        return (
            _("Geändert nach der Ankunft"),
            _("Der Termin ist in eTermin jetzt für %s Uhr eingetragen oder gelöscht; die Person war schon da.") % at,
            _("Hier ist nichts geändert. Bitte klären, was gilt."),
        )
    if task.calendar is None:
        return (
            _("Termin ohne Kalender"),
            _("Ein Termin für %s Uhr nennt keinen Kalender von eTermin.") % at,
            _("Bitte in eTermin den Kalender prüfen. Bis dahin steht der Termin nicht im Kalender der Praxis."),
        )
    return (
        _("Unbekannter Kalender"),
        _("Im eTermin-Kalender „%s“ ist etwas gebucht. Zu ihm gehört hier noch keine Spalte.") % task.calendar,
        _("Bitte unter „Benutzer-IDs und Kalender“ eine Spalte wählen. Was wartet, wird dann von selbst eingetragen."),
    )
