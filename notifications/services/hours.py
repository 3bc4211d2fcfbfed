from zoneinfo import ZoneInfo

from accounts.models import Practice
from accounts.selectors import holidays_in
from notifications.models import MessageKind, MessageSettings
from notifications.quiet import SendingHours


def hours_of(settings: MessageSettings, practice: Practice, kind: str) -> SendingHours:
    """When messages of this kind may go out. Notices answer somebody who waits: they know no quiet hours."""
    land = holidays_in(practice)
    is_greeting = kind == MessageKind.GREETING
    any_day = is_greeting and settings.greet_any_day
    return SendingHours(
        opens=settings.greeting_from if is_greeting else settings.window_from,
        closes=settings.greeting_until if is_greeting else settings.window_until,
        weekdays=frozenset(range(7)) if any_day else frozenset(settings.window_weekdays),
        zone=ZoneInfo(practice.time_zone),
        is_holiday=(lambda day: False) if any_day else land,
    )
