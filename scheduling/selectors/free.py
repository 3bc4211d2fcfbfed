from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from praxis.core.localtime import day_bounds, local_day
from scheduling.selectors.columns import grid_rules
from scheduling.selectors.entries import taken_ranges
from scheduling.slots import Slot, free_slots

# How far "next free" looks before it says that nothing is free; in steps, so that a near answer costs little.
HORIZONS_DAYS = (4, 28, 182)


@dataclass(frozen=True, kw_only=True)
class FreeSlotQuery:
    """`first_day`..`last_day` inclusive, local days of `zone`. `minutes` None: the raster's own length."""

    column_ids: Sequence[int]
    first_day: date
    last_day: date
    zone: ZoneInfo
    type_id: int | None = None
    minutes: int | None = None
    online_only: bool = False
    not_before: datetime | None = None

    def days(self) -> list[date]:
        return [self.first_day + timedelta(days=n) for n in range((self.last_day - self.first_day).days + 1)]


def find_free_slots(query: FreeSlotQuery) -> list[Slot]:
    """Two queries, whatever the number of columns and days."""
    starts_at, _end = day_bounds(query.first_day, query.zone)
    _start, ends_at = day_bounds(query.last_day, query.zone)
    return free_slots(
        grid_rules(query.column_ids),
        taken_ranges(query.column_ids, starts_at, ends_at),
        days=query.days(),
        zone=query.zone,
        type_id=query.type_id,
        minutes=query.minutes,
        online_only=query.online_only,
        not_before=query.not_before,
    )


def next_free_slots(
    column_ids: Sequence[int],
    *,
    after: datetime,
    zone: ZoneInfo,
    type_id: int | None = None,
    minutes: int | None = None,
    limit: int = 3,
) -> list[Slot]:
    """The first `limit` free slots that start at or after `after`; empty when half a year holds none."""
    first_day = local_day(after, zone)
    found: list[Slot] = []
    for horizon in HORIZONS_DAYS:
        query = FreeSlotQuery(
            column_ids=column_ids, first_day=first_day, last_day=local_day(after, zone) + timedelta(days=horizon),
            zone=zone, type_id=type_id, minutes=minutes, not_before=after,
        )  # fmt: skip
        found += find_free_slots(query)
        if len(found) >= limit:
            break
        first_day = query.last_day + timedelta(days=1)
    return found[:limit]
