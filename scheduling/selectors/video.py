"""Video appointments that are still to be held."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from praxis.core.rows import among, scoped_practice_id
from scheduling.models import Entry
from scheduling.models.entry import Kind, Placement, Status

OVER = (Status.DONE, Status.NO_SHOW, Status.CANCELLED)
EXPECTED = (Status.TENTATIVE, Status.DEFINITE)
# The calendar and its notices ask this on every page, mostly to learn that there is none: no queryset.
STILL_TO_BE_HELD = """
    SELECT e.id FROM scheduling_entry e
    WHERE e.practice_id = %s AND e.kind = 'appointment' AND e.deleted_at IS NULL AND e.is_video AND e.ends_at > %s
    AND e.placement <> 'parked' AND e.status NOT IN ('done', 'no_show', 'cancelled')
"""
ORDER = "ORDER BY e.starts_at, e.id"


def video_ids_among(entry_ids: Collection[int], now: datetime) -> list[int]:
    return _ids("AND e.id = ANY(%s)", [now, list(entry_ids)])


def video_ids_between(starts_at: datetime, ends_at: datetime, now: datetime) -> list[int]:
    """Those that begin in the range, by start."""
    return _ids("AND e.starts_at >= %s AND e.starts_at < %s", [now, starts_at, ends_at])


def _ids(condition: str, parameters: list[Any]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(f"{STILL_TO_BE_HELD} {condition} {ORDER}", [scoped_practice_id(), *parameters])
        return [entry_id for (entry_id,) in cursor.fetchall()]


def video_appointments(entry_ids: Collection[int]) -> list[Entry]:
    """These, with whom they concern, by start; one query."""
    found = Entry.objects.filter(among("id", entry_ids)).select_related(
        "practice", "patient", "appointment_type", "column__doctor_role__user"
    )
    return list(found.order_by("starts_at", "pk"))


def is_to_be_held(entry: Entry, now: datetime) -> bool:
    """The Python side of STILL_TO_BE_HELD."""
    return (
        entry.is_video and entry.kind == Kind.APPOINTMENT and entry.deleted_at is None and entry.ends_at > now
        and entry.placement != Placement.PARKED and entry.status not in OVER
    )  # fmt: skip


def coming_video_appointments(now: datetime) -> QuerySet[Entry]:
    """The Python side of STILL_TO_BE_HELD, for questions of other shapes."""
    return (
        Entry.objects.filter(is_video=True, kind=Kind.APPOINTMENT, deleted_at=None, ends_at__gt=now)
        .exclude(placement=Placement.PARKED)
        .exclude(status__in=OVER)
    )


def is_video_appointment(entry_id: int) -> bool:
    """Whatever became of it. Asked with every change of the calendar, so no queryset."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT is_video AND kind = 'appointment' FROM scheduling_entry WHERE id = %s", [entry_id])
        found = cursor.fetchone()
    return bool(found and found[0])


def is_expected(entry: Entry) -> bool:
    """Nobody is there yet."""
    return entry.status in EXPECTED
