"""When something is to run again and again: a plan shaped like those of SQL Server Agent, with a zone.

Pure: no clock, no database. A local time that the spring gap skips runs at the first valid instant after it (once, even
if several do); in the doubled hour only the first one runs.
"""

import calendar
import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from praxis.core.exceptions import PraxisError
from praxis.core.localtime import to_instant

LAST = -1
# A plan whose every day is a holiday has no next run; this many misses in a row prove it.
_MISSES = 1_000
_SHORTEST_STEP = timedelta(minutes=1)

IsHoliday = Callable[[date], bool]


class Frequency(StrEnum):
    ONCE = "once"
    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY_DAY = "monthly_day"
    MONTHLY_WEEKDAY = "monthly_weekday"


class OnHoliday(StrEnum):
    RUN = "run"
    SKIP = "skip"
    DAY_BEFORE = "day_before"


class PlanInvalid(PraxisError):
    """The parts of a plan contradict each other. `field` names the one to correct."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, kw_only=True)
class Plan:
    """`every`: n-th day, week or month counted from `start_on`. Weekdays: 0 = Monday.

    `day_of_month`: 1..31 (a shorter month runs on its last day) or LAST. `nth`: 1..4 or LAST, of the one weekday in
    `weekdays`. Once a day at `at`, or with `step` again and again from `at` to `until`, both included.
    """

    frequency: Frequency
    start_on: date
    at: time
    zone: str
    every: int = 1
    weekdays: frozenset[int] = frozenset()
    day_of_month: int | None = None
    nth: int | None = None
    end_on: date | None = None
    step: timedelta | None = None
    until: time | None = None
    on_holiday: OnHoliday = OnHoliday.RUN

    def __post_init__(self) -> None:
        for field, valid, message in _rules(self):
            if not valid:
                raise PlanInvalid(field, message)


def _rules(plan: Plan) -> Iterator[tuple[str, bool, str]]:
    weekly, by_weekday = plan.frequency is Frequency.WEEKLY, plan.frequency is Frequency.MONTHLY_WEEKDAY
    yield "zone", _is_zone(plan.zone), "Diese Zeitzone gibt es nicht."
    yield "every", plan.every >= 1, "Der Abstand muss mindestens 1 sein."
    yield "end_on", plan.end_on is None or plan.end_on >= plan.start_on, "Das Ende liegt vor dem Beginn."
    yield "weekdays", plan.weekdays <= set(range(7)), "Diesen Wochentag gibt es nicht."
    yield "weekdays", not weekly or bool(plan.weekdays), "Bitte mindestens einen Wochentag wählen."
    yield "weekdays", not by_weekday or len(plan.weekdays) == 1, "Bitte genau einen Wochentag wählen."
    yield "nth", not by_weekday or plan.nth in {1, 2, 3, 4, LAST}, "Bitte den ersten bis vierten oder letzten wählen."
    day_fits = plan.day_of_month is not None and (1 <= plan.day_of_month <= 31 or plan.day_of_month == LAST)
    by_day = plan.frequency is Frequency.MONTHLY_DAY
    yield "day_of_month", not by_day or day_fits, "Bitte einen Tag von 1 bis 31 oder den letzten Tag wählen."
    yield "step", (plan.step is None) == (plan.until is None), "Abstand und Uhrzeit „bis“ gehören zusammen."
    yield "step", plan.step is None or plan.step >= _SHORTEST_STEP, "Der Abstand muss mindestens eine Minute sein."
    yield "until", plan.until is None or plan.until >= plan.at, "Die Uhrzeit „bis“ liegt vor „von“."


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ValueError, OSError, ZoneInfoNotFoundError):
        return False
    return True


def never(_: date) -> bool:
    return False


def next_runs(plan: Plan, after: datetime, n: int = 1, *, is_holiday: IsHoliday = never) -> list[datetime]:
    """The next `n` instants (UTC) strictly after `after`; fewer when the plan ends before."""
    return list(itertools.islice(_runs(plan, after, is_holiday), n))


def _runs(plan: Plan, after: datetime, is_holiday: IsHoliday) -> Iterator[datetime]:
    zone = ZoneInfo(plan.zone)
    # Two days of margin: the zone may be a day ahead, and a gap may push a run past midnight.
    first_day = after.astimezone(zone).date() - timedelta(days=2)
    told, misses = after.astimezone(UTC), 0
    for day in _days(plan, first_day):
        run_day = _moved(plan, day, is_holiday)
        misses += 1
        for instant in _instants(plan, run_day, zone) if run_day else ():
            if instant > told:
                told, misses = instant, 0
                yield instant
        if misses > _MISSES:
            return


def _moved(plan: Plan, day: date, is_holiday: IsHoliday) -> date | None:
    if plan.on_holiday is OnHoliday.RUN or not is_holiday(day):
        return day
    if plan.on_holiday is OnHoliday.SKIP:
        return None
    earlier = (day - timedelta(days=back) for back in range(1, 31))
    return next((other for other in earlier if not is_holiday(other)), None)


def _instants(plan: Plan, day: date, zone: ZoneInfo) -> Iterator[datetime]:
    if plan.step is None or plan.until is None:
        yield to_instant(day, plan.at, zone)
        return
    wall, end = datetime.combine(day, plan.at), datetime.combine(day, plan.until)
    while wall <= end:
        yield to_instant(day, wall.time(), zone)
        wall += plan.step


def _days(plan: Plan, first: date) -> Iterator[date]:
    """Days of the plan in order, from a little before `first` on."""
    # A run that moves to the day before a holiday may come from a day far ahead, never from one behind.
    first = max(first, plan.start_on)
    for day in _DAYS[plan.frequency](plan, first):
        if plan.end_on and day > plan.end_on:
            return
        if day >= first:
            yield day


def _once(plan: Plan, first: date) -> Iterator[date]:
    yield plan.start_on


def _daily(plan: Plan, first: date) -> Iterator[date]:
    for number in itertools.count((first - plan.start_on).days // plan.every):
        yield plan.start_on + timedelta(days=number * plan.every)


def _weekly(plan: Plan, first: date) -> Iterator[date]:
    monday = plan.start_on - timedelta(days=plan.start_on.weekday())
    for number in itertools.count((first - monday).days // (7 * plan.every)):
        for weekday in sorted(plan.weekdays):
            yield monday + timedelta(days=7 * plan.every * number + weekday)


def _months(plan: Plan, first: date) -> Iterator[tuple[int, int]]:
    start = plan.start_on.year * 12 + plan.start_on.month - 1
    for number in itertools.count((first.year * 12 + first.month - 1 - start) // plan.every):
        year, month = divmod(start + number * plan.every, 12)
        yield year, month + 1


def _monthly_day(plan: Plan, first: date) -> Iterator[date]:
    wanted = 31 if plan.day_of_month is None or plan.day_of_month == LAST else plan.day_of_month
    for year, month in _months(plan, first):
        yield date(year, month, min(wanted, calendar.monthrange(year, month)[1]))


def _monthly_weekday(plan: Plan, first: date) -> Iterator[date]:
    [weekday] = plan.weekdays
    index = LAST if plan.nth is None or plan.nth == LAST else plan.nth - 1
    for year, month in _months(plan, first):
        first_weekday, length = calendar.monthrange(year, month)
        days = range(1 + (weekday - first_weekday) % 7, length + 1, 7)
        yield date(year, month, days[index])


_DAYS: dict[Frequency, Callable[[Plan, date], Iterator[date]]] = {
    Frequency.ONCE: _once,
    Frequency.DAILY: _daily,
    Frequency.WEEKLY: _weekly,
    Frequency.MONTHLY_DAY: _monthly_day,
    Frequency.MONTHLY_WEEKDAY: _monthly_weekday,
}


def may_still_run(
    plan: Plan, planned_for: datetime, now: datetime, *, grace: timedelta = timedelta(minutes=60)
) -> bool:
    """Whether a run that was missed is worth catching up: within `grace`, and for repeated runs before `until`."""
    if not timedelta() <= now - planned_for <= grace:
        return False
    if plan.until is None:
        return True
    zone = ZoneInfo(plan.zone)
    return now <= to_instant(planned_for.astimezone(zone).date(), plan.until, zone)
