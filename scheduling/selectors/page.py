"""What a calendar page shows, as plain tuples: a full house of twenty columns is a thousand rows, no models needed."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import DurationField, ExpressionWrapper, F, Sum
from django.db.models.functions import TruncDate

from praxis.core.rows import scoped_practice_id, select
from scheduling.models import Entry
from scheduling.models.entry import TAKES_TIME
from scheduling.selectors.entries import LONGEST


class EntryLine(NamedTuple):
    """An entry as the grid and the trays show it. Field order is that of `COLUMNS`."""

    id: int
    column_id: int
    kind: str
    placement: str
    starts_at: datetime
    ends_at: datetime
    text: str
    status: str
    origin: str
    is_video: bool
    arrived_at: datetime | None
    in_room_at: datetime | None
    version: int
    patient_id: int | None
    person_last: str
    person_first: str
    person_born: date | None
    type_name: str | None

    @property
    def is_known(self) -> bool:
        return self.patient_id is not None

    @property
    def minutes(self) -> int:
        return round((self.ends_at - self.starts_at).total_seconds() / 60)


# One statement of fixed parts: compiling the queryset costs more than a full day costs to read. Instants of the raster
# come as seconds, because twenty columns share a few of them.
COLUMNS = """
    e.id, e.column_id, e.kind, e.placement, EXTRACT(EPOCH FROM e.starts_at)::bigint,
    EXTRACT(EPOCH FROM e.ends_at)::bigint, e.text, e.status, e.origin, e.is_video, e.arrived_at, e.in_room_at,
    e.version, e.patient_id, COALESCE(p.last_name, e.last_name), COALESCE(p.first_name, e.first_name),
    CASE WHEN e.patient_id IS NULL THEN e.birth_date ELSE p.birth_date END, t.name
"""
TABLES = """
    FROM scheduling_entry e
    LEFT JOIN accounts_patient p ON p.id = e.patient_id
    LEFT JOIN scheduling_appointmenttype t ON t.id = e.appointment_type_id
    WHERE e.practice_id = %s AND e.deleted_at IS NULL
"""
IN_GRID = """
    AND e.placement = 'grid' AND NOT (e.kind = 'appointment' AND e.status = 'cancelled')
    AND e.column_id = ANY(%s) AND e.starts_at > %s AND e.starts_at < %s AND e.ends_at > %s
"""
ASIDE = """
    AND e.kind = 'appointment' AND e.status <> 'cancelled'
    AND (e.placement = 'parked' OR (e.placement = 'extra' AND e.starts_at >= %s AND e.starts_at < %s))
"""
ORDER = "ORDER BY e.starts_at, e.id"
STARTS, ENDS = EntryLine._fields.index("starts_at"), EntryLine._fields.index("ends_at")


def grid_lines(column_ids: Iterable[int], starts_at: datetime, ends_at: datetime) -> list[EntryLine]:
    """Everything that stands in these columns, ordered by start; cancelled, parked and extra ones do not."""
    return _lines(IN_GRID, [list(column_ids), starts_at - LONGEST, ends_at, starts_at])


def aside_lines(starts_at: datetime, ends_at: datetime) -> list[EntryLine]:
    """Extra appointments of these days and the whole clipboard, of all columns."""
    return _lines(ASIDE, [starts_at, ends_at])


def _lines(condition: str, parameters: list[Any]) -> list[EntryLine]:
    with connection.cursor() as cursor:
        cursor.execute(select(COLUMNS, f"{TABLES} {condition} {ORDER}"), [scoped_practice_id(), *parameters])
        rows = cursor.fetchall()
    instants = {second: datetime.fromtimestamp(second, UTC) for row in rows for second in (row[STARTS], row[ENDS])}
    return [
        EntryLine._make((*row[:STARTS], instants[row[STARTS]], instants[row[ENDS]], *row[ENDS + 1 :])) for row in rows
    ]


def taken_minutes_by_day(
    column_ids: Iterable[int], starts_at: datetime, ends_at: datetime, *, zone: ZoneInfo
) -> dict[date, int]:
    """Minutes that something takes, summed over the columns, per local day of its start."""
    length = ExpressionWrapper(F("ends_at") - F("starts_at"), output_field=DurationField())
    rows = (
        Entry.objects.filter(
            TAKES_TIME, column_id__in=list(column_ids), starts_at__gte=starts_at, starts_at__lt=ends_at
        )
        .annotate(day=TruncDate("starts_at", tzinfo=zone))
        .values("day")
        .annotate(total=Sum(length))
        .values_list("day", "total")
        .order_by("day")
    )
    return {day: int(total.total_seconds() // 60) for day, total in rows}
