"""The one way rows of entries are written: conditional on their version, with history, event and live line."""

import uuid
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import IntegrityError
from django.db.models import Field
from django.utils.translation import gettext as _

from accounts.models import User
from praxis.core import live
from praxis.core.events import publish, publish_all
from praxis.core.exceptions import PraxisError
from praxis.core.localtime import local_day
from praxis.core.rows import insert
from scheduling.events import EntryEvent
from scheduling.models import Entry, EntryChange
from scheduling.models.history import Action
from scheduling.services.conflicts import SlotTaken

# What history keeps and undo restores.
KEPT_FIELDS = (
    "column_id", "kind", "placement", "starts_at", "ends_at", "text", "patient_id", "last_name", "first_name",
    "birth_date", "contact_phone", "appointment_type_id", "status", "notified_by", "is_video", "arrived_at",
    "in_room_at", "cancelled_at", "deleted_at",
)  # fmt: skip
CONSTRAINT = "entry_no_double_booking"


class EntryChanged(PraxisError):
    """Somebody changed the entry since the page was drawn; nothing was done."""

    def __init__(self, entry: Entry) -> None:
        who = entry.updated_by.display_name if entry.updated_by else _("Jemand")
        super().__init__(
            _("%(who)s hat diesen Eintrag inzwischen geändert. Der Kalender zeigt jetzt den neuen Stand.")
            % {"who": who}
        )
        self.entry = entry


def create_entry(
    entry: Entry, *, action: Action, event: type[EntryEvent], actor: User | None, now: datetime,
    batch: uuid.UUID | None = None,
) -> Entry:  # fmt: skip
    """Insert a prepared, unsaved entry."""
    entry.created_by = entry.updated_by = actor
    entry.created_at = entry.updated_at = now
    try:
        insert(entry)
    except IntegrityError as error:
        _raise_taken(error)
        raise
    change = _change(entry, action, actor, now, before={}, after=_as_json(entry, KEPT_FIELDS), batch=batch)
    _tell(entry, event, actor, change, previous_column_id=entry.column_id, moments=[entry.starts_at])
    return entry


def create_entries(
    entries: Sequence[Entry], *, action: Action, event: type[EntryEvent], actor: User | None, now: datetime,
    batch: uuid.UUID,
) -> list[Entry]:  # fmt: skip
    """As `create_entry` for the many entries of one action, in as few statements as for one."""
    for entry in entries:
        entry.created_by = entry.updated_by = actor
        entry.created_at = entry.updated_at = now
    try:
        made = Entry.objects.bulk_create(entries)
    except IntegrityError as error:
        _raise_taken(error)
        raise
    EntryChange.objects.bulk_create(
        _change(entry, action, actor, now, before={}, after=_as_json(entry, KEPT_FIELDS), batch=batch) for entry in made
    )
    publish_all([_event(event, entry, actor, entry.column_id) for entry in made])
    for practice_id in {entry.practice_id for entry in made}:
        days = {local_day(entry.starts_at, ZoneInfo(entry.practice.time_zone)) for entry in made}
        live.announce(practice_id, {entry.column_id for entry in made}, days)
    return made


def change_entry(
    entry: Entry, changes: dict[str, Any], *, action: Action, event: type[EntryEvent], actor: User | None,
    now: datetime, batch: uuid.UUID | None = None,
) -> Entry:  # fmt: skip
    """Write `changes` if the row still has the version of `entry`; the given object then shows the new state.

    Raises EntryChanged, SlotTaken (only when somebody wrote past the column locks).
    """
    changes = {name: value for name, value in changes.items() if getattr(entry, name) != value}
    if not changes:
        return entry
    before = _as_json(entry, changes)
    old_start, old_column = entry.starts_at, entry.column_id
    stamped = {**changes, "version": entry.version + 1, "updated_by": actor, "updated_at": now}
    try:
        written = Entry.objects.filter(pk=entry.pk, version=entry.version).update(**stamped)
    except IntegrityError as error:
        _raise_taken(error)
        raise
    if not written:
        raise EntryChanged(Entry.objects.select_related("updated_by").get(pk=entry.pk))
    for name, value in stamped.items():
        setattr(entry, name, value)
    change = _change(entry, action, actor, now, before=before, after=_as_json(entry, changes), batch=batch)
    _tell(entry, event, actor, change, previous_column_id=old_column, moments=[old_start, entry.starts_at])
    return entry


def restore(values: dict[str, Any]) -> dict[str, Any]:
    """Values of a history line as the model wants them."""
    return {name: _field(name).to_python(value) for name, value in values.items()}


def check_version(entry: Entry, version: int | None) -> None:
    """Raises EntryChanged when the page that asks showed an older state. None: the caller does not care."""
    if version is not None and entry.version != version:
        raise EntryChanged(entry)


def _change(
    entry: Entry, action: Action, actor: User | None, now: datetime, *, before: dict[str, Any], after: dict[str, Any],
    batch: uuid.UUID | None,
) -> EntryChange:  # fmt: skip
    return EntryChange(
        practice_id=entry.practice_id, entry_id=entry.pk, action=action, author=actor, at=now,
        batch=batch or uuid.uuid4(), version=entry.version, before=before, after=after,
    )  # fmt: skip


def _event(event: type[EntryEvent], entry: Entry, actor: User | None, previous_column_id: int) -> EntryEvent:
    return event(
        practice_id=entry.practice_id, actor_id=actor.pk if actor else None, entry_id=entry.pk,
        column_id=entry.column_id, previous_column_id=previous_column_id,
    )  # fmt: skip


def _tell(
    entry: Entry, event: type[EntryEvent], actor: User | None, change: EntryChange, *, previous_column_id: int,
    moments: Iterable[datetime],
) -> None:  # fmt: skip
    """Write the line of history, publish, and announce to open pages."""
    zone = ZoneInfo(entry.practice.time_zone)
    days: set[date] = {local_day(moment, zone) for moment in moments}
    publish(_event(event, entry, actor, previous_column_id), along=[change])
    live.announce(entry.practice_id, {entry.column_id, previous_column_id}, days)


def _as_json(entry: Entry, names: Iterable[str]) -> dict[str, Any]:
    values = {name: getattr(entry, name) for name in names}
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}


def _field(name: str) -> "Field[Any, Any]":
    return Entry._meta.get_field(name.removesuffix("_id"))  # type: ignore[return-value]


def _raise_taken(error: IntegrityError) -> None:
    """The constraint caught what a lock should have prevented. The transaction is broken, so nobody can be asked who
    has the time; whoever asks again gets the full answer of `ensure_free`."""
    diagnosis = getattr(error.__cause__, "diag", None)
    if diagnosis is None or diagnosis.constraint_name != CONSTRAINT:
        return
    message = _("Diese Zeit ist inzwischen vergeben.")
    raise SlotTaken(message=message, public_message=message) from error
