from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from praxis.core.exceptions import PraxisError
from scheduling.events import AppointmentParked, EntryMoved, EntryResized
from scheduling.models import CalendarColumn, Entry
from scheduling.models.entry import Kind, Placement, Status
from scheduling.models.history import Action
from scheduling.services.changing import change_entry, check_version
from scheduling.services.conflicts import ensure_free
from scheduling.services.locking import in_column_transaction, lock_columns
from scheduling.services.timing import ends_after, minutes_of


class NotMovable(PraxisError):
    """The entry is cancelled or deleted, or of a kind that cannot leave the grid."""


@in_column_transaction
def move_entry(
    *, entry: Entry, column: CalendarColumn, starts_at: datetime, actor: User | None, now: datetime,
    version: int | None = None, minutes: int | None = None,
) -> Entry:  # fmt: skip
    """To another time or column of the grid, also from the extra list or the clipboard. Keeps its length unless
    `minutes` is given.

    Raises SlotTaken, EntryChanged, NotMovable, TimeInvalid.
    """
    lock_columns([entry.column_id, column.pk])
    check_version(entry, version)
    _check_movable(entry)
    length = minutes_of(entry.starts_at, entry.ends_at) if minutes is None else minutes
    ends_at = ends_after(starts_at, length)
    if entry.kind != Kind.NOTE:
        ensure_free(column, starts_at, ends_at, now=now, besides=entry.pk, type_id=entry.appointment_type_id)
    changes = {"column_id": column.pk, "starts_at": starts_at, "ends_at": ends_at, "placement": Placement.GRID}
    return change_entry(entry, changes, action=Action.MOVE, event=EntryMoved, actor=actor, now=now)


@in_column_transaction
def resize_entry(*, entry: Entry, minutes: int, actor: User | None, now: datetime, version: int | None = None) -> Entry:
    """Longer or shorter, the start stays. Raises SlotTaken, EntryChanged, TimeInvalid."""
    check_version(entry, version)
    ends_at = ends_after(entry.starts_at, minutes)
    if entry.takes_time:
        lock_columns([entry.column_id])
        ensure_free(
            entry.column, entry.starts_at, ends_at, now=now, besides=entry.pk, type_id=entry.appointment_type_id
        )
    return change_entry(
        entry, {"ends_at": ends_at}, action=Action.RESIZE, event=EntryResized, actor=actor, now=now
    )  # fmt: skip


@in_column_transaction
def park_appointment(*, entry: Entry, actor: User | None, now: datetime, version: int | None = None) -> Entry:
    """Onto the clipboard: its time is free at once. Raises EntryChanged, NotMovable."""
    return _set_aside(entry, Placement.PARKED, Action.PARK, AppointmentParked, actor, now, version)


@in_column_transaction
def make_extra(*, entry: Entry, actor: User | None, now: datetime, version: int | None = None) -> Entry:
    """Out of the grid into the list of extra appointments, same column and time. Raises EntryChanged, NotMovable."""
    return _set_aside(entry, Placement.EXTRA, Action.MOVE, EntryMoved, actor, now, version)


@in_column_transaction
def move_to_extras(
    *, entry: Entry, column: CalendarColumn, starts_at: datetime, minutes: int, actor: User | None, now: datetime
) -> Entry:
    """Into the list of extra appointments of another time or column. Raises NotMovable, TimeInvalid."""
    lock_columns([entry.column_id, column.pk])
    _check_movable(entry)
    changes = {
        "column_id": column.pk, "starts_at": starts_at, "ends_at": ends_after(starts_at, minutes),
        "placement": Placement.EXTRA,
    }  # fmt: skip
    return change_entry(entry, changes, action=Action.MOVE, event=EntryMoved, actor=actor, now=now)


def _set_aside(
    entry: Entry, placement: Placement, action: Action, event: type[EntryMoved] | type[AppointmentParked],
    actor: User | None, now: datetime, version: int | None,
) -> Entry:  # fmt: skip
    lock_columns([entry.column_id])
    check_version(entry, version)
    _check_movable(entry)
    if entry.kind != Kind.APPOINTMENT:
        raise NotMovable(_("Nur Termine können neben dem Raster stehen."))
    return change_entry(entry, {"placement": placement}, action=action, event=event, actor=actor, now=now)


def _check_movable(entry: Entry) -> None:
    if entry.deleted_at is not None:
        raise NotMovable(_("Dieser Eintrag wurde gelöscht."))
    if entry.kind == Kind.APPOINTMENT and entry.status == Status.CANCELLED:
        raise NotMovable(_("Dieser Termin ist abgesagt. Bitte einen neuen Termin vergeben."))
