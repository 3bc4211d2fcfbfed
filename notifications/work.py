"""What workers of this wing do: runs of jobs, sending, reports. Each may die at any moment."""

from datetime import datetime

from django.utils import timezone

from notifications.models import DeliveryReport, JobRun, Message, Replanning
from notifications.services.cancelling import plan_anew
from notifications.services.reports import read_report
from notifications.services.running import fail_run, run_job
from notifications.services.sending import send_due
from notifications.services.status import settle_all_unclear
from notifications.services.ticking import start_due_jobs
from praxis.core.sweeping import each_tick, work, work_in_batches


@each_tick
def start_what_is_due(now: datetime) -> None:
    start_due_jobs(now)


@work(JobRun)
def do_run(row: JobRun) -> None:
    if JobRun.max_attempts is not None and row.attempts >= JobRun.max_attempts:
        fail_run(row, now=timezone.now())
    run_job(row, clock=timezone.now)


@work(DeliveryReport)
def do_report(row: DeliveryReport) -> None:
    read_report(row, now=timezone.now())


@work(Replanning)
def do_replanning(row: Replanning) -> None:
    plan_anew(row, now=timezone.now())


@work_in_batches(Message)
def send_messages(now: datetime) -> int:
    """Both may wait for a slow gateway, so they come after everything else of a sweep."""
    return send_due(now) + settle_all_unclear(now)
