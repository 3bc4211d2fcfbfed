"""How far the portal knows of single entries."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Case, Exists, OuterRef, Value, When

from integrations.betty24.models import REFUSED, Betty24Binding, Betty24Push
from praxis.core.rows import among
from praxis.core.workrow import OPEN_STATES


@dataclass(frozen=True, kw_only=True)
class Transfer:
    """An entry that the portal has not confirmed yet. `is_refused`: it was answered with a no; `is_held`: a person has
    switched the synchronisation off or stopped the column. `error` is the last one, in German."""

    since: datetime
    is_refused: bool
    is_held: bool
    alarm_after: timedelta
    error: str

    def is_late(self, now: datetime) -> bool:
        return now - self.since > self.alarm_after


def transfers_of(entry_ids: Collection[int]) -> dict[int, Transfer]:
    """Of those entries that are on their way, in one query."""
    rows = (
        Betty24Push.objects.filter(among("entry_id", entry_ids), state__in=OPEN_STATES)
        .annotate(
            is_refused=Case(When(REFUSED, then=Value(True)), default=Value(False)),
            is_paused=Exists(Betty24Binding.objects.filter(column=OuterRef("column"), is_paused=True)),
        )
        .values_list(
            "entry_id", "created_at", "is_refused", "is_paused", "last_error", "connection__is_on",
            "connection__alarm_minutes",
        )
    )  # fmt: skip
    return {
        entry_id: Transfer(
            since=since, is_refused=is_refused, is_held=is_paused or not is_on,
            alarm_after=timedelta(minutes=alarm_minutes), error=error,
        )
        for entry_id, since, is_refused, is_paused, error, is_on, alarm_minutes in rows
    }  # fmt: skip
