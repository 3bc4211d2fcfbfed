from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from accounts.models import Practice
from accounts.selectors import holidays_in
from notifications.models import Job, JobKind, JobRun
from praxis.core.schedule import PlanInvalid, next_runs
from praxis.core.schedule_text import describe

LEAST_APART = timedelta(minutes=5)
NEXT_RUNS = 5
# Each works on what the one before it made.
ORDER = (JobKind.PREPARE_REMINDERS, JobKind.SEND, JobKind.STATUS)
_ALL = (JobKind.PREPARE_REMINDERS, JobKind.PREPARE_GREETINGS, JobKind.SEND, JobKind.STATUS)
# A tick comes every ten seconds; without one for so long nothing runs.
_STALE = timedelta(minutes=3)


@dataclass
class JobView:
    """A job as the editor shows it: its plan as a sentence, when it comes next, how it went last, what is odd."""

    job: Job
    sentence: str
    next_runs: list[datetime] = field(default_factory=list)
    last_run: JobRun | None = None
    warnings: list[str] = field(default_factory=list)


def jobs_with_next_runs(practice: Practice, now: datetime) -> list[JobView]:
    """The four jobs in their order; three queries."""
    jobs = {job.kind: job for job in Job.objects.filter(practice=practice).select_related("practice")}
    last = {
        run.job_id: run
        for run in JobRun.objects.filter(practice=practice).order_by("job", "-planned_for").distinct("job")
    }
    views = [_view(jobs[kind], last.get(jobs[kind].pk), now) for kind in _ALL if kind in jobs]
    for kind, words in plan_warnings([view.job for view in views], now):
        next(view for view in views if view.job.kind == kind).warnings.append(words)
    return views


def _view(job: Job, last_run: JobRun | None, now: datetime) -> JobView:
    try:
        plan = job.plan_for(job.practice.time_zone)
    except PlanInvalid as error:
        return JobView(job, error.message, last_run=last_run)
    coming = next_runs(plan, now, NEXT_RUNS, is_holiday=holidays_in(job.practice))
    view = JobView(job, describe(plan), coming if job.is_enabled else [], last_run)
    if job.is_enabled and job.next_run_at and now - job.next_run_at > _STALE:
        view.warnings.append(_("Der Auftrag ist überfällig. Läuft das Programm auf dem Server?"))
    return view


def plan_warnings(jobs: Sequence[Job], now: datetime) -> list[tuple[str, str]]:
    """(kind, words): what the order prepare, send, status and five minutes in between are not kept by."""
    enabled = {job.kind: job for job in jobs if job.is_enabled}
    found = []
    pairs = [
        (JobKind.PREPARE_REMINDERS, JobKind.SEND), (JobKind.PREPARE_GREETINGS, JobKind.SEND),
        (JobKind.SEND, JobKind.STATUS),
    ]  # fmt: skip
    for first, second in pairs:
        if first in enabled and second in enabled:
            found += _pair(enabled[first], enabled[second], now)
    if {JobKind.PREPARE_REMINDERS, JobKind.PREPARE_GREETINGS} & enabled.keys() and JobKind.SEND not in enabled:
        found.append((JobKind.SEND, _("Es wird aufbereitet, aber nicht gesendet: Dieser Auftrag ist ausgeschaltet.")))
    return found


def _pair(first: Job, second: Job, now: datetime) -> list[tuple[str, str]]:
    """The next run of the second after each of the next runs of the first."""
    befores, afters = _coming(first, now), _coming(second, now)
    if not befores or not afters:
        return []
    names = {"first": first.get_kind_display(), "second": second.get_kind_display()}
    same_day = [
        (before, after)
        for before in befores
        for after in afters
        if abs(after - before) < timedelta(hours=12)
    ]  # fmt: skip
    if any(abs(after - before) < LEAST_APART for before, after in same_day):
        words = _("Zwischen „%(first)s“ und „%(second)s“ liegen weniger als 5 Minuten.") % names
        return [(second.kind, words)]
    if same_day and all(after < before for before, after in same_day):
        return [(second.kind, _("Läuft vor „%(first)s“: Das wird erst am nächsten Tag erledigt.") % names)]
    return []


def _coming(job: Job, now: datetime) -> list[datetime]:
    try:
        plan = job.plan_for(job.practice.time_zone)
    except PlanInvalid:
        return []
    # Enough for a day of a plan that runs every half hour.
    return next_runs(plan, now, 48, is_holiday=holidays_in(job.practice))
