"""The small month: every day with the load of the shown columns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import formats
from django.utils.translation import gettext as _

from scheduling.presentation.address import PageAddress
from scheduling.presentation.clock import calendar_week, of_day
from scheduling.presentation.lanes import joined
from scheduling.slots import Rule

WEEKS = 6
BAR = 16


@dataclass(frozen=True, slots=True)
class MonthDay:
    """`load`: width of the bar of 16; None where nobody works."""

    number: int
    url: str
    label: str
    css: str
    load: int | None
    is_current: bool


@dataclass(frozen=True, slots=True)
class MonthWeek:
    number: int
    days: list[MonthDay]


@dataclass(frozen=True, slots=True)
class Month:
    title: str
    previous_url: str
    next_url: str
    weekdays: list[str]
    weeks: list[MonthWeek]


def month_days(first: date) -> list[date]:
    monday = first - timedelta(days=first.weekday())
    return [monday + timedelta(days=n) for n in range(WEEKS * 7)]


def build_month(address: PageAddress, rules: Sequence[Rule], taken: Mapping[date, int], *, today: date) -> Month:
    first = address.first_of_month()
    days = month_days(first)
    open_minutes = open_minutes_by_day(rules, days)
    cells = [_day(address, day, open_minutes[day], taken.get(day, 0), today) for day in days]
    return Month(
        title=formats.date_format(first, "F Y"),
        previous_url=address.turned_month(-1).url(),
        next_url=address.turned_month(1).url(),
        weekdays=[formats.date_format(day, "D") for day in days[:7]],
        weeks=[MonthWeek(calendar_week(days[n]), cells[n : n + 7]) for n in range(0, WEEKS * 7, 7)],
    )


def open_minutes_by_day(rules: Sequence[Rule], days: Sequence[date]) -> dict[date, int]:
    """Hours of all columns together; overlapping rules of one column count once."""
    by_weekday: dict[int, list[Rule]] = {}
    for rule in rules:
        by_weekday.setdefault(rule.weekday, []).append(rule)
    known: dict[tuple[int, ...], int] = {}
    result = {}
    for day in days:
        todays = [rule for rule in by_weekday.get(day.weekday(), ()) if rule.holds_on(day)]
        key = tuple(id(rule) for rule in todays)
        if key not in known:
            known[key] = _open_minutes(todays)
        result[day] = known[key]
    return result


def _open_minutes(rules: Sequence[Rule]) -> int:
    by_column: dict[int, list[tuple[int, int]]] = {}
    for rule in rules:
        by_column.setdefault(rule.column_id, []).append((of_day(rule.from_time), of_day(rule.until_time)))
    return sum(end - start for spans in by_column.values() for start, end in joined(spans))


def _day(address: PageAddress, day: date, open_minutes: int, taken: int, today: date) -> MonthDay:
    share = min(1.0, taken / open_minutes) if open_minutes else None
    label = formats.date_format(day, "l, j. F")
    if share is not None:
        label += ", " + _("zu %(percent)d Prozent belegt") % {"percent": round(share * 100)}
    classes = [
        "out" if day.month != address.first_of_month().month else "",
        "we" if day.weekday() > 4 else "",
        "today" if day == today else "",
    ]
    return MonthDay(
        number=day.day,
        url=address.at(day=day, month=None).url(),
        label=label,
        css=" ".join(filter(None, classes)),
        load=None if share is None else round(share * BAR),
        is_current=day == address.day,
    )
