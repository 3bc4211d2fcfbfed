"""When the plans of all practices begin a run."""

from datetime import datetime

from accounts.models import Practice
from accounts.selectors import holiday_calendars
from integrations.downloads.models import DownloadJob, DownloadRun
from praxis.core.planticking import PlanTicker

_TICKER = PlanTicker(jobs=DownloadJob, runs=DownloadRun, free_days=holiday_calendars)


def start_due_jobs(now: datetime) -> int:
    return _TICKER.start_due(now)


def plan_around_holidays(practice: Practice, *, now: datetime) -> None:
    """They, or the Land, are others than before."""
    free_days = holiday_calendars({practice.pk: practice.land})[practice.pk]
    _TICKER.plan_around(free_days, practice_id=practice.pk, zone=practice.time_zone, now=now)
