"""Everything a calendar page needs, in a number of queries that does not grow with rows, columns or days."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from praxis.core.localtime import day_bounds
from scheduling.models import CalendarColumn
from scheduling.selectors.additions import EntrySign, PageNotice, notices_now, signs_of
from scheduling.selectors.columns import active_columns, grid_rules
from scheduling.selectors.page import EntryLine, aside_lines, grid_lines, taken_minutes_by_day
from scheduling.slots import Rule

KEPT_SECONDS = 60


@dataclass(frozen=True, kw_only=True)
class PageQuery:
    """`days`: those the page may show. At most `most_days` are shown, closed ones are left out (never the first).

    `position`: where the live stream stood before; empty when nobody knows.
    """

    days: Sequence[date]
    most_days: int
    month: Sequence[date]
    zone: ZoneInfo
    now: datetime
    kind: str | None = None
    position: str = ""

    @property
    def state(self) -> str:
        """The same as long as nothing was announced; without the stream for a minute."""
        return self.position or f"minute {int(self.now.timestamp() // KEPT_SECONDS)}"


@dataclass(frozen=True, kw_only=True)
class FoundPage:
    """`columns`: all of the practice; `shown`: those of the wanted kind; `rules`: of the shown ones. `signs`: by
    entry."""

    columns: list[CalendarColumn]
    shown: list[CalendarColumn]
    rules: list[Rule]
    days: list[date]
    lines: list[EntryLine]
    aside: list[EntryLine]
    taken: dict[date, int]
    signs: Mapping[int, Sequence[EntrySign]] = field(default_factory=dict)
    notices: Sequence[PageNotice] = ()


def find_page(query: PageQuery) -> FoundPage:
    """At most five queries: columns, rules, what stands in the grid, what lies beside it, the load of the month; and
    those of the floors above."""
    columns = list(active_columns())
    shown = [column for column in columns if query.kind in (None, column.kind)]
    ids = [column.pk for column in shown]
    rules = grid_rules(ids)
    days = _days_with_hours(query, rules)
    starts_at, ends_at = day_bounds(days[0], query.zone)[0], day_bounds(days[-1], query.zone)[1]
    lines = grid_lines(ids, starts_at, ends_at)
    aside = aside_lines(starts_at, ends_at)
    month_start, month_end = day_bounds(query.month[0], query.zone)[0], day_bounds(query.month[-1], query.zone)[1]
    return FoundPage(
        columns=columns,
        shown=shown,
        rules=rules,
        days=_without_empty_weekend(days, rules, lines, query.zone) if query.most_days == 7 else days,
        lines=lines,
        aside=aside,
        taken=_month_load(tuple(ids), month_start, month_end, query.zone, query.state),
        signs=_signs(lines, aside, query.now),
        notices=notices_now(query.now),
    )


def _signs(lines: list[EntryLine], aside: list[EntryLine], now: datetime) -> Mapping[int, Sequence[EntrySign]]:
    shown = (*lines, *aside)
    return signs_of(
        [line.id for line in shown], now, video_ids=[line.id for line in shown if line.is_video]
    )  # fmt: skip


@lru_cache(maxsize=256)
def _month_load(
    column_ids: tuple[int, ...], starts_at: datetime, ends_at: datetime, zone: ZoneInfo, _state: str
) -> dict[date, int]:
    """Adding up six weeks of twenty columns takes 50 ms, as long as the rest of the page; after a change every open
    page asks for the same sum, so it is made once per change."""
    return taken_minutes_by_day(column_ids, starts_at, ends_at, zone=zone)


def _days_with_hours(query: PageQuery, rules: Sequence[Rule]) -> list[date]:
    if len(query.days) <= query.most_days:
        return list(query.days)
    first, *others = query.days
    working = [day for day in others if any(rule.holds_on(day) for rule in rules)]
    return [first, *(working or others)][: query.most_days]


def _without_empty_weekend(
    days: Sequence[date], rules: Sequence[Rule], lines: Sequence[EntryLine], zone: ZoneInfo
) -> list[date]:
    used = {line.starts_at.astimezone(zone).date() for line in lines}
    used |= {(line.ends_at - timedelta(microseconds=1)).astimezone(zone).date() for line in lines}
    return [d for d in days if d.weekday() < 5 or d in used or any(rule.holds_on(d) for rule in rules)]
