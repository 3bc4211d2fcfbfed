from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from praxis.core.exceptions import PraxisError
from scheduling.events import AppointmentCancelled, EntryDeleted
from scheduling.models import Entry
from scheduling.models.entry import Kind, Status
from scheduling.models.history import Action
from scheduling.services.changing import change_entry, check_version
from scheduling.services.locking import in_column_transaction, lock_columns


class NotCancellable(PraxisError):
    """Only appointments are cancelled; other entries are deleted."""


@in_column_transaction
def cancel_appointment(*, entry: Entry, actor: User | None, now: datetime, version: int | None = None) -> Entry:
    """The appointment leaves the calendar but stays known as cancelled; all its slots are free at once.

    Cancelling twice changes nothing. Raises EntryChanged, NotCancellable.
    """
    if entry.kind != Kind.APPOINTMENT or entry.deleted_at is not None:
        raise NotCancellable(_("Dieser Eintrag kann nicht abgesagt, nur gelöscht werden."))
    if entry.status == Status.CANCELLED:
        return entry
    lock_columns([entry.column_id])
    check_version(entry, version)
    changes = {"status": Status.CANCELLED, "cancelled_at": now}
    return change_entry(entry, changes, action=Action.CANCEL, event=AppointmentCancelled, actor=actor, now=now)


@in_column_transaction
def delete_entry(*, entry: Entry, actor: User | None, now: datetime, version: int | None = None) -> Entry:
    """Remove an entry that was a mistake; frees all its slots. The history keeps it for 90 days.

    Deleting twice changes nothing. Raises EntryChanged.
    """
    if entry.deleted_at is not None:
        return entry
    lock_columns([entry.column_id])
    check_version(entry, version)
    return change_entry(entry, {"deleted_at": now}, action=Action.DELETE, event=EntryDeleted, actor=actor, now=now)
