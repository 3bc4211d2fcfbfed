"""What a calendar page shows, as plain tuples: a full house of twenty columns is a thousand rows, no models needed."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import Case, DurationField, ExpressionWrapper, F, Q, QuerySet, Sum, When
from django.db.models.functions import Coalesce, TruncDate

from scheduling.models import Entry
from scheduling.models.entry import TAKES_TIME, Kind, Placement, Status
from scheduling.selectors.entries import LONGEST


class EntryLine(NamedTuple):
    """An entry as the grid and the trays show it. Field order is that of `FIELDS`."""

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


_PERSON = {
    "person_last": Coalesce("patient__last_name", "last_name"),
    "person_first": Coalesce("patient__first_name", "first_name"),
    # A patient's own record counts even when it has no birth date.
    "person_born": Case(When(patient=None, then=F("birth_date")), default=F("patient__birth_date")),
}
FIELDS = (*EntryLine._fields[:14], *_PERSON, "appointment_type__name")


def _lines(entries: QuerySet[Entry]) -> list[EntryLine]:
    return [EntryLine(*row) for row in entries.annotate(**_PERSON).values_list(*FIELDS)]


def grid_lines(column_ids: Iterable[int], starts_at: datetime, ends_at: datetime) -> list[EntryLine]:
    """Everything that stands in these columns, ordered by start; cancelled, parked and extra ones do not."""
    return _lines(
        Entry.objects.filter(
            column_id__in=list(column_ids), starts_at__gt=starts_at - LONGEST, starts_at__lt=ends_at,
            ends_at__gt=starts_at, deleted_at=None, placement=Placement.GRID,
        )
        .exclude(kind=Kind.APPOINTMENT, status=Status.CANCELLED)
        .order_by("starts_at", "pk")
    )  # fmt: skip


def aside_lines(starts_at: datetime, ends_at: datetime) -> list[EntryLine]:
    """Extra appointments of these days and the whole clipboard, of all columns."""
    extra = Q(placement=Placement.EXTRA, starts_at__gte=starts_at, starts_at__lt=ends_at)
    return _lines(
        Entry.objects.filter(deleted_at=None, kind=Kind.APPOINTMENT)
        .filter(Q(placement=Placement.PARKED) | extra)
        .exclude(status=Status.CANCELLED)
        .order_by("starts_at", "pk")
    )


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
