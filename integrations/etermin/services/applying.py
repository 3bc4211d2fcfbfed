"""Inbox rows become appointments: in one transaction with their outcome, so that each is applied once whatever dies.

The row of the appointment is held while its deliveries are applied, all that are open, in the order of their arrival.
"""

import logging
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from django.db import OperationalError
from django.db import connection as database

from accounts.models import Practice
from integrations.etermin.models import EterminAppointment, EterminConnection, EterminDelivery
from integrations.etermin.reduced import Reduced
from integrations.etermin.selectors.columns import ColumnBook
from integrations.etermin.selectors.place import place_of
from integrations.etermin.services.calendars import see_calendar
from integrations.etermin.services.landing import Landed, Landing
from integrations.etermin.services.settling import Settling, Truth
from praxis.core import crypto
from praxis.core.exceptions import PraxisError
from praxis.core.fields import place_of as place_of_field
from praxis.core.jobs import retry
from praxis.core.workrow import OPEN_STATES
from scheduling.selectors.portals import SlotBook, entries_by_id, entries_to_change
from scheduling.services.booking import NotifiedBy
from scheduling.services.locking import in_column_transaction, lock_columns

logger = logging.getLogger(__name__)

Door, Outcome = EterminDelivery.Door, EterminDelivery.Outcome
KEPT_FIELDS = ("said", "said_number", "told", "starts_at", "ends_at", "entry_id", "calendar_id", "is_unplaced")
KEEP = """
    UPDATE integrations_eterminappointment
    SET said = %(said)s, said_number = %(said_number)s, told = %(told)s, starts_at = %(starts_at)s,
        ends_at = %(ends_at)s, entry_id = %(entry_id)s, calendar_id = %(calendar_id)s, is_unplaced = %(is_unplaced)s
    WHERE id = %(id)s
"""
# The claim counts for doorbells only: who rang while we asked is asked for again.
FINISH = """
    UPDATE integrations_etermindelivery
    SET state = CASE WHEN rerun THEN 'queued' ELSE 'done' END, finished_at = CASE WHEN rerun THEN NULL ELSE %(now)s END,
        rerun = false, lease_until = NULL, last_error = '', outcome = %(outcome)s, reason = %(reason)s
    WHERE id = %(id)s AND state IN ('queued', 'running')
"""
# Longest of the column.
REASON = 300


@dataclass(frozen=True)
class Batch:
    """Claimed rows of one practice, with what eTermin answered about those that were only a bell."""

    practice: Practice
    connection: EterminConnection | None
    rows: Sequence[EterminDelivery]
    truths: Mapping[int, Truth] = field(default_factory=dict)


def apply_batch(batch: Batch, *, now: datetime) -> None:
    """All together; one that nobody foresaw does not keep the others away. Inside the scope of the practice."""
    try:
        _apply(batch, now)
    except OperationalError:
        raise
    except Exception as error:
        if len(batch.rows) == 1:
            _put_aside(batch.rows[0], error, now)
            return
        logger.error("%d deliveries: %s; now one by one", len(batch.rows), type(error).__name__)
        for row in batch.rows:
            apply_batch(Batch(batch.practice, batch.connection, [row], batch.truths), now=now)


def _put_aside(row: EterminDelivery, error: Exception, now: datetime) -> None:
    """A rule that says no will say so again: a dead letter. Anything else is tried again, then a dead letter too."""
    is_rule = isinstance(error, PraxisError)
    # Not logger.exception: a message or a traceback may quote what the row is about.
    logger.error("Delivery %s: %s", row.pk, type(error).__name__)
    words = error.message if isinstance(error, PraxisError) else f"Unerwarteter Fehler ({type(error).__name__})."
    retry(row, now=now, error=words, permanent=is_rule)
    dead = EterminDelivery.objects.filter(pk=row.pk, state="failed")
    dead.update(outcome=Outcome.DEAD, reason=words[:REASON])


@in_column_transaction
def _apply(batch: Batch, now: datetime) -> None:
    ids = {row.appointment_id for row in batch.rows if row.appointment_id}
    held = EterminAppointment.objects.select_for_update(no_key=True, of=("self",)).filter(pk__in=ids).order_by("pk")
    appointments = {one.pk: one for one in held}
    waiting = _open_deliveries(batch, appointments)
    if not waiting:
        return
    settling = _settling(batch, appointments, waiting, now)
    outcomes: dict[int, Landed] = {}
    changed: set[int] = set()
    for appointment_id, deliveries in waiting.items():
        appointment = appointments[appointment_id]
        before = [getattr(appointment, name) for name in KEPT_FIELDS]
        outcomes |= settling.settle(appointment, deliveries, batch.truths.get(appointment_id))
        if before != [getattr(appointment, name) for name in KEPT_FIELDS]:
            changed.add(appointment_id)
    _write(outcomes, [appointments[one] for one in sorted(changed)], now)


def _open_deliveries(batch: Batch, appointments: Mapping[int, EterminAppointment]) -> dict[int, list[EterminDelivery]]:
    """By appointment, in the order of arrival. A bell counts only for whoever claimed it and asked."""
    claimed = {row.pk: row.claim_number for row in batch.rows}
    found: dict[int, list[EterminDelivery]] = defaultdict(list)
    still_open = EterminDelivery.objects.filter(appointment_id__in=list(appointments), state__in=OPEN_STATES)
    for delivery in still_open.order_by("pk"):
        if is_bell(delivery, batch.connection) and claimed.get(delivery.pk) != delivery.claim_number:
            continue
        if delivery.appointment_id is not None:
            found[delivery.appointment_id].append(delivery)
    return found


def is_bell(delivery: EterminDelivery, connection: EterminConnection | None) -> bool:
    """It only says that something changed; what, is read at eTermin."""
    reads_back = connection is not None and connection.reads_back
    return reads_back and delivery.door != Door.CALL and not delivery.is_test


def _settling(
    batch: Batch, appointments: Mapping[int, EterminAppointment], waiting: Mapping[int, list[EterminDelivery]],
    now: datetime,
) -> Settling:  # fmt: skip
    """Everything the deliveries need, read at once, after the locks of all columns they may touch."""
    connection = batch.connection
    book = ColumnBook(connection)
    told = {row.pk: Reduced.loads(row.body) for rows in waiting.values() for row in rows if row.body}
    news = [*told.values(), *(truth.told for truth in batch.truths.values() if truth.told is not None)]
    for one in news:
        if connection is not None and one.user_id is None:
            see_calendar(book, connection, one, now=now)
    earlier = [Reduced.loads(one.told) for one in appointments.values() if one.told]
    columns = {column.pk for one in (*news, *earlier) if (column := book.column_for(one)) is not None}
    entry_ids = [one.entry_id for one in appointments.values() if one.entry_id]
    lock_columns(columns | {entry.column_id for entry in entries_by_id(entry_ids).values()})
    landing = Landing(
        practice_id=batch.practice.pk, notified_by=NotifiedBy(connection.notified_by if connection else "source"),
        slots=SlotBook(book.columns, ZoneInfo(batch.practice.time_zone)), now=now,
    )  # fmt: skip
    services = {one.pk: one for one in place_of(connection).services} if connection is not None else {}
    return Settling(
        connection=connection, book=book, services=services, landing=landing, told=told,
        entries=entries_to_change(entry_ids), now=now,
    )  # fmt: skip


def _write(outcomes: Mapping[int, Landed], changed: Sequence[EterminAppointment], now: datetime) -> None:
    rows: list[dict[str, Any]] = [
        {"id": pk, "outcome": landed.outcome, "reason": landed.reason[:REASON], "now": now}
        for pk, landed in sorted(outcomes.items())
    ]
    kept: list[dict[str, Any]] = [
        {name: getattr(one, name) for name in KEPT_FIELDS} | {"id": one.pk} for one in changed
    ]
    for values in kept:
        values["told"] = crypto.encrypt(values["told"], aad=_told_place()) if values["told"] else ""
    with database.cursor() as cursor:
        if kept:
            cursor.executemany(KEEP, kept)
        cursor.executemany(FINISH, rows)


@cache
def _told_place() -> str:
    return place_of_field(EterminAppointment, "told")
