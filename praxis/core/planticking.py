"""The one tick of all practices for one kind of job: whose plan is due becomes a run, once, however many beats."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

from django.db import connection, models, transaction
from django.db.models import F
from django.utils.translation import gettext as _
from psycopg import sql

from praxis.core.nudging import nudge
from praxis.core.planrow import PlannedRow
from praxis.core.schedule import IsHoliday, OnHoliday, Plan, PlanInvalid, may_still_run, next_runs
from praxis.core.workrow import WorkRow

logger = logging.getLogger(__name__)

_MOST_PER_TICK = 2_000
# The tick itself comes every ten seconds: up to a minute nobody was late.
_NO_DELAY = timedelta(minutes=1)

_WRITE_RUNS = """
INSERT INTO {runs} ({copied}, job_id, planned_for, trigger, due_at, state, result, note,
    attempts, claim_number, dedupe_key, rerun, last_error, counts, finished_at)
SELECT {copied_of_job}, job.id, told.planned_for, 'plan', told.planned_for,
    CASE WHEN told.missed THEN 'done' ELSE 'queued' END, CASE WHEN told.missed THEN 'skipped' ELSE '' END,
    CASE WHEN told.missed THEN %(missed)s ELSE '' END, 0, 0, '', false, '', '{{}}',
    CASE WHEN told.missed THEN %(now)s::timestamptz END
FROM unnest(%(ids)s::bigint[], %(planned)s::timestamptz[], %(missed_flags)s::boolean[]) AS told(id, planned_for, missed)
JOIN {jobs} job ON job.id = told.id
ON CONFLICT (job_id, planned_for) DO NOTHING
"""
_MOVE_ON = """
UPDATE {jobs} job SET next_run_at = told.next_run_at
FROM unnest(%(ids)s::bigint[], %(next)s::timestamptz[]) AS told(id, next_run_at) WHERE job.id = told.id
"""


class _Due(NamedTuple):
    job_id: int
    planned_for: datetime
    is_missed: bool
    next_run_at: datetime | None


@dataclass(frozen=True)
class PlanTicker:
    """`runs` has job, planned_for, trigger, result, note, counts, is unique per job and planned time, and shares the
    columns `copied` with its job. `free_days`: the holidays of practices (given with their Land), hashable each."""

    jobs: type[PlannedRow]
    runs: type[WorkRow]
    free_days: Callable[[Mapping[int, str]], Mapping[int, IsHoliday]]
    copied: tuple[str, ...] = ("practice_id",)

    @transaction.atomic
    def start_due(self, now: datetime) -> int:
        """Write a run for every plan whose time has come, and when it comes next; returns how many plans were due.

        A run that is late by more than its limit, or by more than its window, is noted as left out. A clock that was
        set back finds nothing twice: a run is unique per planned time, and the next one is never in the past.
        """
        jobs = self._due_jobs(now)
        free_days = self.free_days({job.practice_id: job.land for job in jobs})
        due = [one for job in jobs if (one := _judged(job, free_days[job.practice_id], now)) is not None]
        if due:
            self._write(due, now)
            nudge(self.runs, due_at=now)
        return len(due)

    def plan_around(self, free_days: IsHoliday, *, practice_id: int, zone: str, now: datetime) -> None:
        """The holidays of this practice are others than before: when do its jobs run next? What is due stays due."""
        jobs: Any = self.jobs._base_manager
        ahead = jobs.filter(practice_id=practice_id, next_run_at__gt=now)
        for job in ahead.exclude(on_holiday=OnHoliday.RUN).select_for_update():
            try:
                next_run_at = _next_run(job.plan_for(zone), now, free_days)
            except PlanInvalid:
                continue
            jobs.filter(pk=job.pk).update(next_run_at=next_run_at)

    def _due_jobs(self, now: datetime) -> Sequence[Any]:
        """With the two things of their practice that a plan needs; a thousand whole practices would cost as much."""
        rows: models.Manager[Any] = self.jobs._base_manager
        free = rows.select_for_update(skip_locked=True, of=("self",))
        due = free.filter(next_run_at__lte=now, practice__is_active=True).order_by("next_run_at")
        return list(due.annotate(zone=F("practice__time_zone"), land=F("practice__land"))[:_MOST_PER_TICK])

    def _write(self, due: Sequence[_Due], now: datetime) -> None:
        values: dict[str, Any] = {
            "now": now,
            "missed": _("Verpasst: Das Programm lief zu dieser Zeit nicht."),
            "ids": [one.job_id for one in due],
            "planned": [one.planned_for for one in due],
            "missed_flags": [one.is_missed for one in due],
            "next": [one.next_run_at for one in due],
        }
        with connection.cursor() as cursor:
            for statement in self._statements:
                cursor.execute(statement, values)

    @cached_property
    def _statements(self) -> tuple[str, str]:
        parts = {
            "jobs": sql.Identifier(self.jobs._meta.db_table), "runs": sql.Identifier(self.runs._meta.db_table),
            "copied": sql.SQL(", ").join(map(sql.Identifier, self.copied)),
            "copied_of_job": sql.SQL(", ").join(sql.Identifier("job", name) for name in self.copied),
        }  # fmt: skip
        write, move = (sql.SQL(text).format(**parts).as_string(None) for text in (_WRITE_RUNS, _MOVE_ON))
        return write, move


def _judged(job: Any, free_days: IsHoliday, now: datetime) -> _Due | None:
    """None: this plan cannot be read. It keeps no other practice's plan from running, and its job shows as overdue."""
    try:
        return _judge(job, free_days, now)
    except Exception as error:
        logger.error("Plan of %s %s: %s", job._meta.label, job.pk, type(error).__name__)
        return None


def _judge(job: Any, free_days: IsHoliday, now: datetime) -> _Due:
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
def _next_run(plan: Plan, now: datetime, free_days: IsHoliday) -> datetime | None:
    """Most practices plan for the same few times."""
    return next(iter(next_runs(plan, now, is_holiday=free_days)), None)
