"""Putting right what a comparison found. What we believed to have told is forgotten first, so that it is told again."""

from collections.abc import Sequence
from datetime import datetime

from integrations.betty24.client import Betty24Client
from integrations.betty24.models import Betty24Connection, Betty24Lock
from integrations.betty24.services.comparing import Comparison, Difference, What
from integrations.betty24.services.pulling import pull_everything
from integrations.betty24.services.queueing import queue_entry
from integrations.betty24.wire import entry_of
from scheduling.selectors.portals import entries_by_id


def put_right(
    client: Betty24Client, connection: Betty24Connection, found: Sequence[Comparison], *, now: datetime
) -> None:
    """Our entries are queued to be told anew, locks that belong to nobody are taken away, bookings that were not heard
    of are read anew. Raises OutsideError."""
    for comparison in found:
        binding = comparison.binding
        locks = [one for one in comparison.differences if one.what is not What.BOOKING]
        ours = entries_by_id([entry_id for one in locks if (entry_id := entry_of(one.reference)) is not None])
        for difference in locks:
            entry_id = entry_of(difference.reference)
            if entry_id in ours:
                _forget(connection, binding.calendar_id, entry_id, difference)
                queue_entry(connection, entry_id=entry_id, column_id=binding.column_id, now=now)
            else:
                client.unlock(binding.calendar_id, difference.reference)
    if any(one.what is What.BOOKING for comparison in found for one in comparison.differences):
        pull_everything(client, connection, now=now)


def _forget(connection: Betty24Connection, calendar_id: str, entry_id: int, difference: Difference) -> None:
    """An unconfirmed line: the portal may hold something of this entry in this calendar."""
    Betty24Lock.objects.update_or_create(
        practice_id=connection.practice_id, connection=connection, entry_id=entry_id, calendar_id=calendar_id,
        defaults={"starts_at": difference.starts_at, "ends_at": difference.ends_at, "confirmed_at": None},
    )  # fmt: skip
