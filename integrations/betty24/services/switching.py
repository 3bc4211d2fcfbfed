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
from integrations.betty24.models import Betty24Binding, Betty24Connection, Betty24Push
from integrations.betty24.services.queueing import queue_entry, wake
from praxis.core.events import publish
from praxis.core.workrow import WorkState


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
    """Changes that the portal refused for good are tried once more; answers how many."""
    failed = Betty24Push.objects.filter(column_id=binding.column_id, state=WorkState.FAILED)
    entry_ids = list(failed.values_list("entry_id", flat=True))
    failed.delete()
    for entry_id in dict.fromkeys(entry_ids):
        queue_entry(binding.connection, entry_id=entry_id, column_id=binding.column_id, now=now)
    return len(set(entry_ids))


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
