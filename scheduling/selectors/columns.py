from collections.abc import Collection, Iterable

from django.db import connection
from django.db.models import Q, QuerySet

from praxis.core.rows import scoped_practice_id, select
from scheduling.models import AppointmentType, CalendarColumn
from scheduling.slots import Rule

# Every calendar page and every question for free slots asks this: a statement of fixed parts.
RULE_COLUMNS = """
    r.column_id, r.weekday, r.from_time, r.until_time, r.slot_minutes, r.valid_from, r.valid_until,
    ARRAY(SELECT t.appointmenttype_id FROM scheduling_gridrule_appointment_types t WHERE t.gridrule_id = r.id),
    r.is_online
"""
RULES = "FROM scheduling_gridrule r WHERE r.practice_id = %s AND r.column_id = ANY(%s) ORDER BY r.id"


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
    with connection.cursor() as cursor:
        cursor.execute(select(RULE_COLUMNS, RULES), [scoped_practice_id(), list(column_ids)])
        rows = cursor.fetchall()
    return [Rule(*(*row[:7], frozenset(row[7]), row[8])) for row in rows]
