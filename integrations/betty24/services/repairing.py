"""Putting right what a comparison found. What we believed to have told is forgotten first, so that it is told again."""

from collections.abc import Sequence
from datetime import datetime

from integrations.betty24.client import Betty24Client
from integrations.betty24.differences import OF_LOCKS, Comparison, Difference, What
from integrations.betty24.models import Betty24Booking, Betty24Connection, Betty24Lock, Betty24Task
from integrations.betty24.services.applying import land_stored
from integrations.betty24.services.pulling import pull_everything
from integrations.betty24.services.queueing import queue_entry
from integrations.betty24.services.tasks import ask_staff
from integrations.betty24.turns import KeepAlive, nobody_waits
from integrations.betty24.wire import entry_of
from scheduling.selectors.portals import entries_by_id

# What only a person can settle.
QUESTIONS = {What.GONE: Betty24Task.Kind.VANISHED, What.CANCELLED: Betty24Task.Kind.REVIVED}


def put_right(
    client: Betty24Client, connection: Betty24Connection, found: Sequence[Comparison], *, now: datetime,
    keep_alive: KeepAlive = nobody_waits,
) -> None:  # fmt: skip
    """Our entries are queued to be told anew, locks that belong to nobody are taken away, bookings that were not heard
    of are read anew, those without an appointment get one, and staff are asked what is left. Raises OutsideError."""
    for comparison in found:
        _put_locks_right(client, connection, comparison, now, keep_alive)
    rest = [one for comparison in found for one in comparison.differences if one.what not in OF_LOCKS]
    if any(one.what is What.BOOKING for one in rest):
        pull_everything(client, connection, now=now, keep_alive=keep_alive)
    if any(one.what is What.UNPLACED for one in rest):
        land_stored(connection, now=now)
        _cancel_there(connection, [one for one in rest if one.what is What.UNPLACED], now)
    _ask(connection, [one for one in rest if one.what in QUESTIONS], now)


def _put_locks_right(
    client: Betty24Client, connection: Betty24Connection, comparison: Comparison, now: datetime, keep_alive: KeepAlive
) -> None:
    binding = comparison.binding
    locks = [one for one in comparison.differences if one.what in OF_LOCKS]
    ours = entries_by_id([entry_id for one in locks if (entry_id := entry_of(one.reference)) is not None])
    for difference in locks:
        entry_id = entry_of(difference.reference)
        if entry_id in ours:
            _forget(connection, binding.calendar_id, entry_id, difference)
            queue_entry(connection, entry_id=entry_id, column_id=binding.column_id, now=now)
        else:
            client.unlock(binding.calendar_id, difference.reference)
            keep_alive()


def _forget(connection: Betty24Connection, calendar_id: str, entry_id: int, difference: Difference) -> None:
    """An unconfirmed line: the portal may hold something of this entry in this calendar."""
    Betty24Lock.objects.update_or_create(
        practice_id=connection.practice_id, connection=connection, entry_id=entry_id, calendar_id=calendar_id,
        defaults={"starts_at": difference.starts_at, "ends_at": difference.ends_at, "confirmed_at": None},
    )  # fmt: skip


def _cancel_there(connection: Betty24Connection, unplaced: Sequence[Difference], now: datetime) -> None:
    """The practice cancelled or deleted these; the portal is told again."""
    entries = entries_by_id([one.entry_id for one in unplaced if one.entry_id is not None])
    for entry in entries.values():
        queue_entry(connection, entry_id=entry.pk, column_id=entry.column_id, now=now)


def _ask(connection: Betty24Connection, questions: Sequence[Difference], now: datetime) -> None:
    ids = [one.reference for one in questions]
    found = Betty24Booking.objects.filter(connection=connection, portal_id__in=ids)
    bookings = {booking.portal_id: booking for booking in found}
    for one in questions:
        booking = bookings.get(one.reference)
        if booking is not None:
            ask_staff(connection, QUESTIONS[one.what], now=now, booking=booking, entry_id=one.entry_id)
