"""The job "Download-Service" of a practice: its plan, running it now, and clearing its protocols."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts.models import Practice, User
from accounts.selectors import holidays_in
from integrations.downloads.events import DownloadJobPlanned, DownloadJobStarted, DownloadProtocolCleared
from integrations.downloads.models import Activity, DownloadJob, DownloadRun
from praxis.core.events import publish
from praxis.core.exceptions import PraxisError
from praxis.core.localtime import local_day
from praxis.core.nudging import nudge
from praxis.core.planrow import MOST_CATCH_UP_MINUTES, planned_values, values_of
from praxis.core.schedule import Frequency, OnHoliday, Plan
from praxis.core.workrow import OPEN_STATES

USUAL_TIME = time(12, 30)


class JobChanged(PraxisError):
    """Somebody else changed the job after it was read."""


class RunRefused(PraxisError):
    """The job is running already."""


def job_of(practice: Practice, *, now: datetime) -> DownloadJob:
    """Made switched off when there is none: every day at noon, made up for within half a day."""
    known = DownloadJob.objects.select_related("practice").filter(practice=practice).first()
    if known is not None:
        return known
    plan = Plan(
        frequency=Frequency.DAILY, start_on=local_day(now, ZoneInfo(practice.time_zone)), at=USUAL_TIME,
        zone=practice.time_zone, on_holiday=OnHoliday.RUN,
    )  # fmt: skip
    values = values_of(plan) | {"catch_up_minutes": MOST_CATCH_UP_MINUTES, "updated_at": now}
    job, _created = DownloadJob.objects.get_or_create(practice=practice, defaults=values)
    return job


@transaction.atomic
def plan_job(
    *, job: DownloadJob, plan: Plan, catch_up_minutes: int, is_enabled: bool, actor: User | None, now: datetime,
    version: int | None = None,
) -> DownloadJob:  # fmt: skip
    """The first run is the first one after `now`, whatever the plan says about earlier today.

    Raises JobChanged, PlanHasNoRuns.
    """
    values = planned_values(
        plan, catch_up_minutes=catch_up_minutes, is_enabled=is_enabled, now=now, is_holiday=holidays_in(job.practice)
    )
    as_read = DownloadJob.objects.filter(pk=job.pk, version=job.version if version is None else version)
    if not as_read.update(**values, version=F("version") + 1, updated_at=now):
        raise JobChanged(_("Jemand hat diesen Auftrag inzwischen geändert. Bitte die Seite neu laden."))
    publish(DownloadJobPlanned(practice_id=job.practice_id, actor_id=_id(actor), job_id=job.pk))
    return DownloadJob.objects.select_related("practice").get(pk=job.pk)


@transaction.atomic
def enable_job(*, job: DownloadJob, is_enabled: bool, actor: User | None, now: datetime) -> DownloadJob:
    """Raises PlanHasNoRuns, JobChanged."""
    return plan_job(
        job=job, plan=job.plan_for(job.practice.time_zone), catch_up_minutes=job.catch_up_minutes,
        is_enabled=is_enabled, actor=actor, now=now,
    )  # fmt: skip


@transaction.atomic
def run_now(*, job: DownloadJob, actor: User | None, now: datetime) -> DownloadRun:
    """By hand, also while the job is switched off; a worker takes it. Raises RunRefused."""
    if DownloadRun.objects.filter(job=job, state__in=OPEN_STATES).exists():
        raise RunRefused(_("Dieser Auftrag läuft gerade. Bitte kurz warten."))
    run = new_run(job, DownloadRun.Trigger.PERSON, actor, now)
    publish(DownloadJobStarted(practice_id=job.practice_id, actor_id=_id(actor), job_run_id=run.pk))
    nudge(DownloadRun, due_at=now)
    return run


def new_run(job: DownloadJob, trigger: str, actor: User | None, now: datetime) -> DownloadRun:
    """Planned for this very instant; two in the same microsecond are one."""
    run, _created = DownloadRun.objects.get_or_create(
        job=job, planned_for=now,
        defaults={"practice_id": job.practice_id, "trigger": trigger, "actor": actor, "due_at": now},
    )  # fmt: skip
    return run


@transaction.atomic
def clear_runs(*, practice: Practice, actor: User | None, now: datetime) -> int:
    """Alle löschen: hides the lines; a run that has not ended stays."""
    shown = DownloadRun.objects.filter(practice=practice, cleared_at=None).exclude(result="")
    return _cleared(shown.update(cleared_at=now), practice, actor)


@transaction.atomic
def clear_activities(*, practice: Practice, actor: User | None, now: datetime, only_errors: bool = False) -> int:
    shown = Activity.objects.filter(practice=practice, cleared_at=None)
    shown = shown.filter(is_error=True) if only_errors else shown
    return _cleared(shown.update(cleared_at=now), practice, actor)


def _cleared(lines: int, practice: Practice, actor: User | None) -> int:
    publish(DownloadProtocolCleared(practice_id=practice.pk, actor_id=_id(actor)))
    return lines


def _id(actor: User | None) -> int | None:
    return actor.pk if actor else None
