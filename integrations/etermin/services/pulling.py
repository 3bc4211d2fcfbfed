"""What nobody pushed is healed by asking: eTermin's list of changes since a position (mission E5).

How the list marks a deletion is not public, so every line of it is a bell like a pushed one: the appointment is asked
for by itself, and its absence is the answer.
"""

import time
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef

from integrations.etermin.models import EterminAppointment, EterminConnection, EterminDelivery, EterminPull, EterminRun
from integrations.etermin.reduced import Reduced
from integrations.etermin.rest import Changed, Changes, EterminClient
from integrations.etermin.selectors.place import place_of
from integrations.etermin.services.accepting import accept
from integrations.etermin.services.asking import note_contact
from integrations.etermin.uids import LONGEST, uid_hash
from praxis.core.exceptions import OutsideError
from praxis.core.jobs import enqueue
from praxis.core.workrow import OPEN_STATES

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
    known = _known(connection, lines)
    for line in lines:
        told = line.told or Reduced(uid=line.uid)
        run.missed += _is_news(known.get(uid_hash(connection.practice_id, line.uid)), told)
        accept(
            practice_id=connection.practice_id, connection=connection, door=Door.SYNC, command=Command.MODIFIED,
            told=told, now=now,
        )  # fmt: skip
    run.named = len(lines)
    connection.sync_token = changes.next_token
    EterminConnection.objects.filter(pk=connection.pk).update(sync_token=changes.next_token, last_pull_at=now)


def _known(connection: EterminConnection, lines: list[Changed]) -> dict[str, EterminAppointment]:
    """By hash of the id. With `is_ringing`: a delivery about it is not worked on yet."""
    hashes = [uid_hash(connection.practice_id, line.uid) for line in lines]
    ringing = EterminDelivery.objects.filter(appointment=OuterRef("pk"), state__in=OPEN_STATES)
    found = EterminAppointment.objects.filter(practice_id=connection.practice_id, uid_hash__in=hashes)
    return {one.uid_hash: one for one in found.annotate(is_ringing=Exists(ringing))}


def _is_news(known: Any, told: Reduced) -> bool:
    """Nobody pushed it. Of what was deleted the list tells nothing that could be compared."""
    if known is None:
        return True
    if known.is_ringing or known.said == EterminAppointment.Said.DELETED or known.same_as_id is not None:
        return False
    before = Reduced.loads(known.told) if known.told else None
    return before is None or told.over(before) != before
