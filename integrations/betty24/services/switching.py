"""Background synchronisation on and off, columns paused and resumed, and giving refused changes another try."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from integrations.betty24.events import (
    Betty24ColumnPaused,
    Betty24ColumnResumed,
    Betty24Event,
    Betty24SwitchedOff,
    Betty24SwitchedOn,
)
from integrations.betty24.models import REFUSED, Betty24Binding, Betty24Connection, Betty24Push
from integrations.betty24.services.queueing import wake
from praxis.core.events import publish


@transaction.atomic
def switch_on(*, connection: Betty24Connection, actor: User | None, now: datetime) -> None:
    """Seed 001, TMEX +J: from now on, also after every restart."""
    _update(connection, is_on=True, retry_at=None, next_pull_at=None)
    wake(connection, now=now)
    _tell(Betty24SwitchedOn, connection, actor)


@transaction.atomic
def switch_off(*, connection: Betty24Connection, actor: User | None, now: datetime) -> None:
    """Seed 001, TMEX -J: a contact that is running finishes. What changes meanwhile waits in the queue."""
    _update(connection, is_on=False)
    _tell(Betty24SwitchedOff, connection, actor)


@transaction.atomic
def pause_column(*, binding: Betty24Binding, is_paused: bool, actor: User | None, now: datetime) -> None:
    """A paused column is told nothing; its changes wait. What the portal says is heard all the same."""
    binding.is_paused = is_paused
    binding.save(update_fields=["is_paused"])
    if not is_paused and binding.connection.is_on:
        wake(binding.connection, now=now)
    _tell(Betty24ColumnPaused if is_paused else Betty24ColumnResumed, binding.connection, actor)


@transaction.atomic
def retry_failed(*, binding: Betty24Binding, now: datetime) -> int:
    """Changes that the portal refused are tried again now instead of after their pause; answers how many."""
    refused = Betty24Push.objects.filter(REFUSED, column_id=binding.column_id).update(due_at=now)
    if refused and binding.connection.is_on:
        wake(binding.connection, now=now)
    return refused


def _update(connection: Betty24Connection, **changes: object) -> None:
    for name, value in changes.items():
        setattr(connection, name, value)
    connection.save(update_fields=list(changes))


def _tell(event: type[Betty24Event], connection: Betty24Connection, actor: User | None) -> None:
    publish(
        event(
            practice_id=connection.practice_id, actor_id=actor.pk if actor else None, connection_id=connection.pk
        )
    )  # fmt: skip
