from typing import TypedDict, Unpack

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import DoctorRole, User
from praxis.core import live
from praxis.core.constraints import unless_taken
from praxis.core.events import publish
from praxis.core.exceptions import PraxisError
from scheduling.events import ColumnSaved
from scheduling.models import Calendar, CalendarColumn


class ColumnInvalid(PraxisError):
    """No name, a name that is taken in this calendar, or a doctor of another practice."""


class ColumnFields(TypedDict, total=False):
    name: str
    kind: str
    location: str
    doctor_role: DoctorRole | None
    is_active: bool


class ChangedColumnFields(ColumnFields, total=False):
    calendar: Calendar


@transaction.atomic
def create_column(*, calendar: Calendar, actor: User | None, **fields: Unpack[ColumnFields]) -> CalendarColumn:
    """At the right end of its calendar. Raises ColumnInvalid."""
    last = CalendarColumn.objects.filter(calendar=calendar).order_by("-position").first()
    column = CalendarColumn(
        practice_id=calendar.practice_id, calendar=calendar, position=last.position + 1 if last else 0
    )
    for name, value in fields.items():
        setattr(column, name, value)
    return _save(column, None, actor)


@transaction.atomic
def update_column(
    *, column: CalendarColumn, actor: User | None, **fields: Unpack[ChangedColumnFields]
) -> CalendarColumn:
    """Change the given fields only. Switched off, a column leaves the calendar page; what stands in it stays.

    Raises ColumnInvalid.
    """
    changed = {name: value for name, value in fields.items() if getattr(column, name) != value}
    if not changed:
        return column
    for name, value in changed.items():
        setattr(column, name, value)
    return _save(column, list(changed), actor)


@transaction.atomic
def move_column(*, column: CalendarColumn, step: int, actor: User | None) -> None:
    """One place to the left (-1) or to the right (+1) within its calendar; at the edge nothing happens."""
    siblings = list(
        CalendarColumn.objects.select_for_update().filter(calendar_id=column.calendar_id).order_by("position", "pk")
    )
    here = next(index for index, sibling in enumerate(siblings) if sibling.pk == column.pk)
    there = here + step
    if not 0 <= there < len(siblings):
        return
    siblings[here], siblings[there] = siblings[there], siblings[here]
    for position, sibling in enumerate(siblings):
        sibling.position = position
    CalendarColumn.objects.bulk_update(siblings, ["position"])
    _tell(column, actor)


def _save(column: CalendarColumn, changed: list[str] | None, actor: User | None) -> CalendarColumn:
    column.name, column.location = column.name.strip(), column.location.strip()
    if not column.name:
        raise ColumnInvalid(_("Bitte einen Namen eingeben."), field="name")
    if column.calendar.practice_id != column.practice_id:
        raise ColumnInvalid(_("Dieser Terminkalender gehört nicht zur Praxis."), field="calendar")
    if column.doctor_role and column.doctor_role.practice_id != column.practice_id:
        raise ColumnInvalid(_("Diese Arztrolle gehört nicht zur Praxis."), field="doctor_role")
    taken = ColumnInvalid(_("In diesem Terminkalender gibt es schon eine Spalte mit diesem Namen."), field="name")
    with unless_taken("column_name_once", taken):
        if changed is None:
            column.save(force_insert=True)
        else:
            column.save(update_fields=changed)
    _tell(column, actor)
    return column


def _tell(column: CalendarColumn, actor: User | None) -> None:
    publish(ColumnSaved(practice_id=column.practice_id, actor_id=actor.pk if actor else None, column_id=column.pk))
    live.announce(column.practice_id, [column.pk], [])
