"""What only a person can settle, written down once and ticked off."""

from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import User
from integrations.etermin.models import EterminAppointment, EterminCalendar, EterminTask
from praxis.core import live
from praxis.core.exceptions import PraxisError

Kind = EterminTask.Kind


class AlreadySettled(PraxisError):
    """Somebody else ticked the task off."""


def ask_staff(
    practice_id: int, kind: EterminTask.Kind, *, now: datetime, appointment: EterminAppointment | None = None,
    calendar: EterminCalendar | None = None,
) -> None:  # fmt: skip
    """Once until it is settled."""
    task = EterminTask(
        practice_id=practice_id, kind=kind, appointment=appointment, calendar=calendar, created_at=now
    )  # fmt: skip
    EterminTask.objects.bulk_create([task], ignore_conflicts=True)
    announce_notices(practice_id)


def close_tasks(practice_id: int, about: Q, *, now: datetime) -> int:
    """What happened since has answered them."""
    closed = EterminTask.objects.filter(about, practice_id=practice_id, done_at=None).update(done_at=now)
    if closed:
        announce_notices(practice_id)
    return closed


def settle_task(*, task: EterminTask, actor: User, now: datetime) -> None:
    """Raises AlreadySettled."""
    if not EterminTask.objects.filter(pk=task.pk, done_at=None).update(done_at=now, done_by=actor):
        raise AlreadySettled(_("Diese Aufgabe ist schon erledigt."))
    announce_notices(task.practice_id)


def announce_notices(practice_id: int) -> None:
    """What stands above every page changed: no column, no day."""
    live.announce(practice_id, [], [])
