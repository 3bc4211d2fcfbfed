"""Switching jobs on and off, planning them, and running one now. Nothing here ever runs the past."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts.models import Practice, User
from accounts.selectors import holidays_in
from notifications.events import JobPlanned, JobStarted
from notifications.models import Job, JobRun
from notifications.services.running import run_job
from praxis.core.events import publish
from praxis.core.exceptions import PraxisError
from praxis.core.nudging import nudge
from praxis.core.planrow import planned_values
from praxis.core.schedule import Plan
from praxis.core.workrow import OPEN_STATES


class JobChanged(PraxisError):
    """Somebody else changed the job after it was read."""


class RunRefused(PraxisError):
    """The same job is running already."""


@transaction.atomic
def plan_job(
    *, job: Job, plan: Plan, catch_up_minutes: int, is_enabled: bool, actor: User | None, now: datetime,
    version: int | None = None,
) -> Job:  # fmt: skip
    """The first run is the first one after `now`, whatever the plan says about earlier today.

    Raises JobChanged, PlanHasNoRuns.
    """
    values = planned_values(
        plan, catch_up_minutes=catch_up_minutes, is_enabled=is_enabled, now=now, is_holiday=holidays_in(job.practice)
    )
    return _save(job, values, actor, now, version)


@transaction.atomic
def enable_job(*, job: Job, is_enabled: bool, actor: User | None, now: datetime) -> Job:
    """Raises PlanHasNoRuns."""
    plan = job.plan_for(job.practice.time_zone)
    return plan_job(
        job=job, plan=plan, catch_up_minutes=job.catch_up_minutes, is_enabled=is_enabled, actor=actor, now=now
    )


@transaction.atomic
def run_now(*, job: Job, actor: User | None, now: datetime) -> JobRun:
    """By hand, also while the job is switched off; a worker takes it. Quiet hours hold. Raises RunRefused."""
    if JobRun.objects.filter(job=job, state__in=OPEN_STATES).exists():
        raise RunRefused(_("Dieser Auftrag läuft gerade. Bitte kurz warten."))
    run = _new_run(job, JobRun.Trigger.PERSON, actor, now)
    publish(JobStarted(practice_id=job.practice_id, actor_id=actor.pk if actor else None, job_run_id=run.pk))
    nudge(JobRun, due_at=now)
    return run


def run_job_now(*, practice: Practice, kind: str, now: datetime) -> JobRun:
    """From the command line, in this process, as if it were `now`."""
    job = Job.objects.select_related("practice").get(practice=practice, kind=kind)
    run = _new_run(job, JobRun.Trigger.COMMAND, None, now)
    run_job(run, clock=lambda: now)
    run.refresh_from_db()
    return run


def _new_run(job: Job, trigger: str, actor: User | None, now: datetime) -> JobRun:
    """Planned for this very instant; two in the same microsecond are one."""
    run, _created = JobRun.objects.get_or_create(
        job=job, planned_for=now,
        defaults={
            "practice_id": job.practice_id, "kind": job.kind, "trigger": trigger, "actor": actor, "due_at": now,
        },
    )  # fmt: skip
    return run


def _save(job: Job, values: dict[str, Any], actor: User | None, now: datetime, version: int | None) -> Job:
    as_read = Job.objects.filter(pk=job.pk, version=job.version if version is None else version)
    if not as_read.update(**values, version=F("version") + 1, updated_at=now):
        raise JobChanged(_("Jemand hat diesen Auftrag inzwischen geändert. Bitte die Seite neu laden."))
    publish(JobPlanned(practice_id=job.practice_id, actor_id=actor.pk if actor else None, job_id=job.pk))
    return Job.objects.select_related("practice").get(pk=job.pk)
