"""From the command line: the same work as the workers', here and now, in this process."""

import time
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django_scopes import scope

from accounts.models import Practice
from integrations.downloads.models import Download, DownloadRun, Element, ElementVersion
from integrations.downloads.services.checking import check_feed
from integrations.downloads.services.fetching import ask_for, fetch
from integrations.downloads.services.jobs import job_of, new_run
from integrations.downloads.services.running import run_job
from integrations.downloads.services.subscribing import newest_versions, wanted_versions
from integrations.downloads.sources import FolderSource, Source
from praxis.core.exceptions import OutsideError
from praxis.core.jobs import claim
from praxis.core.workrow import WorkState

GLANCE_SECONDS = 0.1
_State = ElementVersion.State


def fetch_for(*, practice: Practice, now: datetime) -> DownloadRun:
    """A run of the practice's job, and after it every file that it asked for; what breaks off is left to workers."""
    with scope(practice=practice):
        run = new_run(job_of(practice, now=now), DownloadRun.Trigger.COMMAND, None, now)
        run_job(run, clock=timezone.now)
        _fetch_now(wanted_versions(practice), None)
        run.refresh_from_db()
    return run


def import_folder(*, folder: Path, now: datetime) -> int:
    """From a USB stick or a share: the newest version of everything, with the same checks as from the net.

    Raises FeedRefused, OutsideError, NoPublisher.
    """
    source = FolderSource(folder)
    check_feed(source=source, now=now)
    newest = newest_versions(list(Element.objects.values_list("pk", flat=True)))
    wanted = [version for version in newest if version.state != _State.VERIFIED]
    with transaction.atomic():
        ask_for(wanted, now=now, at_once=True)
    _fetch_now(wanted, source)
    failed = ElementVersion.objects.filter(pk__in=[one.pk for one in wanted]).exclude(state=_State.VERIFIED)
    for version in failed:
        raise OutsideError(version.error)
    return len(wanted)


def _fetch_now(versions: Iterable[ElementVersion], source: Source | None) -> None:
    """Each until it is done, given up or has earned a pause, also when a worker was quicker to take it."""
    for version in versions:
        ours = Q(version_id=version.pk)
        while (rows := claim(Download, now=timezone.now(), among=ours)) or _somebody_is_at(version):
            if rows:
                fetch(rows[0], source=source)
            else:
                time.sleep(GLANCE_SECONDS)


def _somebody_is_at(version: ElementVersion) -> bool:
    return Download.objects.filter(version=version, state=WorkState.RUNNING).exists()
