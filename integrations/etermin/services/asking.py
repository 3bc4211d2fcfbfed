"""A delivery was only a bell: what is true is asked at eTermin, one appointment at a time, no transaction open."""

import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from django.db import connection as database

from integrations.etermin.models import EterminConnection, EterminDelivery
from integrations.etermin.reduced import Reduced
from integrations.etermin.rest import EterminClient, NoAnswer, OtherAnswer
from integrations.etermin.selectors.place import place_of
from integrations.etermin.services.settling import Truth
from praxis.core.exceptions import OutsideError
from praxis.core.jobs import release, retry

# Well below the lease of the rows.
BUDGET_SECONDS = 15.0
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=2), timedelta(minutes=5)
MOST_FAILURES = 20
# What is wrong with the question, not with the line or the keys.
REFUSALS = (400, 404, 410, 422)
# Longest of the column.
REASON = 300
# One line of numbers with the deliveries: whoever asked later knows better.
NEXT_NUMBER = "SELECT nextval(pg_get_serial_sequence('integrations_etermindelivery', 'id'))"


def ask_truths(
    connection: EterminConnection, bells: Sequence[EterminDelivery], *, clock: Callable[[], datetime]
) -> tuple[dict[int, Truth], list[EterminDelivery]]:
    """By appointment, and the rows that were answered; what there was no time or no answer for goes back to its place
    in the queue."""
    client = EterminClient(place_of(connection))
    truths: dict[int, Truth] = {}
    answered: list[EterminDelivery] = []
    ends_at = time.monotonic() + BUDGET_SECONDS
    is_in_touch = True
    for row in bells:
        if row.appointment_id is None or not is_in_touch or time.monotonic() > ends_at:
            release(row)
            continue
        try:
            if row.appointment_id not in truths:
                truths[row.appointment_id] = Truth(next_number(), client.appointment(Reduced.loads(row.body).uid))
            answered.append(row)
        except OutsideError as error:
            if isinstance(error, NoAnswer) and error.permanent:
                bury_row(row, error.message, now=clock())
                continue
            if truths:
                note_contact(connection, now=clock())
            is_in_touch = False
            if _is_about_this_one(error):
                # Not for ever at the head of the queue: it waits by itself, and one day it is a dead letter.
                put_back(row, error.message, now=clock())
            else:
                release(row, error=error.message)
            note_trouble(connection, error, now=clock())
    if truths and is_in_touch:
        note_contact(connection, now=clock())
    return truths, answered


def _is_about_this_one(error: OutsideError) -> bool:
    """Others may well be answered."""
    return isinstance(error, OtherAnswer) or error.status in REFUSALS


def next_number() -> int:
    with database.cursor() as cursor:
        cursor.execute(NEXT_NUMBER)
        [number] = cursor.fetchone()
    return int(number)


def bury_row(row: EterminDelivery, reason: str, *, now: datetime) -> None:
    put_back(row, reason, now=now, permanent=True)


def put_back(row: EterminDelivery, reason: str, *, now: datetime, permanent: bool = False) -> None:
    """Again later, each time later; in the end a dead letter."""
    retry(row, now=now, error=reason, permanent=permanent)
    dead = EterminDelivery.objects.filter(pk=row.pk, state="failed")
    dead.update(outcome=EterminDelivery.Outcome.DEAD, reason=reason[:REASON])


def note_trouble(connection: EterminConnection, error: OutsideError, *, now: datetime) -> None:
    """Each failure in a row waits longer than the one before."""
    failures = min(connection.failures + 1, MOST_FAILURES)
    pause = max(min(FIRST_PAUSE * 2 ** (failures - 1), LONGEST_PAUSE), error.retry_after or timedelta())
    connection.failures = failures
    EterminConnection.objects.filter(pk=connection.pk).update(
        failures=failures, retry_at=now + pause, last_error=error.message, last_error_at=now
    )


def note_contact(connection: EterminConnection, *, now: datetime) -> None:
    connection.failures = 0
    EterminConnection.objects.filter(pk=connection.pk).update(
        failures=0, retry_at=None, last_error="", last_contact_at=now
    )
