"""The Download-Service of a practice as its pages show it."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import Practice
from accounts.selectors import holidays_in
from integrations.downloads.models import Activity, DownloadJob, DownloadRun, FeedState
from praxis.core.schedule import PlanInvalid, next_runs
from praxis.core.schedule_text import describe
from praxis.core.workrow import OPEN_STATES

NEXT_RUNS = 5
# A tick comes every ten seconds; without one for so long nothing runs.
_STALE = timedelta(minutes=3)
RUN_SORTS = {"zeit": "planned_for", "ergebnis": "result", "dauer": "finished_at", "ausloeser": "trigger"}


@dataclass
class JobView:
    """`job` None: nobody has opened its plan yet, so it is switched off."""

    job: DownloadJob | None
    sentence: str = ""
    next_runs: list[datetime] = field(default_factory=list)
    last_run: DownloadRun | None = None
    is_running: bool = False
    is_late: bool = False


def job_view(practice: Practice, *, now: datetime) -> JobView:
    job = DownloadJob.objects.select_related("practice").filter(practice=practice).first()
    if job is None:
        return JobView(None, _("Es wird nicht von selbst nachgesehen."))
    last = DownloadRun.objects.filter(job=job).order_by("-planned_for").first()
    view = JobView(job, last_run=last, is_running=last is not None and last.state in OPEN_STATES)
    view.is_late = bool(job.is_enabled and job.next_run_at and now - job.next_run_at > _STALE)
    try:
        plan = job.plan_for(practice.time_zone)
    except PlanInvalid as error:
        view.sentence = error.message
        return view
    view.sentence = describe(plan)
    if job.is_enabled:
        view.next_runs = next_runs(plan, now, NEXT_RUNS, is_holiday=holidays_in(practice))
    return view


def feed_state() -> FeedState | None:
    return FeedState.objects.filter(pk=1).first()


def runs(practice: Practice, *, sort: str = "zeit", descending: bool = True) -> QuerySet[DownloadRun]:
    found = DownloadRun.objects.filter(practice=practice, cleared_at=None).select_related("actor")
    column = RUN_SORTS.get(sort, "planned_for")
    return found.order_by(f"-{column}" if descending else column, "-pk")


def activities(practice: Practice, *, only_errors: bool, descending: bool = True) -> QuerySet[Activity]:
    found = Activity.objects.filter(practice=practice, cleared_at=None)
    found = found.filter(is_error=True) if only_errors else found
    return found.order_by("-at" if descending else "at", "-pk")


def error_counts(practice: Practice) -> tuple[int, int]:
    """Runs that did not end well, and lines that tell of an error."""
    bad = [DownloadRun.Result.ERROR, DownloadRun.Result.WITH_ERRORS]
    failed = DownloadRun.objects.filter(practice=practice, cleared_at=None, result__in=bad).count()
    return failed, activities(practice, only_errors=True).count()
