"""What only a person can settle, written down once and ticked off."""

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from integrations.betty24.models import Betty24Booking, Betty24Connection, Betty24Task
from integrations.betty24.services.telling import announce_notices
from praxis.core.exceptions import PraxisError


class AlreadySettled(PraxisError):
    """Somebody else ticked the task off."""


def ask_staff(
    connection: Betty24Connection, kind: Betty24Task.Kind, *, now: datetime, booking: Betty24Booking | None = None,
    entry_id: int | None = None, portal_id: str = "",
) -> None:  # fmt: skip
    """Once per booking and kind until it is settled."""
    same = {"connection": connection, "kind": kind, "booking": booking, "portal_id": portal_id}
    if Betty24Task.objects.filter(**same, done_at=None).exists():
        return
    announce_notices(connection.practice_id)
    Betty24Task.objects.bulk_create(
        [
            Betty24Task(practice_id=connection.practice_id, entry_id=entry_id, created_at=now, **same),
        ],
        ignore_conflicts=True,
    )


def settle_task(*, task: Betty24Task, actor: User, now: datetime) -> None:
    """Raises AlreadySettled."""
    if not Betty24Task.objects.filter(pk=task.pk, done_at=None).update(done_at=now, done_by=actor):
        raise AlreadySettled(_("Diese Aufgabe ist schon erledigt."))
    announce_notices(task.practice_id)


def mark_seen(*, booking_ids: list[int], actor: User, now: datetime) -> int:
    """Takes bookings off the list "neu online gebucht"; answers how many were still on it."""
    unseen = Betty24Booking.objects.filter(pk__in=booking_ids, seen_at=None)
    seen = unseen.update(seen_at=now, seen_by=actor)
    if seen and actor.practice_id is not None:
        announce_notices(actor.practice_id)
    return seen
