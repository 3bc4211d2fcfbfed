"""Reads for the settings of the calendar."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from django.db.models import Prefetch, QuerySet

from scheduling.models import AppointmentType, Calendar, CalendarColumn, Entry, GridRule
from scheduling.models.entry import Kind, Placement, Status
from scheduling.outside import Outside, why_outside
from scheduling.slots import Rule


@dataclass(frozen=True)
class Period:
    """A Jahrgang: the rules of a column that begin and end on the same days."""

    valid_from: date
    valid_until: date | None
    rules: list[GridRule]

    def is_current(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)


@dataclass(frozen=True)
class LeftOutside:
    entry: Entry
    reason: Outside


@dataclass(frozen=True)
class RasterEffect:
    """`fresh`: appointments that the change would leave outside; `known`: those that lie outside already."""

    fresh: list[LeftOutside]
    known: int


def calendars_with_columns() -> QuerySet[Calendar]:
    columns = CalendarColumn.objects.select_related("doctor_role").order_by("position", "pk")
    return Calendar.objects.prefetch_related(Prefetch("columns", queryset=columns)).order_by("position", "pk")


def calendars() -> QuerySet[Calendar]:
    return Calendar.objects.order_by("position", "pk")


def appointment_types() -> QuerySet[AppointmentType]:
    return AppointmentType.objects.order_by("-is_active", "position", "name", "pk")


def periods_of(column: CalendarColumn) -> list[Period]:
    """The newest first; within one by weekday and time."""
    rules = GridRule.objects.filter(column=column).prefetch_related("appointment_types")
    ordered = sorted(rules, key=lambda rule: (*_span(rule), rule.weekday, rule.from_time, rule.pk))
    periods = [Period(span[0], span[1], list(group)) for span, group in groupby(ordered, key=_validity)]
    return periods[::-1]


def coming_appointments(column: CalendarColumn, *, now: datetime) -> list[Entry]:
    """Booked and not over yet."""
    entries = (
        Entry.objects.filter(
            column=column, kind=Kind.APPOINTMENT, placement=Placement.GRID, deleted_at=None, ends_at__gt=now
        )
        .exclude(status=Status.CANCELLED)
        .select_related("patient", "appointment_type")
    )
    return list(entries.order_by("starts_at", "pk"))


def effect_of(
    before: Sequence[Rule], after: Sequence[Rule], entries: Sequence[Entry], *, zone: ZoneInfo
) -> RasterEffect:
    fresh, known = [], 0
    for entry in entries:
        reason = _why(after, entry, zone)
        if reason is None:
            continue
        if _why(before, entry, zone) is None:
            fresh.append(LeftOutside(entry, reason))
        else:
            known += 1
    return RasterEffect(fresh, known)


def _why(rules: Sequence[Rule], entry: Entry, zone: ZoneInfo) -> Outside | None:
    return why_outside(
        rules, starts_at=entry.starts_at, ends_at=entry.ends_at, type_id=entry.appointment_type_id, zone=zone
    )


def _validity(rule: GridRule) -> tuple[date, date | None]:
    return rule.valid_from, rule.valid_until


def _span(rule: GridRule) -> tuple[date, date]:
    return rule.valid_from, rule.valid_until or date.max
