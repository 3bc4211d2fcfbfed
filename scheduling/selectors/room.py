"""How much room there is at one place of the grid."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from praxis.core.localtime import day_bounds, local_day
from scheduling.models import CalendarColumn
from scheduling.selectors.columns import grid_rules
from scheduling.selectors.entries import taken_ranges
from scheduling.slots import open_ranges, raster

USUAL_MINUTES = 15
STEPS = 4
DAY_MINUTES = 24 * 60


@dataclass(frozen=True, kw_only=True)
class Room:
    """`slot_minutes`: length of the raster's slot there. `free_until` None: something stands there already.
    `closes_at` None: outside hours."""

    slot_minutes: int
    free_until: datetime | None
    closes_at: datetime | None

    def fits(self, starts_at: datetime, minutes: int) -> bool:
        return self.free_until is not None and starts_at + timedelta(minutes=minutes) <= self.free_until

    def lengths(self, type_minutes: int | None) -> list[int]:
        """Lengths to choose from: some slots and what the appointment's type takes."""
        usual = {self.slot_minutes * n for n in range(1, STEPS + 1)}
        return sorted({m for m in usual | {type_minutes or self.slot_minutes} if m <= DAY_MINUTES})


def room_at(column: CalendarColumn, starts_at: datetime, *, besides: int | None = None) -> Room:
    """Two queries. `besides`: an entry whose own time does not count (it is about to change)."""
    zone = ZoneInfo(column.practice.time_zone)
    day = local_day(starts_at, zone)
    _midnight, ends_at = day_bounds(day, zone)
    rules = grid_rules([column.pk])
    taken = taken_ranges([column.pk], starts_at, ends_at, besides=besides).get(column.pk, [])
    opening = next((r for r in open_ranges(rules, day=day, zone=zone) if r.starts_at <= starts_at < r.ends_at), None)
    slot = next((r for r in raster(rules, day=day, zone=zone) if r.starts_at <= starts_at < r.ends_at), None)
    blocked = taken and taken[0].starts_at <= starts_at
    return Room(
        slot_minutes=round((slot.ends_at - slot.starts_at).total_seconds() / 60) if slot else USUAL_MINUTES,
        free_until=None if blocked else (taken[0].starts_at if taken else ends_at),
        closes_at=opening.ends_at if opening else None,
    )
