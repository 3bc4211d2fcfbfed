"""Which booked appointments a raster does not cover. Pure, as scheduling.slots."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from scheduling.slots import Rule, WallClock, open_ranges


class Outside(StrEnum):
    HOURS = "hours"
    TYPE = "type"
    RASTER = "raster"


def why_outside(
    rules: Sequence[Rule], *, starts_at: datetime, ends_at: datetime, type_id: int | None, zone: ZoneInfo
) -> Outside | None:
    """None when the stretch lies within hours that allow its type and starts where a slot starts."""
    day = starts_at.astimezone(zone).date()
    todays = [rule for rule in rules if rule.holds_on(day)]
    fitting = [rule for rule in todays if rule.allows(type_id)]
    if not _covers(fitting, starts_at, ends_at, zone):
        return Outside.TYPE if _covers(todays, starts_at, ends_at, zone) else Outside.HOURS
    clock = WallClock(day, zone)
    return None if any(starts_at in clock.starts(rule) for rule in fitting) else Outside.RASTER


def _covers(rules: Sequence[Rule], starts_at: datetime, ends_at: datetime, zone: ZoneInfo) -> bool:
    openings = open_ranges(rules, day=starts_at.astimezone(zone).date(), zone=zone)
    return any(opening.starts_at <= starts_at and ends_at <= opening.ends_at for opening in openings)
