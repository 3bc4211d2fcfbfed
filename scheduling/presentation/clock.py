"""Days and times as the page writes them, and the wall clock of one day in minutes since midnight."""

from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from django.utils import formats
from django.utils.translation import gettext as _

from praxis.core.localtime import to_instant

DAY_MINUTES = 24 * 60


class DayClock:
    """Wall-clock minutes of one local day. On a change night two instants may share a minute; nothing gets lost."""

    def __init__(self, day: date, zone: ZoneInfo) -> None:
        self.day = day
        self.zone = zone
        self._iso: dict[int, str] = {}
        # The entries of a day begin and end at a few instants.
        self._minutes: dict[datetime, int] = {}

    def minute(self, instant: datetime) -> int:
        if instant not in self._minutes:
            self._minutes[instant] = self._minute(instant)
        return self._minutes[instant]

    def _minute(self, instant: datetime) -> int:
        local = instant.astimezone(self.zone)
        if local.date() < self.day:
            return 0
        return DAY_MINUTES if local.date() > self.day else local.hour * 60 + local.minute

    def span(self, starts_at: datetime, ends_at: datetime) -> tuple[int, int]:
        """Never empty: where clocks are put back, the elapsed length counts."""
        start, end = min(self.minute(starts_at), DAY_MINUTES - 1), self.minute(ends_at)
        if end <= start:
            end = min(start + max(1, int((ends_at - starts_at).total_seconds() // 60)), DAY_MINUTES)
        return start, end

    def iso(self, minute: int) -> str:
        """The instant with its offset, for addresses and attributes."""
        if minute not in self._iso:
            wall = time(minute // 60, minute % 60)
            self._iso[minute] = to_instant(self.day, wall, self.zone).astimezone(self.zone).isoformat()
        return self._iso[minute]


@cache
def hhmm(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def of_day(wall: time) -> int:
    return wall.hour * 60 + wall.minute


def long_day(day: date) -> str:
    """ "Montag, 23. November 2026" """
    return formats.date_format(day, "l, j. F Y")


def short_day(day: date) -> str:
    """ "Mo, 23. Nov." """
    return formats.date_format(day, "D, j. N")


def numeric_day(day: date) -> str:
    """ "Mo, 23.11.2026" """
    return formats.date_format(day, "D, d.m.Y")


def calendar_week(day: date) -> int:
    return day.isocalendar().week


def time_of(instant: datetime, zone: ZoneInfo) -> str:
    return f"{instant.astimezone(zone):%H:%M}"


def moment(instant: datetime, zone: ZoneInfo, *, today: date) -> str:
    """ "Heute 15:30", "Do 03.12. 09:00", "Mo 12.10.2025 10:30" """
    local = instant.astimezone(zone)
    if local.date() == today:
        return f"{_('Heute')} {local:%H:%M}"
    if local.date() == today + timedelta(days=1):
        return f"{_('Morgen')} {local:%H:%M}"
    return formats.date_format(local, "D d.m. H:i" if local.year == today.year else "D d.m.Y H:i")
