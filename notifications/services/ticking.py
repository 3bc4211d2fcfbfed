"""The one tick of all practices: whose plan is due becomes a run, once, however many beats there are."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts.selectors import HolidayCalendar, holiday_calendars
from notifications.models import Job, JobRun
from praxis.core.nudging import nudge
from praxis.core.schedule import Plan, may_still_run, next_runs

logger = logging.getLogger(__name__)

_MOST_PER_TICK = 2_000
# The tick itself comes every ten seconds: up to a minute nobody was late.
_NO_DELAY = timedelta(minutes=1)

_WRITE_RUNS = """
INSERT INTO notifications_jobrun (practice_id, job_id, kind, planned_for, trigger, due_at, state, result, note,
    attempts, claim_number, dedupe_key, rerun, last_error, counts, finished_at)
SELECT job.practice_id, job.id, job.kind, told.planned_for, 'plan', told.planned_for,
    CASE WHEN told.missed THEN 'done' ELSE 'queued' END, CASE WHEN told.missed THEN 'skipped' ELSE '' END,
    CASE WHEN told.missed THEN %(missed)s ELSE '' END, 0, 0, '', false, '', '{}',
    CASE WHEN told.missed THEN %(now)s::timestamptz END
FROM unnest(%(ids)s::bigint[], %(planned)s::timestamptz[], %(missed_flags)s::boolean[]) AS told(id, planned_for, missed)
JOIN notifications_job job ON job.id = told.id
ON CONFLICT (job_id, planned_for) DO NOTHING
"""
_MOVE_ON = """
UPDATE notifications_job job SET next_run_at = told.next_run_at
FROM unnest(%(ids)s::bigint[], %(next)s::timestamptz[]) AS told(id, next_run_at) WHERE job.id = told.id
"""


class _Due(NamedTuple):
    job_id: int
    planned_for: datetime
    is_missed: bool
    next_run_at: datetime | None


@transaction.atomic
def start_due_jobs(now: datetime) -> int:
    """Write a run for every plan whose time has come, and when it comes next; returns how many plans were due.

    A run that is late by more than its limit, or by more than its window, is noted as left out. A clock that was set
    back finds nothing twice: a run is unique per planned time, and the next one is never in the past.
    """
    jobs = _due_jobs(now)
    free_days = holiday_calendars({job.practice_id: job.land for job in jobs})
    due = [one for job in jobs if (one := _judged(job, free_days[job.practice_id], now)) is not None]
    if due:
        _write(due, now)
        nudge(JobRun, due_at=now)
    return len(due)


def _due_jobs(now: datetime) -> Sequence[Any]:
    """With the two things of their practice that a plan needs; a thousand whole practices would cost as much again."""
    free = Job._base_manager.select_for_update(skip_locked=True, of=("self",))
    due = free.filter(next_run_at__lte=now, practice__is_active=True).order_by("next_run_at")
    return list(due.annotate(zone=F("practice__time_zone"), land=F("practice__land"))[:_MOST_PER_TICK])


def _judged(job: Any, free_days: HolidayCalendar, now: datetime) -> _Due | None:
    """None: this plan cannot be read. It keeps no other practice's plan from running, and its job shows as overdue."""
    try:
        return _judge(job, free_days, now)
    except Exception as error:
        logger.error("Plan of job %s: %s", job.pk, type(error).__name__)
        return None


def _judge(job: Any, free_days: HolidayCalendar, now: datetime) -> _Due:
    planned_for = job.next_run_at
    plan = job.plan_for(job.zone)
    grace = timedelta(minutes=job.catch_up_minutes)
    return _Due(
        job_id=job.pk,
        planned_for=planned_for,
        is_missed=now - planned_for > _NO_DELAY and not may_still_run(plan, planned_for, now, grace=grace),
        next_run_at=_next_run(plan, now, free_days),
    )


@lru_cache(maxsize=2_000)
def _next_run(plan: Plan, now: datetime, free_days: HolidayCalendar) -> datetime | None:
    """Most practices plan for the same few times."""
    return next(iter(next_runs(plan, now, is_holiday=free_days)), None)


def _write(due: Sequence[_Due], now: datetime) -> None:
    values: dict[str, Any] = {
        "now": now,
        "missed": _("Verpasst: Das Programm lief zu dieser Zeit nicht."),
        "ids": [one.job_id for one in due],
        "planned": [one.planned_for for one in due],
        "missed_flags": [one.is_missed for one in due],
        "next": [one.next_run_at for one in due],
    }
    with connection.cursor() as cursor:
        cursor.execute(_WRITE_RUNS, values)
        cursor.execute(_MOVE_ON, values)
