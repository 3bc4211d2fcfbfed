"""Notes (yellow, still bookable) and remarks (green, lock the time online and here until removed)."""

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import Practice, User
from praxis.core.exceptions import PraxisError
from scheduling.events import EntryEdited, NoteSet, TimeReserved
from scheduling.models import CalendarColumn, Entry
from scheduling.models.entry import Kind
from scheduling.models.history import Action
from scheduling.services.changing import change_entry, check_version, create_entry
from scheduling.services.conflicts import ensure_free
from scheduling.services.locking import in_column_transaction, lock_columns
from scheduling.services.timing import ends_after


class TextMissing(PraxisError):
    """A note or remark without words tells nobody anything."""


class NotAMark(PraxisError):
    """The entry is an appointment."""


@in_column_transaction
def set_note(
    *, practice: Practice, column: CalendarColumn, starts_at: datetime, minutes: int, text: str, actor: User | None,
    now: datetime,
) -> Entry:  # fmt: skip
    """A yellow note: the time stays free, here and online. Raises TextMissing, TimeInvalid."""
    entry = _mark(practice, column, Kind.NOTE, starts_at, minutes, text)
    return create_entry(entry, action=Action.NOTE, event=NoteSet, actor=actor, now=now)


@in_column_transaction
def set_remark(
    *, practice: Practice, column: CalendarColumn, starts_at: datetime, minutes: int, text: str, actor: User | None,
    now: datetime,
) -> Entry:  # fmt: skip
    """A green remark: nobody can book the time until it is removed. Raises SlotTaken, TextMissing, TimeInvalid."""
    entry = _mark(practice, column, Kind.LOCK, starts_at, minutes, text)
    lock_columns([column.pk])
    ensure_free(column, entry.starts_at, entry.ends_at, now=now)
    return create_entry(entry, action=Action.REMARK, event=TimeReserved, actor=actor, now=now)


@in_column_transaction
def remark_to_note(*, entry: Entry, actor: User | None, now: datetime, version: int | None = None) -> Entry:
    """Seed 001: the green remark becomes a yellow note, the slot is free again. Raises NotAMark, EntryChanged."""
    if entry.kind not in (Kind.LOCK, Kind.NOTE):
        raise NotAMark(_("Nur eine Anmerkung kann zur Notiz werden."))
    lock_columns([entry.column_id])
    check_version(entry, version)
    return change_entry(entry, {"kind": Kind.NOTE}, action=Action.NOTE, event=EntryEdited, actor=actor, now=now)


@in_column_transaction
def edit_mark(
    *, entry: Entry, text: str, actor: User | None, now: datetime, version: int | None = None, kind: Kind | None = None
) -> Entry:
    """Other words, or another kind of mark (note, remark, reservation) in the same place.

    Raises SlotTaken, TextMissing, NotAMark, EntryChanged.
    """
    wanted = kind or Kind(entry.kind)
    if entry.kind == Kind.APPOINTMENT or wanted not in (Kind.NOTE, Kind.LOCK, Kind.RESERVATION):
        raise NotAMark(_("Ein Termin ist keine Notiz."))
    lock_columns([entry.column_id])
    check_version(entry, version)
    if wanted != Kind.NOTE:
        ensure_free(entry.column, entry.starts_at, entry.ends_at, now=now, besides=entry.pk)
    changes = {"text": words_of(text), "kind": wanted}
    return change_entry(entry, changes, action=Action.EDIT, event=EntryEdited, actor=actor, now=now)


def _mark(
    practice: Practice, column: CalendarColumn, kind: Kind, starts_at: datetime, minutes: int, text: str
) -> Entry:
    return Entry(
        practice=practice, column=column, kind=kind, starts_at=starts_at, ends_at=ends_after(starts_at, minutes),
        text=words_of(text),
    )  # fmt: skip


def words_of(text: str) -> str:
    if not text.strip():
        raise TextMissing(_("Bitte ein paar Worte eingeben, damit alle wissen, worum es geht."), field="text")
    return text.strip()
