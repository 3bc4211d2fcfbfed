"""What a person asks for and waits for: synchronise now, compare, put right, upload a column."""

import random
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import DateTimeField, Value
from django.db.models.functions import Greatest

from accounts.models import User
from integrations.betty24.client import Betty24Client
from integrations.betty24.models import Betty24Binding, Betty24Connection, Betty24Job
from integrations.betty24.services.comparing import compare
from integrations.betty24.services.queueing import wake
from integrations.betty24.services.repairing import put_right
from integrations.betty24.services.telling import announce_silence
from integrations.betty24.services.turn import is_out_of_touch, take_turn
from integrations.betty24.services.uploading import upload_column
from integrations.betty24.turns import KeepAlive, nobody_waits
from praxis.core.exceptions import OutsideError
from praxis.core.jobs import enqueue, extend_lease, finish, retry

Clock = Callable[[], datetime]

# A first synchronisation of a busy practice fits; whatever is left comes with the next contact.
MOST_TURNS = 200
NIGHT_FROM, NIGHT_HOURS = 1, 4


def ask_for(
    kind: Betty24Job.Kind, connection: Betty24Connection, *, actor: User | None, now: datetime,
    binding: Betty24Binding | None = None,
) -> int:  # fmt: skip
    """Id of the job; asking twice before it ran is asking once."""
    return enqueue(
        Betty24Job, dedupe_key=f"{kind}:{connection.pk}:{binding.pk if binding else 0}", due_at=now, kind=kind,
        practice_id=connection.practice_id, connection_id=connection.pk, binding_id=binding.pk if binding else None,
        asked_by_id=actor.pk if actor else None, steps_done=0, steps=0,
    )  # fmt: skip


def ask_nightly_comparison(connection: Betty24Connection, *, now: datetime) -> None:
    """Once a night, each practice at its own minute, so that the portal is not asked by all at once."""
    due = connection.next_compare_at
    if due is not None and due > now:
        return
    if due is not None:
        ask_for(Betty24Job.Kind.REPAIR, connection, actor=None, now=now)
    zone = ZoneInfo(connection.practice.time_zone)
    tomorrow = (now.astimezone(zone) + timedelta(days=1)).replace(hour=NIGHT_FROM, minute=0, second=0, microsecond=0)
    connection.next_compare_at = tomorrow + timedelta(minutes=random.SystemRandom().uniform(0, NIGHT_HOURS * 60))
    connection.save(update_fields=["next_compare_at"])


def do_job(row: Betty24Job, connection: Betty24Connection, *, clock: Clock) -> None:
    """Call it while `taking_turns`. Raises OutsideError; asked again, each job starts over and does no harm."""
    bindings = list(Betty24Binding.objects.filter(connection=connection).order_by("place"))
    if row.binding_id is not None:
        bindings = [binding for binding in bindings if binding.pk == row.binding_id]
    if row.kind == Betty24Job.Kind.SYNC:
        _sync(row, connection, clock)
        return
    client = Betty24Client(connection)
    try:
        if row.kind == Betty24Job.Kind.UPLOAD:
            result = dict(_upload(row, client, connection, bindings, clock))
        else:
            result = _compare(row, client, connection, bindings, clock)
    except OutsideError as error:
        _note_trouble(connection, error, now=clock())
        raise
    _note_contact(connection, now=clock())
    finish(row, now=clock(), result=result)


def _compare(
    row: Betty24Job, client: Betty24Client, connection: Betty24Connection, bindings: Sequence[Betty24Binding],
    clock: Clock,
) -> dict[str, Any]:  # fmt: skip
    keep_alive = _keep_alive(row, clock)
    found = compare(client, connection, bindings, now=clock(), keep_alive=keep_alive)
    if row.kind == Betty24Job.Kind.REPAIR:
        put_right(client, connection, found, now=clock(), keep_alive=keep_alive)
    return {"columns": [one.as_json() for one in found]}


def _keep_alive(row: Betty24Job, clock: Clock) -> KeepAlive:
    return lambda: extend_lease(row, now=clock())


def _note_trouble(connection: Betty24Connection, error: OutsideError, *, now: datetime) -> None:
    """The background leaves a portal in peace that told a job to come back later. A refused call is no trouble."""
    if not is_out_of_touch(error):
        return
    changes: dict[str, Any] = {"last_error": error.message, "last_error_at": now}
    if error.retry_after:
        changes["retry_at"] = Greatest("retry_at", Value(now + error.retry_after, output_field=DateTimeField()))
    Betty24Connection.objects.filter(pk=connection.pk).update(**changes)
    announce_silence(connection, now=now)


def _note_contact(connection: Betty24Connection, *, now: datetime) -> None:
    """The trouble is over before the background tries again."""
    troubled = Betty24Connection.objects.filter(pk=connection.pk).exclude(last_error="")
    troubled.update(last_error="", retry_at=None, last_contact_at=now)


def _sync(row: Betty24Job, connection: Betty24Connection, clock: Clock) -> None:
    """A person waits for the answer: a portal that cannot be reached is said at once, the background goes on trying."""
    try:
        counts = synchronise(connection, clock=clock, keep_alive=_keep_alive(row, clock))
    except OutsideError as error:
        _note_trouble(connection, error, now=clock())
        retry(row, now=clock(), error=error.message, permanent=True)
        return
    finish(row, now=clock(), result=dict(counts))


def synchronise(
    connection: Betty24Connection, *, clock: Clock, keep_alive: KeepAlive = nobody_waits
) -> Counter[str]:  # fmt: skip
    """Until both sides agree; counts by kind. Raises OutsideError."""
    counts: Counter[str] = Counter()
    for _turn in range(MOST_TURNS):
        turn = take_turn(connection, clock=clock, keep_alive=keep_alive)
        counts += turn.counts
        keep_alive()
        if not turn.is_more:
            break
    return counts


def _upload(
    row: Betty24Job, client: Betty24Client, connection: Betty24Connection, bindings: Sequence[Betty24Binding],
    clock: Clock,
) -> Counter[str]:  # fmt: skip
    def step(done: int, of: int) -> None:
        Betty24Job.objects.filter(pk=row.pk).update(steps_done=done, steps=of)
        extend_lease(row, now=clock())

    counts: Counter[str] = Counter()
    for binding in bindings:
        counts += upload_column(client, connection, binding, now=clock(), step=step)
    if connection.is_on:
        wake(connection, now=clock())
    return counts
