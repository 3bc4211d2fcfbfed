"""What this folder hears, and what the calendar shows of it."""

from django.utils import timezone

from accounts.events import PracticeChanged
from accounts.selectors import practices_by_id
from integrations.downloads import calendar_additions
from integrations.downloads.services.ticking import plan_around_holidays
from praxis.core.events import listen

__all__ = ["calendar_additions"]


@listen(PracticeChanged)
def plan_around_new_holidays(event: PracticeChanged) -> None:
    for practice in practices_by_id([event.practice_id]):
        plan_around_holidays(practice, now=timezone.now())
