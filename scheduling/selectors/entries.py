from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import BigIntegerField, Func, QuerySet

from scheduling.models import Entry
from scheduling.models.entry import TAKES_TIME, Kind
from scheduling.slots import Range

# No entry is longer (services.timing), so an index on the start finds everything that reaches into a range.
LONGEST = timedelta(hours=24)


class Seconds(Func):
    """An instant as whole seconds since 1970; entries begin and end at full minutes. Four weeks of eight columns hold
    thousands of instants: reading them as text, row by row, took half the time of finding free slots."""

    template = "(EXTRACT(EPOCH FROM %(expressions)s))::bigint"
    output_field = BigIntegerField()


def _reaching_into(column_ids: Iterable[int], starts_at: datetime, ends_at: datetime) -> QuerySet[Entry]:
    return Entry.objects.filter(
        column_id__in=list(column_ids),
        starts_at__gt=starts_at - LONGEST,
        starts_at__lt=ends_at,
        ends_at__gt=starts_at,
        deleted_at=None,
    )


def taken_ranges(
    column_ids: Iterable[int], starts_at: datetime, ends_at: datetime, *, besides: int | None = None
) -> dict[int, list[Range]]:
    """Per column what takes time (`besides` one entry), in one query."""
    rows = _reaching_into(column_ids, starts_at, ends_at).filter(TAKES_TIME)
    if besides is not None:
        rows = rows.exclude(pk=besides)
    by_column = rows.values("column_id").annotate(
        starts=ArrayAgg(Seconds("starts_at"), order_by="starts_at"),
        ends=ArrayAgg(Seconds("ends_at"), order_by="starts_at"),
    )
    columns = list(by_column.values_list("column_id", "starts", "ends"))
    # Columns share their raster: each instant is made once.
    seconds = {second for _column, starts, ends in columns for second in (*starts, *ends)}
    instant = {second: datetime.fromtimestamp(second, UTC) for second in seconds}.__getitem__
    return {
        column_id: list(map(Range, map(instant, starts), map(instant, ends))) for column_id, starts, ends in columns
    }


def entries_of_patient(patient_id: int) -> QuerySet[Entry]:
    """Appointments of one patient, the next ones first; cancelled ones included."""
    return (
        Entry.objects.filter(patient_id=patient_id, kind=Kind.APPOINTMENT, deleted_at=None)
        .select_related("column", "appointment_type")
        .order_by("-starts_at", "-pk")
    )


def appointments_between(
    starts_at: datetime, ends_at: datetime, column_ids: Iterable[int] | None = None
) -> QuerySet[Entry]:
    """Appointments that begin in the range, cancelled ones included: the list of the REST API."""
    found = Entry.objects.filter(
        kind=Kind.APPOINTMENT, deleted_at=None, starts_at__gte=starts_at, starts_at__lt=ends_at
    ).select_related("patient", "appointment_type", "column")
    if column_ids is not None:
        found = found.filter(column_id__in=list(column_ids))
    return found.order_by("starts_at", "pk")
