"""When the plans of all practices begin a run."""

from datetime import datetime

from accounts.selectors import holiday_calendars
from integrations.downloads.models import DownloadJob, DownloadRun
from praxis.core.planticking import PlanTicker

_TICKER = PlanTicker(jobs=DownloadJob, runs=DownloadRun, free_days=holiday_calendars)


def start_due_jobs(now: datetime) -> int:
    return _TICKER.start_due(now)
