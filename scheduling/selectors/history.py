from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from accounts.selectors import names_of_patients
from praxis.core.localtime import day_bounds
from scheduling.models import AppointmentType, CalendarColumn, EntryChange

KEPT = timedelta(days=90)


def changes_of_entry(entry_id: int) -> QuerySet[EntryChange]:
    return EntryChange.objects.filter(entry_id=entry_id).select_related("author").order_by("-id")


def recent_changes(*, now: datetime) -> QuerySet[EntryChange]:
    """What happened in the practice's calendars during the last 90 days, newest first."""
    return (
        EntryChange.objects.filter(at__gt=now - KEPT)
        .select_related("author", "entry__column", "entry__patient", "entry__appointment_type")
        .order_by("-id")
    )


@dataclass(frozen=True)
class HistoryFilter:
    """`day`: local day of the change. None: any."""

    column_id: int | None = None
    day: date | None = None
    author_id: int | None = None


@dataclass(frozen=True)
class Names:
    """What the ids in old and new values are called."""

    columns: dict[int, str]
    types: dict[int, str]
    patients: dict[int, str]


def filtered_changes(wanted: HistoryFilter, *, zone: ZoneInfo, now: datetime) -> QuerySet[EntryChange]:
    changes = recent_changes(now=now).order_by("-at", "-id")
    if wanted.column_id is not None:
        here = Q(entry__column=wanted.column_id) | Q(before__column_id=wanted.column_id)
        changes = changes.filter(here | Q(after__column_id=wanted.column_id))
    if wanted.day is not None:
        starts_at, ends_at = day_bounds(wanted.day, zone)
        changes = changes.filter(at__gte=starts_at, at__lt=ends_at)
    if wanted.author_id is not None:
        changes = changes.filter(author_id=wanted.author_id)
    return changes


def names_in(changes: Iterable[EntryChange]) -> Names:
    """Three queries, whatever the number of lines."""
    values = [value for change in changes for value in (change.before, change.after)]
    patient_ids = {value["patient_id"] for value in values if value.get("patient_id")}
    return Names(
        columns=dict(CalendarColumn.objects.values_list("pk", "name")),
        types=dict(AppointmentType.objects.values_list("pk", "name")),
        patients=names_of_patients(patient_ids),
    )
