"""The small month: every day with the load of the shown columns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import formats

from accounts.selectors import HolidayCalendar
from scheduling.presentation.address import PageAddress
from scheduling.presentation.clock import calendar_week, of_day
from scheduling.presentation.lanes import joined
from scheduling.presentation.wording import day_words
from scheduling.presentation.wording import gettext as _
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


def build_month(
    address: PageAddress, rules: Sequence[Rule], taken: Mapping[date, int], *, today: date, holidays: HolidayCalendar
) -> Month:
    first = address.first_of_month()
    days = month_days(first)
    open_minutes = open_minutes_by_day(rules, days)
    first_url = address.at(day=first, month=None).url()
    cells = [
        MonthDay(
            number=day.day,
            # Forty-two links that differ in one place.
            url=first_url.replace(f"tag={first}", f"tag={day}", 1),
            label=_label(day, share, holiday),
            css=_css(day, first, today, holiday),
            load=None if share is None else round(share * BAR),
            is_current=day == address.day,
        )
        for day in days
        for share in [_share(taken.get(day, 0), open_minutes[day])]
        for holiday in [holidays.name_of(day)]
    ]
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


def _share(taken: int, open_minutes: int) -> float | None:
    return min(1.0, taken / open_minutes) if open_minutes else None


def _label(day: date, share: float | None, holiday: str) -> str:
    words = ", ".join(filter(None, (day_words(day, "l, j. F"), holiday)))
    return (
        words if share is None else f"{words}, {_('zu %(percent)d Prozent belegt') % {'percent': round(share * 100)}}"
    )


def _css(day: date, first: date, today: date, holiday: str) -> str:
    classes = [
        "out" if day.month != first.month else "",
        "we" if day.weekday() > 4 else "",
        "today" if day == today else "",
        "ho" if holiday else "",
    ]
    return " ".join(filter(None, classes))
