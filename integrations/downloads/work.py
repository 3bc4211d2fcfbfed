"""What workers do for downloads: runs of jobs, fetching files. Each may die at any moment. Installing is elsewhere."""

from datetime import datetime

from django.utils import timezone

from integrations.downloads.models import Download, DownloadRun
from integrations.downloads.services.fetching import fetch
from integrations.downloads.services.running import fail_run, run_job
from integrations.downloads.services.ticking import start_due_jobs
from praxis.core.sweeping import each_tick, work


@each_tick
def start_what_is_due(now: datetime) -> None:
    start_due_jobs(now)


@work(DownloadRun)
def do_run(row: DownloadRun) -> None:
    if DownloadRun.max_attempts is not None and row.attempts >= DownloadRun.max_attempts:
        fail_run(row, now=timezone.now())
    run_job(row, clock=timezone.now)


@work(Download)
def do_download(row: Download) -> None:
    fetch(row)
