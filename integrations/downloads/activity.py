"""Lines of the protocol "Aktivitäten/Fehler"."""

from collections.abc import Iterable
from datetime import datetime

from integrations.downloads.models import Activity, DownloadRun, ElementVersion, Subscription

LONGEST = 300


def note(
    *, practice_id: int, at: datetime, text: str, version: ElementVersion | None = None, is_error: bool = False
) -> None:
    _write([practice_id], at=at, text=text, version=version, is_error=is_error)


def note_for_subscribers(version: ElementVersion, *, at: datetime, text: str, is_error: bool = False) -> None:
    """For every practice that has the element subscribed; an error also in the run that asked for the file."""
    rows = Subscription._base_manager.filter(element_id=version.element_id)
    practice_ids = list(rows.values_list("practice_id", flat=True))
    _write(practice_ids, at=at, text=text, version=version, is_error=is_error)
    if is_error:
        _mark_runs(practice_ids, text)


def named(version: ElementVersion, text: str) -> str:
    """`version` with its element."""
    return f"{version.element.title}, Version {version.label}: {text}"


def _write(
    practice_ids: Iterable[int], *, at: datetime, text: str, version: ElementVersion | None, is_error: bool
) -> None:
    Activity._base_manager.bulk_create(
        Activity(practice_id=practice_id, at=at, text=text[:LONGEST], version=version, is_error=is_error)
        for practice_id in practice_ids
    )


def _mark_runs(practice_ids: list[int], text: str) -> None:
    """It ran, and yet not everything came of it: the latest run says so."""
    latest = DownloadRun._base_manager.filter(practice_id__in=practice_ids).exclude(result=DownloadRun.Result.SKIPPED)
    newest = latest.order_by("practice_id", "-planned_for").distinct("practice_id").values("pk")
    DownloadRun._base_manager.filter(pk__in=newest, result=DownloadRun.Result.SUCCESS).update(
        result=DownloadRun.Result.WITH_ERRORS, note=text[:LONGEST]
    )
