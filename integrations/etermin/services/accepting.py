"""Everything that comes in is written down here first, in one statement, and answered; the worker does the rest.

The row of the appointment is the turnstile: whoever holds it writes the next delivery about that appointment, so the
numbers of deliveries are the order of their arrival.
"""

import json
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from hashlib import sha256
from typing import Any

from django.db import connection as database

from integrations.etermin.models import EterminConnection, EterminDelivery
from integrations.etermin.reduced import Reduced, digest_of
from integrations.etermin.services.meeting import meet_call
from integrations.etermin.uids import uid_hash
from integrations.etermin.wire import Place, Reading
from praxis.core import crypto
from praxis.core.fields import place_of
from praxis.core.nudging import nudge

Door, Command, Outcome = EterminDelivery.Door, EterminDelivery.Command, EterminDelivery.Outcome
# Mission E9: nothing personal is kept, or taken in again, so long after the appointment.
KEPT = timedelta(days=90)
TOO_OLD = "Der Termin liegt länger als 90 Tage zurück."
# One look at the inbox serves all that came in within it.
PAUSE = timedelta(seconds=0.5)

# A repeat of what was accepted last writes nothing. An erased appointment stays erased.
ACCEPT = """
    WITH known AS (
        INSERT INTO integrations_eterminappointment AS a
            (practice_id, connection_id, uid_hash, accepted_digest, is_unplaced, said_number)
        VALUES (%(practice)s, %(connection)s, %(uid_hash)s, %(digest)s, false, 0)
        ON CONFLICT (practice_id, uid_hash) DO UPDATE
        SET accepted_digest = EXCLUDED.accepted_digest,
            connection_id = COALESCE(a.connection_id, EXCLUDED.connection_id)
        WHERE a.accepted_digest <> EXCLUDED.accepted_digest AND a.erased_at IS NULL
        RETURNING COALESCE(same_as_id, id) AS id
    )
    INSERT INTO integrations_etermindelivery
        (practice_id, connection_id, appointment_id, door, command, digest, body, ends_at, received_at, due_at, state,
         attempts, claim_number, dedupe_key, rerun, last_error, outcome, reason, is_test, finished_at)
    SELECT %(practice)s, %(connection)s, known.id, %(door)s, %(command)s, %(digest)s, %(body)s, %(ends_at)s, %(now)s,
           %(now)s, %(state)s, 0, 0, '', false, '', %(outcome)s, %(reason)s, %(is_test)s, %(finished_at)s
    FROM known
    RETURNING id
"""
HOLD = "SELECT id FROM integrations_eterminappointment WHERE practice_id = %s AND uid_hash = %s FOR NO KEY UPDATE"
REPEAT = """
    UPDATE integrations_etermindelivery SET repeats = repeats + 1
    WHERE id = (
        SELECT max(d.id) FROM integrations_etermindelivery d JOIN integrations_eterminappointment a
        ON d.appointment_id = COALESCE(a.same_as_id, a.id)
        WHERE a.practice_id = %(practice)s AND a.uid_hash = %(uid_hash)s AND d.digest = %(digest)s
    )
    RETURNING id
"""
# The truth may have changed since the bell was rung last; what failed deserves another try.
RING_AGAIN = """
    UPDATE integrations_etermindelivery
    SET state = CASE WHEN state = 'running' THEN state ELSE 'queued' END, rerun = (state = 'running'),
        attempts = 0, outcome = '', reason = '', due_at = LEAST(due_at, %(now)s)
    WHERE id = %(id)s AND (state = 'failed' OR (%(rings)s AND state IN ('queued', 'running', 'done')))
"""
SAME_DEAD = """
    UPDATE integrations_etermindelivery SET repeats = repeats + 1
    WHERE id = (
        SELECT max(id) FROM integrations_etermindelivery
        WHERE practice_id = %(practice)s AND received_at > %(since)s AND state = 'failed' AND digest = %(digest)s
    )
    RETURNING id
"""
# The same dead letter again within this time is counted, not kept once more.
SAME_WITHIN = timedelta(days=1)
# When this process last told a worker at once.
_woken = {"at": 0.0}


@dataclass(frozen=True)
class Accepted:
    """`delivery_id` None: an appointment that was erased."""

    delivery_id: int | None
    is_repeat: bool


def accept(
    *, practice_id: int, connection: EterminConnection | None, door: EterminDelivery.Door,
    command: EterminDelivery.Command, told: Reduced, now: datetime, is_test: bool = False,
) -> Accepted:  # fmt: skip
    """One statement, so no transaction is needed; in the caller's if there is one."""
    is_old = told.ends_at is not None and told.ends_at <= now - KEPT
    said = told.dumps()
    digest = digest_of(command, said)
    values: dict[str, Any] = {
        "practice": practice_id, "connection": connection.pk if connection else None, "door": door, "command": command,
        "uid_hash": uid_hash(practice_id, told.uid), "digest": digest, "now": now, "ends_at": told.ends_at,
        "is_test": is_test, "body": "" if is_old else _sealed(said), "state": "done" if is_old else "queued",
        "outcome": Outcome.LATE if is_old else "", "reason": TOO_OLD if is_old else "",
        "finished_at": now if is_old else None,
    }  # fmt: skip
    with database.cursor() as cursor:
        cursor.execute(ACCEPT, values)
        written = cursor.fetchone()
        if written is None:
            return _repeated(cursor, values, now, rings=connection is not None and connection.reads_back)
    _wake(now)
    return Accepted(written[0], is_repeat=False)


def hold_appointment(practice_id: int, uid: str) -> None:
    """Before anything else that the worker locks after it, a call for instance: so nobody waits in a circle. A no-op
    before the first delivery."""
    with database.cursor() as cursor:
        cursor.execute(HOLD, [practice_id, uid_hash(practice_id, uid)])


def _repeated(cursor: Any, values: dict[str, Any], now: datetime, *, rings: bool) -> Accepted:
    cursor.execute(REPEAT, values)
    found = cursor.fetchone()
    if found is not None:
        cursor.execute(RING_AGAIN, {"id": found[0], "now": values["now"], "rings": rings})
        if cursor.rowcount:
            _wake(now)
    return Accepted(found[0] if found else None, is_repeat=True)


def accept_reading(place: Place, reading: Reading, *, now: datetime, is_test: bool = False) -> Accepted:
    """What came by webhook; a dead letter at once when nobody can act on it."""
    connection = place.connection
    if reading.told is not None:
        if reading.tan:
            meet_call(connection, uid=reading.uid, tan=reading.tan)
        return accept(
            practice_id=connection.practice_id, connection=connection, door=Door.WEBHOOK, command=reading.command,
            told=reading.told, now=now, is_test=is_test,
        )  # fmt: skip
    return bury(connection, reading.reason, now=now, command=reading.command, picked=dict(reading.picked))


def bury(
    connection: EterminConnection, reason: str, *, now: datetime, command: EterminDelivery.Command = Command.UNKNOWN,
    picked: dict[str, str] | None = None,
) -> Accepted:  # fmt: skip
    """A dead letter. Without `picked` there is nothing in it that could be read again."""
    body = json.dumps({"picked": picked}, ensure_ascii=False, sort_keys=True) if picked else ""
    digest = sha256(f"{connection.pk}|{reason}|{body}".encode()).hexdigest()
    same: dict[str, Any] = {"practice": connection.practice_id, "since": now - SAME_WITHIN, "digest": digest}
    with database.cursor() as cursor:
        cursor.execute(SAME_DEAD, same)
        if (found := cursor.fetchone()) is not None:
            return Accepted(found[0], is_repeat=True)
    dead = EterminDelivery(
        practice_id=connection.practice_id, connection=connection, door=Door.WEBHOOK, command=command, received_at=now,
        due_at=now, finished_at=now, state="failed", outcome=Outcome.DEAD, reason=reason, last_error=reason,
        body=body, digest=digest,
    )  # fmt: skip
    dead.save(force_insert=True)
    return Accepted(dead.pk, is_repeat=False)


@cache
def _body_place() -> str:
    return place_of(EterminDelivery, "body")


def _sealed(text: str) -> str:
    return crypto.encrypt(text, aad=_body_place())


def _wake(now: datetime) -> None:
    """At once, or together with what else comes within PAUSE."""
    if time.monotonic() - _woken["at"] > PAUSE.total_seconds():
        _woken["at"] = time.monotonic()
        nudge(EterminDelivery)
    else:
        nudge(EterminDelivery, due_at=now + PAUSE)
