from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.models import User
from praxis.core.exceptions import PraxisError
from scheduling.events import EntryUndone
from scheduling.models import Entry, EntryChange
from scheduling.models.history import Action
from scheduling.services.changing import EntryChanged, change_entry, restore
from scheduling.services.conflicts import ensure_free
from scheduling.services.locking import in_column_transaction, lock_columns

# Only what a person still remembers doing.
UNDO_WINDOW = timedelta(hours=12)
UNDO_DEPTH = 20


class NothingToUndo(PraxisError):
    """This person did nothing lately that is not undone already."""


@dataclass(frozen=True)
class Undone:
    action: Action
    entries: list[Entry]


def undoable_changes(*, actor: User, now: datetime) -> list[EntryChange]:
    """The changes of the last own action that is not undone yet, newest first; empty when there is none."""
    own = (
        EntryChange.objects.filter(author=actor, at__gt=now - UNDO_WINDOW)
        .exclude(action=Action.UNDO)
        .values("batch")
        .annotate(newest=Max("id"), undone=Max("undone_at"))
        .order_by("-newest")[:UNDO_DEPTH]
    )
    last = next((action["batch"] for action in own if action["undone"] is None), None)
    if last is None:
        return []
    return list(
        EntryChange.objects.filter(batch=last, author=actor)
        .select_related("entry__patient", "entry__column", "entry__updated_by", "entry__practice")
        .order_by("-id")
    )


@in_column_transaction
def undo_last(*, actor: User, now: datetime) -> Undone:
    """Take back the person's own last action, as a whole.

    Raises NothingToUndo, EntryChanged (a colleague changed it since), SlotTaken (the old time is taken by now).
    """
    changes = undoable_changes(actor=actor, now=now)
    if not changes:
        raise NothingToUndo(_("Es gibt nichts rückgängig zu machen."))
    columns = {change.entry.column_id for change in changes}
    columns |= {change.before["column_id"] for change in changes if "column_id" in change.before}
    lock_columns(columns)
    entries = [_take_back(change, actor, now) for change in changes]
    EntryChange.objects.filter(pk__in=[change.pk for change in changes]).update(undone_at=now)
    return Undone(action=Action(changes[0].action), entries=entries)


def _take_back(change: EntryChange, actor: User, now: datetime) -> Entry:
    entry = change.entry
    later = EntryChange.objects.filter(entry=entry, pk__gt=change.pk, undone_at=None).exclude(action=Action.UNDO)
    if later.exists():
        raise EntryChanged(entry)
    changes: dict[str, Any] = restore(change.before) if change.before else {"deleted_at": now}
    _check_room(entry, changes, now)
    return change_entry(entry, changes, action=Action.UNDO, event=EntryUndone, actor=actor, now=now)


def _check_room(entry: Entry, changes: dict[str, Any], now: datetime) -> None:
    before = Entry(pk=entry.pk, practice=entry.practice)
    for name in ("column_id", "kind", "placement", "status", "starts_at", "ends_at", "deleted_at"):
        setattr(before, name, changes.get(name, getattr(entry, name)))
    if before.takes_time:
        ensure_free(before.column, before.starts_at, before.ends_at, now=now, besides=entry.pk)
