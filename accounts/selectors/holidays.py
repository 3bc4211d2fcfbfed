"""Public holidays of a practice: those of its Land, and what an installed holiday calendar says beyond them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

import holidays

from accounts.models import Practice, PublicHoliday
from praxis.core.asking import asked_once


@cache
def _of_land(land: str) -> holidays.HolidayBase:
    return holidays.country_holidays("DE", subdiv=land or None, language="de")


@dataclass(frozen=True, slots=True)
class HolidayCalendar:
    """Callable as "is this day a holiday?". `own` differs from the Land: (day, name), without a name no holiday."""

    land: str
    own: frozenset[tuple[date, str]] = frozenset()

    def __call__(self, day: date) -> bool:
        return self.name_of(day) != ""

    def name_of(self, day: date) -> str:
        """German; empty: an ordinary day."""
        for own_day, name in self.own:
            if own_day == day:
                return name
        return str(_of_land(self.land).get(day, ""))


def holidays_in(practice: Practice) -> HolidayCalendar:
    return _asked(practice.pk, practice.land)


@asked_once
def _asked(practice_id: int, land: str) -> HolidayCalendar:
    return holiday_calendars({practice_id: land})[practice_id]


def holiday_calendars(lands: Mapping[int, str]) -> dict[int, HolidayCalendar]:
    """Of many practices in one query; `lands`: the Land by practice."""
    own = _own_days(lands)
    return {practice_id: HolidayCalendar(land, own[practice_id]) for practice_id, land in lands.items()}


def _own_days(practice_ids: Iterable[int]) -> Mapping[int, frozenset[tuple[date, str]]]:
    days: dict[int, set[tuple[date, str]]] = defaultdict(set)
    rows = PublicHoliday._base_manager.filter(practice_id__in=list(practice_ids))
    for practice_id, day, name, is_free in rows.values_list("practice_id", "on", "name", "is_free"):
        days[practice_id].add((day, name if is_free else ""))
    return defaultdict(frozenset, {practice_id: frozenset(found) for practice_id, found in days.items()})
