from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from praxis.core.exceptions import PraxisError
from scheduling.events import EntryEdited
from scheduling.models import Entry
from scheduling.models.entry import Kind, Placement, Status
from scheduling.models.history import Action
from scheduling.services.changing import change_entry, check_version
from scheduling.services.locking import in_column_transaction

VISIT_STATUSES = frozenset(Status) - {Status.CANCELLED}


class NoVisit(PraxisError):
    """The entry is no appointment that somebody could come to."""


@in_column_transaction
def set_visit_status(
    *, entry: Entry, status: Status, actor: User | None, now: datetime, version: int | None = None
) -> Entry:
    """Tentative, definite, arrived, in the room, done, did not come; in any order, people correct themselves.

    Raises NoVisit, EntryChanged.
    """
    if entry.kind != Kind.APPOINTMENT or entry.deleted_at or entry.placement == Placement.PARKED:
        raise NoVisit(_("Der Status gehört zu einem Termin im Kalender."))
    if status not in VISIT_STATUSES or entry.status == Status.CANCELLED:
        raise NoVisit(_("Ein abgesagter Termin hat keinen Besuch. Bitte einen neuen Termin vergeben."))
    check_version(entry, version)
    changes: dict[str, Any] = {"status": status}
    if status == Status.ARRIVED:
        changes |= {"arrived_at": now, "in_room_at": None}
    elif status == Status.IN_ROOM:
        changes |= {"arrived_at": entry.arrived_at or now, "in_room_at": now}
    elif status in (Status.TENTATIVE, Status.DEFINITE, Status.NO_SHOW):
        changes |= {"arrived_at": None, "in_room_at": None}
    return change_entry(entry, changes, action=Action.STATUS, event=EntryEdited, actor=actor, now=now)
