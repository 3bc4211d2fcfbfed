"""One run of a job, from its line in the queue to the result in the protocol."""

import time
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django_scopes import scope

from accounts.models import Practice
from notifications.models import JobKind, JobRun
from notifications.services.preparing import Prepared, prepare_greetings, prepare_reminders
from notifications.services.releasing import release_messages
from notifications.services.sending import send_due
from notifications.services.status import update_status
from praxis.core.workrow import WorkState

# What is left is sent by the ticks.
SEND_BUDGET = timedelta(seconds=60)

Clock = Callable[[], datetime]


def run_job(run: JobRun, *, clock: Clock) -> None:
    """Do it and write the result. An error leaves the run open for another try, which repeats nothing."""
    started_at = clock()
    JobRun._base_manager.filter(pk=run.pk).update(started_at=started_at)
    practice = run.practice
    with scope(practice=practice):
        result, counts, note = _STEPS[run.kind](practice, run, started_at)
    done = JobRun._base_manager.filter(pk=run.pk)
    done.update(
        result=result, counts=counts, note=note, state=WorkState.DONE, finished_at=clock(), lease_until=None,
        last_error="",
    )  # fmt: skip


def fail_run(run: JobRun, *, now: datetime) -> None:
    """Tried often enough."""
    failed = JobRun._base_manager.filter(pk=run.pk, result=JobRun.Result.OPEN)
    failed.update(result=JobRun.Result.ERROR, note=_("Der Auftrag ist mehrmals abgebrochen."), finished_at=now)


Outcome = tuple[str, dict[str, Any], str]


def _prepare_reminders(practice: Practice, run: JobRun, now: datetime) -> Outcome:
    off = _("Terminerinnerungen sind ausgeschaltet.")
    return _prepared(prepare_reminders(practice=practice, now=now, run=run), off)


def _prepare_greetings(practice: Practice, run: JobRun, now: datetime) -> Outcome:
    off = _("Geburtstagsgrüße sind ausgeschaltet.")
    return _prepared(prepare_greetings(practice=practice, now=now, run=run), off)


def _prepared(prepared: Prepared, off: str) -> Outcome:
    if prepared.switched_off:
        return JobRun.Result.SKIPPED, {}, off
    return JobRun.Result.SUCCESS, prepared.counts, ""


def _send(practice: Practice, run: JobRun, now: datetime) -> Outcome:
    released = release_messages(practice=practice, now=now, run=run)
    calls = send_due(now, budget=SEND_BUDGET, practice=practice)
    return JobRun.Result.SUCCESS, {"released": released, "calls": calls}, ""


def _update_status(practice: Practice, run: JobRun, now: datetime) -> Outcome:
    counts = update_status(practice=practice, now=now)
    result = JobRun.Result.WITH_ERRORS if counts.errors else JobRun.Result.SUCCESS
    return result, asdict(counts), _("Ein Anbieter hat nicht geantwortet.") if counts.errors else ""


_STEPS: dict[str, Callable[[Practice, JobRun, datetime], Outcome]] = {
    JobKind.PREPARE_REMINDERS: _prepare_reminders,
    JobKind.PREPARE_GREETINGS: _prepare_greetings,
    JobKind.SEND: _send,
    JobKind.STATUS: _update_status,
}


def ticking_clock(now: datetime) -> Clock:
    started = time.monotonic()
    return lambda: now + timedelta(seconds=time.monotonic() - started)
