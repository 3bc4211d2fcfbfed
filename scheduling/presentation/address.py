"""Which stretch of the calendar a page shows, read from its address and written back into links."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from typing import Any, Self
from urllib.parse import urlencode

from django.urls import reverse

from scheduling.services.timing import EARLIEST, LATEST

DAY, THREE_DAYS, WEEK = "tag", "3tage", "woche"
VIEWS = (DAY, THREE_DAYS, WEEK)
EVERYBODY = "alle"
GROUPS = (EVERYBODY, "doctor", "room", "device", "video")
STEP_DAYS = {DAY: 1, THREE_DAYS: 3, WEEK: 7}


@dataclass(frozen=True, kw_only=True)
class PageAddress:
    """`idle`: also columns that do not work that day. `shown`: the column a phone shows. `month`: the small month's."""

    day: date
    view: str = DAY
    group: str = EVERYBODY
    idle: bool = False
    shown: int | None = None
    month: date | None = None

    @classmethod
    def read(cls, query: Mapping[str, str], *, today: date) -> Self:
        """Whatever does not make sense is as if it had not been said."""
        view = query.get("ansicht", DAY)
        group = query.get("gruppe", EVERYBODY)
        shown = query.get("spalte", "")
        month = read_date(f"{query.get('monat', '')}-01")
        return cls(
            day=read_date(query.get("tag", "")) or today,
            view=view if view in VIEWS else DAY,
            group=group if group in GROUPS else EVERYBODY,
            idle=query.get("alle") == "1" or ("wahl" in query and "nur" not in query),
            shown=int(shown) if shown.isdecimal() and len(shown) < 15 else None,
            month=month,
        )

    @property
    def only_day(self) -> date | None:
        return self.day if self.view == DAY else None

    def at(self, **changes: Any) -> Self:
        return replace(self, **changes)

    def parameters(self) -> dict[str, str]:
        said: dict[str, str] = {"tag": self.day.isoformat()}
        if self.view != DAY:
            said["ansicht"] = self.view
        if self.group != EVERYBODY:
            said["gruppe"] = self.group
        if self.idle:
            said["alle"] = "1"
        if self.shown is not None:
            said["spalte"] = str(self.shown)
        if self.month is not None:
            said["monat"] = f"{self.month:%Y-%m}"
        return said

    def url(self, name: str = "calendar") -> str:
        return f"{_path(name)}?{urlencode(self.parameters())}"

    def turned(self, direction: int) -> Self:
        """One page on or back."""
        return self.at(day=_within(self.day + timedelta(days=STEP_DAYS[self.view] * direction)), month=None)

    def first_of_month(self) -> date:
        return (self.month or self.day).replace(day=1)

    def turned_month(self, direction: int) -> Self:
        first = self.first_of_month()
        other = (first - timedelta(days=1)) if direction < 0 else (first + timedelta(days=32))
        return self.at(month=_within(other).replace(day=1))

    def candidate_days(self) -> list[date]:
        """The days the page may show; which of them it does depends on who works."""
        if self.view == DAY:
            return [self.day]
        if self.view == THREE_DAYS:
            return [self.day + timedelta(days=n) for n in range(10)]
        monday = self.day - timedelta(days=self.day.weekday())
        return [monday + timedelta(days=n) for n in range(7)]


@cache
def _path(name: str) -> str:
    """A page has a hundred links to itself."""
    return reverse(name)


def read_date(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if EARLIEST <= found <= LATEST else None


def _within(day: date) -> date:
    return min(max(day, EARLIEST), LATEST)
