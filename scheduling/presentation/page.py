"""The whole calendar page from what the selectors found."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext as _

from accounts.models import Practice
from accounts.selectors import HolidayCalendar
from scheduling.models import CalendarColumn, EntryChange
from scheduling.presentation.address import EVERYBODY, VIEWS, PageAddress
from scheduling.presentation.clock import DAY_MINUTES, DayClock, calendar_week, long_day, short_day
from scheduling.presentation.grid import Grid, GridWish, build_grid
from scheduling.presentation.lanes import Lane, build_lane
from scheduling.presentation.marks import Look
from scheduling.presentation.month import Month, build_month
from scheduling.presentation.sentences import last_action_words
from scheduling.presentation.trays import Trays, build_trays
from scheduling.selectors.additions import PageNotice
from scheduling.selectors.calendar_page import FoundPage
from scheduling.selectors.page import EntryLine
from scheduling.slots import Rule


@dataclass(frozen=True, slots=True)
class Choice:
    label: str
    url: str
    is_current: bool
    count: int = 0


@dataclass(frozen=True, slots=True)
class Tab:
    """A column of the phone."""

    label: str
    words: str
    url: str
    position: int
    is_current: bool


@dataclass(frozen=True, kw_only=True)
class CalendarPage:
    address: PageAddress
    days: list[date]
    today: date
    title: str
    short_title: str
    week: int
    # Of the one day shown; empty on an ordinary day.
    holiday: str
    views: list[Choice]
    groups: list[Choice]
    tabs: list[Tab]
    grid: Grid
    month: Month
    trays: Trays
    notices: Sequence[PageNotice]
    columns_shown: list[int]
    last_action: str
    hidden_columns: int

    @property
    def shows_today(self) -> bool:
        return self.today in self.days

    @property
    def tray_count(self) -> int:
        return len(self.trays.extra) + len(self.trays.parked)

    @property
    def has_columns(self) -> bool:
        """The first choice counts all columns of the practice."""
        return bool(self.groups[0].count)

    @cached_property
    def links(self) -> dict[str, str]:
        here = self.address
        day = {"tag": here.day.isoformat()}
        return {
            "today": here.at(day=self.today, month=None).url(),
            "previous": here.turned(-1).url(),
            "next": here.turned(1).url(),
            "parts": here.url("calendar_parts"),
            "everybody": here.at(group=EVERYBODY, idle=True).url(),
            "next_free": f"{reverse('next_free')}?{urlencode(day | {'gruppe': here.group})}",
            "reserve": f"{reverse('reserve')}?{urlencode(day)}",
            "extra": f"{reverse('entry_new')}?{urlencode(day | {'als': 'zusatz'})}",
        }

    @property
    def filter_fields(self) -> list[tuple[str, str]]:
        """What the form with "only who works" carries along."""
        return [*self.address.at(idle=False).parameters().items(), ("wahl", "1")]


def build_page(
    address: PageAddress, found: FoundPage, practice: Practice, *, own_changes: Sequence[EntryChange], now: datetime,
    holidays: HolidayCalendar,
) -> CalendarPage:  # fmt: skip
    zone = ZoneInfo(practice.time_zone)
    local = now.astimezone(zone)
    today = local.date()
    lanes = build_lanes(found, zone, idle=address.idle)
    named = {day: name for day in found.days if (name := holidays.name_of(day))}
    look = Look(
        zone=zone, now=now, case_shows_known=practice.case_shows_known, entry_url=reverse("entry_detail", args=[0]),
        signs=found.signs,
    )  # fmt: skip
    minute = local.hour * 60 + local.minute + local.second / 60
    grid = build_grid(GridWish(lanes, look, today=today, now_minute=minute, shown=address.shown, holidays=named))
    names = {column.pk: column.name for column in found.columns}
    return CalendarPage(
        address=address,
        days=list(found.days),
        today=today,
        title=_title(found.days),
        short_title=_short_title(found.days),
        week=calendar_week(address.day),
        holiday=named.get(found.days[0], "") if len(found.days) == 1 else "",
        views=[
            Choice(label, address.at(view=view).url(), view == address.view)
            for view, label in zip(VIEWS, (_("Tag"), _("3 Tage"), _("Woche")), strict=True)
        ],
        groups=_groups(address, found.columns),
        tabs=_tabs(address, grid),
        grid=grid,
        month=build_month(address, found.rules, found.taken, today=today, holidays=holidays),
        trays=build_trays(found.aside, names, look=look, days=found.days),
        notices=found.notices,
        columns_shown=list(dict.fromkeys(lane.column.pk for lane in lanes)),
        last_action=last_action_words(
            own_changes, zone, case_shows_known=look.case_shows_known, only_day=address.only_day
        ),
        hidden_columns=len(found.shown) - len({lane.column.pk for lane in lanes}),
    )


def build_lanes(found: FoundPage, zone: ZoneInfo, *, idle: bool) -> list[Lane]:
    """Day by day, column by column; unless `idle`, without those that do not work that day."""
    rules: dict[tuple[int, int], list[Rule]] = {}
    for rule in found.rules:
        rules.setdefault((rule.column_id, rule.weekday), []).append(rule)
    lines: dict[tuple[int, date], list[EntryLine]] = {}
    clocks = [DayClock(day, zone) for day in found.days]
    for line in found.lines:
        for clock in clocks:
            if clock.minute(line.starts_at) < DAY_MINUTES and clock.minute(line.ends_at) > 0:
                lines.setdefault((line.column_id, clock.day), []).append(line)
    lanes = [
        build_lane(
            column,
            clock,
            [r for r in rules.get((column.pk, clock.day.weekday()), ()) if r.holds_on(clock.day)],
            lines.get((column.pk, clock.day), ()),
        )
        for clock in clocks
        for column in found.shown
    ]
    return [lane for lane in lanes if idle or lane.works]


def _title(days: Sequence[date]) -> str:
    if len(days) == 1:
        return long_day(days[0])
    first, last = days[0], days[-1]
    pattern = "j." if first.month == last.month else "j. F" if first.year == last.year else "j. F Y"
    return f"{formats.date_format(first, pattern)}–{formats.date_format(last, 'j. F Y')}"


def _short_title(days: Sequence[date]) -> str:
    """For phones: "Mo, 23. Nov.", "23.–27. Nov." """
    if len(days) == 1:
        return short_day(days[0])
    first, last = days[0], days[-1]
    pattern = "j." if first.month == last.month else "j. N"
    return f"{formats.date_format(first, pattern)}–{formats.date_format(last, 'j. N')}"


def _groups(address: PageAddress, columns: Sequence[CalendarColumn]) -> list[Choice]:
    kind = CalendarColumn.Kind
    groups = {
        EVERYBODY: _("Alle Spalten"),
        kind.DOCTOR.value: _("Ärztinnen und Ärzte"),
        kind.ROOM.value: _("Räume"),
        kind.DEVICE.value: _("Geräte"),
        kind.VIDEO.value: _("Video"),
    }
    counts = {group: sum(1 for c in columns if group in (EVERYBODY, c.kind)) for group in groups}
    return [
        Choice(label, address.at(group=group, shown=None).url(), group == address.group, counts[group])
        for group, label in groups.items()
        if counts[group] or group in (EVERYBODY, address.group)
    ]


def _tabs(address: PageAddress, grid: Grid) -> list[Tab]:
    return [
        Tab(
            label=f"{formats.date_format(head.lane.day, 'D')} · {head.lane.column.name}"
            if grid.is_days
            else head.lane.column.name,
            words=head.words,
            url=address.at(shown=head.lane.column.pk).url(),
            position=head.position,
            is_current=head.position == grid.shown,
        )
        for head in grid.heads
    ]
