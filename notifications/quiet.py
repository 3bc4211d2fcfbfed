"""When a practice sends: between two wall-clock times on some weekdays, never on a holiday of its Land. Pure."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from praxis.core.localtime import to_instant

IsHoliday = Callable[[date], bool]
# Longer than any row of closed days; a practice that sends on no day at all has no next instant.
_FURTHEST = 15


@dataclass(frozen=True, slots=True)
class SendingHours:
    """Half-open [opens, closes) in `zone`; weekdays 0 = Monday."""

    opens: time
    closes: time
    weekdays: frozenset[int]
    zone: ZoneInfo
    is_holiday: IsHoliday

    def sends_on(self, day: date) -> bool:
        return day.weekday() in self.weekdays and not self.is_holiday(day)

    def is_open(self, instant: datetime) -> bool:
        local = instant.astimezone(self.zone)
        return self.opens <= local.time() < self.closes and self.sends_on(local.date())

    def next_allowed(self, instant: datetime) -> datetime | None:
        """`instant` itself or the next opening; None when there is none within two weeks."""
        if self.is_open(instant):
            return instant
        today = instant.astimezone(self.zone).date()
        for day in (today + timedelta(days=ahead) for ahead in range(_FURTHEST)):
            opening = to_instant(day, self.opens, self.zone)
            if opening > instant and self.sends_on(day) and self.is_open(opening):
                return opening.astimezone(UTC)
        return None

    def silent_days_after(self, day: date) -> int:
        """How many days after `day` nothing is sent: what would be due then must go now."""
        for ahead in range(1, _FURTHEST):
            if self.sends_on(day + timedelta(days=ahead)):
                return ahead - 1
        return 0
