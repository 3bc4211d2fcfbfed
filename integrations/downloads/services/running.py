"""One run of the job: look what there is, and have fetched what the practice's subscriptions ask for."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _
from django_scopes import scope

from integrations.downloads.activity import note
from integrations.downloads.errors import FeedBusy, FeedRefused, NoPublisher
from integrations.downloads.models import DownloadRun, FeedState
from integrations.downloads.services.checking import check_feed
from integrations.downloads.services.fetching import ask_for
from integrations.downloads.services.subscribing import wanted_versions
from integrations.downloads.sources import Source, publisher
from praxis.core.exceptions import OutsideError
from praxis.core.jobs import repeat
from praxis.core.workrow import WorkState

BUSY = timedelta(seconds=2)
Clock = Callable[[], datetime]
_Result = DownloadRun.Result


def run_job(run: DownloadRun, *, clock: Clock, source: Source | None = None) -> None:
    """Do it and write the result. Raises OutsideError while another try may help: the row then waits its pause.

    `source` None: the publisher of the settings.
    """
    started_at = clock()
    DownloadRun._base_manager.filter(pk=run.pk, started_at=None).update(started_at=started_at)
    try:
        new = _look(run, source, started_at)
    except FeedBusy:
        repeat(run, now=clock(), due_at=clock() + BUSY, worked=False)
        return
    except NoPublisher as error:
        _end(run, _Result.SKIPPED, note_text=error.message, now=clock())
        return
    except FeedRefused as error:
        _end(run, _Result.ERROR, note_text=error.message, now=clock())
        return
    except OutsideError as error:
        if run.state == WorkState.RUNNING and not error.permanent and not _is_last_try(run):
            raise
        _end(run, _Result.ERROR, note_text=error.message, now=clock())
        return
    _succeed(run, new, clock())


def _look(run: DownloadRun, source: Source | None, now: datetime) -> int:
    """A thousand practices that plan for the same minute ask the publisher once."""
    state = FeedState.objects.filter(pk=1).first()
    is_known = state is not None and state.succeeded_at is not None and state.succeeded_at >= run.planned_for
    if source is None and is_known:
        return 0
    return check_feed(source=source or publisher(), now=now)


@transaction.atomic
def _succeed(run: DownloadRun, new: int, now: datetime) -> None:
    with scope(practice=run.practice):
        wanted = ask_for(wanted_versions(run.practice), now=now)
    counts = {"new": new, "wanted": wanted}
    _write(run, now, result=_Result.SUCCESS, counts=counts, note="")
    if new or wanted:
        text = _("Neu beim Herausgeber: %(new)d, wird geladen: %(wanted)d.") % counts
        note(practice_id=run.practice_id, at=now, text=text)


@transaction.atomic
def _end(run: DownloadRun, result: str, *, note_text: str, now: datetime) -> None:
    _write(run, now, result=result, note=note_text[:300])
    note(practice_id=run.practice_id, at=now, text=note_text, is_error=result == _Result.ERROR)


def _write(run: DownloadRun, now: datetime, **fields: object) -> None:
    DownloadRun._base_manager.filter(pk=run.pk).update(
        state=WorkState.DONE, finished_at=now, lease_until=None, last_error="", **fields
    )
    run.state = WorkState.DONE


def _is_last_try(run: DownloadRun) -> bool:
    return run.max_attempts is not None and run.attempts >= run.max_attempts


def fail_run(run: DownloadRun, *, now: datetime) -> None:
    """Tried often enough."""
    failed = DownloadRun._base_manager.filter(pk=run.pk, result=_Result.OPEN)
    failed.update(result=_Result.ERROR, note=_("Der Auftrag ist mehrmals abgebrochen."), finished_at=now)
