"""When the plans of all practices begin a run."""

from datetime import datetime

from accounts.selectors import holiday_calendars
from notifications.models import Job, JobRun
from praxis.core.planticking import PlanTicker

_TICKER = PlanTicker(jobs=Job, runs=JobRun, free_days=holiday_calendars, copied=("practice_id", "kind"))


def start_due_jobs(now: datetime) -> int:
    return _TICKER.start_due(now)
