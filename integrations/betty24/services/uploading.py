"""First synchronisation of a column (seed 001: notFree): the portal is told the whole truth, month by month.

Each call says what shall be locked in its stretch, so the upload may be broken off and repeated.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from integrations.betty24.client import Betty24Client
from integrations.betty24.models import Betty24Binding, Betty24Connection, Betty24Lock
from integrations.betty24.services.comparing import DAYS_AHEAD, taken_here
from integrations.betty24.services.pushing import Push
from integrations.betty24.services.queueing import queue_entry
from integrations.betty24.wire import Taken, entry_of
from praxis.core.localtime import day_bounds, local_day

Step = Callable[[int, int], None]
DAYS_A_STEP = 31


def upload_column(
    client: Betty24Client, connection: Betty24Connection, binding: Betty24Binding, *, now: datetime, step: Step
) -> Counter[str]:
    """Counts: added, changed, removed, conflicts. `step(done, all)` is called after each part. Raises OutsideError."""
    counts: Counter[str] = Counter()
    push = Push(client, connection, {binding.column_id: binding})
    windows = list(_windows(binding, now))
    for number, (from_at, to_at) in enumerate(windows, 1):
        taken = taken_here(binding, from_at, to_at)
        replaced = client.replace_locks(binding.calendar_id, from_at, to_at, taken)
        counts += Counter(added=replaced.added, changed=replaced.changed, removed=replaced.removed)
        in_the_way = {conflict.ref for conflict in replaced.conflicts}
        _remember(connection, binding, [one for one in taken if one.ref not in in_the_way], from_at, to_at, now)
        for conflict in replaced.conflicts:
            entry_id = entry_of(conflict.ref)
            if entry_id is not None:
                push.yield_to(conflict.booking, entry_id=entry_id, now=now)
                queue_entry(connection, entry_id=entry_id, column_id=binding.column_id, now=now)
        counts["conflicts"] += len(in_the_way)
        step(number, len(windows))
    Betty24Binding.objects.filter(pk=binding.pk).update(first_synced_at=now, last_success_at=now, last_error="")
    return counts


def _windows(binding: Betty24Binding, now: datetime) -> Iterator[tuple[datetime, datetime]]:
    zone = ZoneInfo(binding.time_zone)
    first = local_day(now, zone)
    for offset in range(0, DAYS_AHEAD, DAYS_A_STEP):
        until = min(offset + DAYS_A_STEP, DAYS_AHEAD)
        yield day_bounds(first + timedelta(days=offset), zone)[0], day_bounds(first + timedelta(days=until), zone)[0]


def _remember(
    connection: Betty24Connection, binding: Betty24Binding, taken: list[Taken], from_at: datetime, to_at: datetime,
    now: datetime,
) -> None:  # fmt: skip
    """What the portal holds now, in two statements for any number of entries."""
    ids = {entry_id: one for one in taken if (entry_id := entry_of(one.ref)) is not None}
    Betty24Lock.objects.filter(
        connection=connection, calendar_id=binding.calendar_id, starts_at__gte=from_at, starts_at__lt=to_at
    ).exclude(entry_id__in=list(ids)).delete()
    Betty24Lock.objects.bulk_create(
        [
            Betty24Lock(
                practice_id=connection.practice_id, connection=connection, entry_id=entry_id,
                calendar_id=binding.calendar_id, starts_at=one.starts_at, ends_at=one.ends_at, kind=one.kind,
                confirmed_at=now,
            )
            for entry_id, one in ids.items()
        ],
        update_conflicts=True, unique_fields=["entry", "connection", "calendar_id"],
        update_fields=["starts_at", "ends_at", "kind", "confirmed_at"],
    )  # fmt: skip
