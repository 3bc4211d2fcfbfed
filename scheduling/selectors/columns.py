from collections.abc import Collection, Iterable

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Q, QuerySet

from scheduling.models import AppointmentType, CalendarColumn, GridRule
from scheduling.slots import Rule


def active_columns() -> QuerySet[CalendarColumn]:
    return (
        CalendarColumn.objects.filter(is_active=True)
        .select_related("calendar", "doctor_role")
        .order_by("calendar__position", "calendar_id", "position", "pk")
    )


def columns_to_bind(*, kept: Collection[int]) -> QuerySet[CalendarColumn]:
    """The active ones, and those that are bound already, even if nobody may choose them anew."""
    return (
        CalendarColumn.objects.filter(Q(is_active=True) | Q(pk__in=kept))
        .select_related("calendar")
        .order_by("calendar__position", "calendar_id", "position", "pk")
    )


def active_appointment_types() -> QuerySet[AppointmentType]:
    return AppointmentType.objects.filter(is_active=True).order_by("position", "name", "pk")


def types_to_choose(kept: AppointmentType | None) -> list[AppointmentType]:
    """The active ones, and the one an appointment has already, even if nobody may choose it anew."""
    found = list(active_appointment_types())
    return found if kept is None or kept in found else [*found, kept]


def grid_rules(column_ids: Iterable[int]) -> list[Rule]:
    """The rules of these columns with their allowed types, in one query."""
    rows = (
        GridRule.objects.filter(column_id__in=list(column_ids))
        .annotate(type_ids=ArrayAgg("appointment_types", filter=Q(appointment_types__isnull=False), default=[]))
        .values_list(
            "column_id", "weekday", "from_time", "until_time", "slot_minutes", "valid_from", "valid_until",
            "type_ids", "is_online",
        )
    )  # fmt: skip
    return [Rule(*row[:7], type_ids=frozenset(row[7]), is_online=row[8]) for row in rows]
