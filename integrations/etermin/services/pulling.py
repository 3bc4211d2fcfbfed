"""What nobody pushed is healed by asking: eTermin's list of changes since a position (mission E5).

How the list marks a deletion is not public, so every line of it is a bell like a pushed one: the appointment is asked
for by itself, and its absence is the answer.
"""

import time
from datetime import datetime

from django.db import transaction

from integrations.etermin.models import EterminAppointment, EterminConnection, EterminDelivery, EterminPull, EterminRun
from integrations.etermin.reduced import Reduced
from integrations.etermin.rest import Changed, Changes, EterminClient
from integrations.etermin.selectors.place import place_of
from integrations.etermin.services.accepting import accept
from integrations.etermin.services.asking import note_contact
from integrations.etermin.uids import LONGEST, uid_hash
from praxis.core.exceptions import OutsideError
from praxis.core.jobs import enqueue

Door, Command = EterminDelivery.Door, EterminDelivery.Command


def schedule_pull(connection: EterminConnection, *, now: datetime) -> None:
    """Ask as soon as a worker is free; from then on again and again while there are keys."""
    enqueue(
        EterminPull, dedupe_key=str(connection.pk), due_at=now, practice_id=connection.practice_id,
        connection_id=connection.pk,
    )  # fmt: skip


def pull(connection: EterminConnection, *, now: datetime) -> EterminRun:
    """One question. Raises OutsideError after writing the run down."""
    began = time.monotonic()
    run = EterminRun(practice_id=connection.practice_id, connection=connection, started_at=now)
    try:
        changes = EterminClient(place_of(connection)).changes(connection.sync_token)
        _ring(connection, changes, run, now)
    except OutsideError as error:
        run.error = error.message[:300]
        raise
    finally:
        run.milliseconds = round((time.monotonic() - began) * 1000)
        run.save(force_insert=True)
    note_contact(connection, now=now)
    return run


@transaction.atomic
def _ring(connection: EterminConnection, changes: Changes, run: EterminRun, now: datetime) -> None:
    """The bells and the new position: both or neither."""
    held = EterminConnection.objects.select_for_update(no_key=True).only("sync_token", "account").get(pk=connection.pk)
    if (held.sync_token, held.account) != (connection.sync_token, connection.account):
        # Somebody else asked meanwhile, or under other keys.
        return
    lines = [line for line in changes.lines if len(line.uid) <= LONGEST]
    if not connection.sync_token:
        # The first answer names everything there ever was.
        lines = [line for line in lines if line.told is None or line.told.ends_at is None or line.told.ends_at > now]
    known = _known_states(connection, lines)
    for line in lines:
        told = line.told or Reduced(uid=line.uid)
        before = known.get(uid_hash(connection.practice_id, line.uid))
        run.missed += before is None or told.over(before) != before
        accept(
            practice_id=connection.practice_id, connection=connection, door=Door.SYNC, command=Command.MODIFIED,
            told=told, now=now,
        )  # fmt: skip
    run.named = len(lines)
    connection.sync_token = changes.next_token
    EterminConnection.objects.filter(pk=connection.pk).update(sync_token=changes.next_token, last_pull_at=now)


def _known_states(connection: EterminConnection, lines: list[Changed]) -> dict[str, Reduced]:
    hashes = [uid_hash(connection.practice_id, line.uid) for line in lines]
    found = EterminAppointment.objects.filter(practice_id=connection.practice_id, uid_hash__in=hashes)
    return {one.uid_hash: Reduced.loads(one.told) for one in found.exclude(told="")}
