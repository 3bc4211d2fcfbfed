"""Free slots: a pure function over grid rules and taken ranges. No clock, no database.

All instants are aware datetimes in UTC, all ranges half-open. Wall-clock times of rules are turned into instants with
the rule of docs/time.md: a time in the spring gap becomes the first valid instant after it, in the doubled hour the
first one counts. Lengths are elapsed minutes.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from praxis.core.localtime import to_instant

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Rule:
    """One grid rule. Empty `type_ids`: any appointment type. `valid_until` is the last valid day."""

    column_id: int
    weekday: int
    from_time: time
    until_time: time
    slot_minutes: int
    valid_from: date
    valid_until: date | None
    type_ids: frozenset[int] = frozenset()
    is_online: bool = False

    def holds_on(self, day: date) -> bool:
        return (
            day.weekday() == self.weekday
            and self.valid_from <= day
            and (self.valid_until is None or day <= self.valid_until)
        )

    def allows(self, type_id: int | None) -> bool:
        return type_id is None or not self.type_ids or type_id in self.type_ids


class Range(NamedTuple):
    starts_at: datetime
    ends_at: datetime


class Slot(NamedTuple):
    column_id: int
    starts_at: datetime
    ends_at: datetime


def free_slots(
    rules: Sequence[Rule],
    taken: Mapping[int, Sequence[Range]],
    *,
    days: Iterable[date],
    zone: ZoneInfo,
    type_id: int | None = None,
    minutes: int | None = None,
    online_only: bool = False,
    not_before: datetime | None = None,
) -> list[Slot]:
    """Slots that can be booked, ordered by start, then column.

    A slot starts where a rule's raster says, lasts `minutes` (the raster's own length when None), lies within hours
    that allow the type without a break, and touches nothing taken. `taken` lists the ranges per column in any order.
    """
    fitting = [r for r in rules if r.allows(type_id) and (r.is_online or not online_only)]
    ordered_taken = {column_id: sorted(ranges) for column_id, ranges in taken.items()}
    by_column: dict[int, dict[int, list[Rule]]] = {}
    for rule in fitting:
        by_column.setdefault(rule.column_id, {}).setdefault(rule.weekday, []).append(rule)
    found: list[Slot] = []
    for day in days:
        clock = WallClock(day, zone)
        plans: dict[tuple[Hours, ...], DayPlan] = {}
        for column_id, by_weekday in by_column.items():
            todays = [r for r in by_weekday.get(day.weekday(), ()) if r.holds_on(day)]
            hours = tuple((r.from_time, r.until_time, r.slot_minutes) for r in todays)
            if hours not in plans:
                plans[hours] = _plan(todays, clock, minutes)
            found += _free_in_column(column_id, plans[hours], ordered_taken.get(column_id, ()), not_before)
    found.sort(key=lambda slot: (slot.starts_at, slot.column_id))
    return found


def open_ranges(rules: Iterable[Rule], *, day: date, zone: ZoneInfo) -> list[Range]:
    """The hours of these rules on `day`, touching and overlapping ones joined."""
    clock = WallClock(day, zone)
    return _joined([clock.range(r.from_time, r.until_time) for r in rules if r.holds_on(day)])


def raster(rules: Iterable[Rule], *, day: date, zone: ZoneInfo) -> list[Range]:
    """Every slot of the raster on `day`, free or not; of two with the same start the shorter one."""
    clock = WallClock(day, zone)
    shortest: dict[datetime, datetime] = {}
    for rule in rules:
        if rule.holds_on(day):
            closes_at = clock.instant(rule.until_time)
            for start in clock.starts(rule):
                end = start + timedelta(minutes=rule.slot_minutes)
                if end <= closes_at:
                    shortest[start] = min(end, shortest.get(start, end))
    return [Range(start, end) for start, end in sorted(shortest.items())]


class WallClock:
    """Wall-clock times of one day as instants; days without a change of clocks need one conversion only."""

    def __init__(self, day: date, zone: ZoneInfo) -> None:
        self.day = day
        self.zone = zone
        self.midnight = to_instant(day, time.min, zone)
        next_midnight = to_instant(day + ONE_DAY, time.min, zone)
        self.is_plain = next_midnight - self.midnight == ONE_DAY

    def instant(self, wall: time) -> datetime:
        if self.is_plain:
            return self.midnight + timedelta(
                hours=wall.hour, minutes=wall.minute, seconds=wall.second, microseconds=wall.microsecond
            )
        return to_instant(self.day, wall, self.zone)

    def range(self, from_time: time, until_time: time) -> Range:
        return Range(self.instant(from_time), self.instant(until_time))

    def starts(self, rule: Rule) -> list[datetime]:
        """Starts of the rule's slots that end within its hours; a start in the gap falls on the end of the gap."""
        step = rule.slot_minutes
        first = rule.from_time.hour * 60 + rule.from_time.minute
        last = rule.until_time.hour * 60 + rule.until_time.minute - step
        if self.is_plain:
            return [self.midnight + timedelta(minutes=m) for m in range(first, last + 1, step)]
        walls = (time(m // 60, m % 60) for m in range(first, last + 1, step))
        return sorted({to_instant(self.day, wall, self.zone) for wall in walls})


# What a rule says about its day: from, until, slot length in minutes.
Hours = tuple[time, time, int]


class DayPlan(NamedTuple):
    """What columns with the same hours share on one day: joined hours, and every stretch that may be booked."""

    openings: list[Range]
    stretches: list[Range]


def _plan(rules: Sequence[Rule], clock: WallClock, minutes: int | None) -> DayPlan:
    shortest: dict[datetime, datetime] = {}
    for rule in rules:
        length = timedelta(minutes=minutes or rule.slot_minutes)
        for start in clock.starts(rule):
            end = start + length
            shortest[start] = min(end, shortest.get(start, end))
    openings = _joined([clock.range(r.from_time, r.until_time) for r in rules])
    return DayPlan(openings, [Range(start, end) for start, end in sorted(shortest.items())])


def _free_in_column(column_id: int, plan: DayPlan, taken: Sequence[Range], not_before: datetime | None) -> list[Slot]:
    gaps = iter(_without(plan.openings, taken))
    found: list[Slot] = []
    gap = next(gaps, None)
    for start, end in plan.stretches:
        while gap is not None and gap[1] <= start:
            gap = next(gaps, None)
        if gap is None:
            break
        if gap[0] <= start and end <= gap[1]:
            found.append(Slot(column_id, start, end))
    return [slot for slot in found if slot.starts_at >= not_before] if not_before else found


def _joined(ranges: list[Range]) -> list[Range]:
    joined: list[Range] = []
    for start, end in sorted(ranges):
        if end <= start:
            continue
        if joined and start <= joined[-1].ends_at:
            joined[-1] = Range(joined[-1].starts_at, max(end, joined[-1].ends_at))
        else:
            joined.append(Range(start, end))
    return joined


def _without(openings: Sequence[Range], taken: Sequence[Range]) -> list[Range]:
    """What is left of the openings. Both sorted by start; the taken ones do not overlap each other."""
    left: list[Range] = []
    index = _first_after(taken, openings[0].starts_at) if openings else 0
    for opens_at, end in openings:
        start = opens_at
        while index < len(taken) and taken[index].starts_at < end:
            busy = taken[index]
            if busy.ends_at <= start:
                index += 1
                continue
            if busy.starts_at > start:
                left.append(Range(start, busy.starts_at))
            start = max(start, busy.ends_at)
            if busy.ends_at > end:
                break
            index += 1
        if start < end:
            left.append(Range(start, end))
    return left


def _first_after(taken: Sequence[Range], instant: datetime) -> int:
    """Index of the first range that ends after `instant`: ends are as ordered as starts when nothing overlaps."""
    low, high = 0, len(taken)
    while low < high:
        middle = (low + high) // 2
        if taken[middle].ends_at <= instant:
            low = middle + 1
        else:
            high = middle
    return low


__all__ = ["Range", "Rule", "Slot", "WallClock", "free_slots", "open_ranges", "raster"]
