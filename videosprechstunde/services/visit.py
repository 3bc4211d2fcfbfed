"""The calendar follows the call: there, in the room, done. What the practice says by hand counts more."""

from collections.abc import Collection
from datetime import datetime

from accounts.models import User
from praxis.core.exceptions import PraxisError
from scheduling.models import Entry
from scheduling.services import set_visit_status
from scheduling.services.booking import Placement, Status

EXPECTED = (Status.TENTATIVE, Status.DEFINITE)
BEFORE_THE_CALL = (*EXPECTED, Status.ARRIVED)
NOT_OVER = (*BEFORE_THE_CALL, Status.IN_ROOM)


def mark_visit(
    *, entry: Entry | None, status: Status, instead_of: Collection[str], actor: User | None, now: datetime
) -> None:
    """Before the call's row is locked: the appointment comes first everywhere."""
    if entry is None or entry.deleted_at or entry.placement == Placement.PARKED or entry.status not in instead_of:
        return
    try:
        set_visit_status(entry=entry, status=status, actor=actor, now=now)
    except PraxisError:
        # A colleague changed the appointment this very moment; the call goes on.
        return
