"""What workers do for downloads: runs of jobs, fetching files, installing. Each may die at any moment."""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from integrations.downloads.models import Download, DownloadRun, Installation
from integrations.downloads.services.fetching import fetch
from integrations.downloads.services.installing import give_up, install
from integrations.downloads.services.running import fail_run, run_job
from integrations.downloads.services.ticking import start_due_jobs
from praxis.core.sweeping import each_tick, work

INSTALL_TRIES = Installation.max_attempts or 1


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


@work(Installation)
def do_installation(row: Installation) -> None:
    """Whatever goes wrong, nothing was changed; a pack that the worker never survives is not tried for ever."""
    words = _("Die Installation ist mehrmals abgebrochen. Es wurde nichts geändert.")
    if row.attempts > INSTALL_TRIES:
        give_up(row, words, now=timezone.now())
        return
    try:
        install(row, clock=timezone.now)
    except Exception:
        if row.attempts >= INSTALL_TRIES:
            give_up(row, words, now=timezone.now())
        raise
