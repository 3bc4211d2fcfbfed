"""What was asked for, as the pages show it: how far it is, and the result in a sentence."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from integrations.betty24.differences import OF_LOCKS
from integrations.betty24.models import Betty24Job
from integrations.betty24.report import (
    comparison_sentence,
    counts_sentence,
    found_counts,
    span_words,
    upload_sentence,
    what_words,
)
from integrations.betty24.wire import entry_of
from praxis.core.workrow import OPEN_STATES, WorkState
from scheduling.selectors.portals import entries_by_id

MOST_DIFFERENCES = 50


@dataclass(frozen=True)
class DifferenceLine:
    """`entry_id` only when the appointment is there to be opened."""

    what: str
    when: str
    entry_id: int | None
    # Tells the lines with an entry apart.
    key: str = ""


@dataclass(frozen=True)
class JobLine:
    job: Betty24Job
    title: str
    sentence: str
    css: str
    sign: str
    # Of a hundred; None when nobody can tell.
    percent: int | None = None
    differences: list[DifferenceLine] = field(default_factory=list)
    left_out: int = 0

    @property
    def found(self) -> int:
        """How many differences, shown or not."""
        return len(self.differences) + self.left_out

    @property
    def is_open(self) -> bool:
        return self.job.state in OPEN_STATES


def job_lines(jobs: Sequence[Betty24Job], *, now: datetime) -> list[JobLine]:
    return [job_line(job, now=now) for job in jobs]


def job_line(job: Betty24Job, *, now: datetime, with_differences: bool = False) -> JobLine:
    if job.state in OPEN_STATES:
        percent = job.steps_done * 100 // job.steps if job.steps else None
        return JobLine(job, _title(job), _open_words(job, now), "info", "hourglass", percent)
    if job.state != WorkState.DONE:
        return JobLine(job, _title(job), job.last_error, "danger", "alert")
    found = _differences(job)
    total = sum(sum(found_counts(column).values()) for column in _columns(job))
    is_open = (total and job.kind == Betty24Job.Kind.COMPARE) or any(column.get("error") for column in _columns(job))
    css, sign = ("warn", "alert") if is_open else ("ok", "check-circle")
    shown = _difference_lines(found[:MOST_DIFFERENCES]) if with_differences else []
    return JobLine(job, _title(job), result_sentence(job), css, sign, differences=shown, left_out=total - len(shown))


def result_sentence(job: Betty24Job) -> str:
    if job.kind == Betty24Job.Kind.SYNC:
        return counts_sentence(job.result)
    if job.kind == Betty24Job.Kind.UPLOAD:
        return upload_sentence(job.result)
    words = comparison_sentence(_columns(job))
    if job.kind == Betty24Job.Kind.REPAIR and _differences(job):
        return f"{words} {_('Was abweicht, geht mit dem nächsten Abgleich hinaus.')}"
    return words


def _title(job: Betty24Job) -> str:
    if _is_of_the_night(job):
        name = _("Nächtlicher Vergleich")
    else:
        name = _("Übertragung") if job.kind == Betty24Job.Kind.UPLOAD else str(job.get_kind_display())
    return f"{name} · {job.binding.column.name}" if job.binding else name


def _is_of_the_night(job: Betty24Job) -> bool:
    return job.kind == Betty24Job.Kind.REPAIR and job.asked_by_id is None and job.binding_id is None


def _open_words(job: Betty24Job, now: datetime) -> str:
    if job.state == WorkState.RUNNING:
        return _("läuft: %(done)d von %(all)d Teilen") % {"done": job.steps_done, "all": job.steps} if job.steps else (
            _("läuft …")
        )  # fmt: skip
    if job.last_error and job.due_at > now:
        again = f"{timezone.localtime(job.due_at):%H:%M:%S}"
        return _("%(error)s Nächster Versuch um %(time)s Uhr.") % {"error": job.last_error, "time": again}
    return _("wartet, beginnt gleich …")


def _differences(job: Betty24Job) -> list[dict[str, Any]]:
    return [one for column in _columns(job) for one in column["differences"]]


def _columns(job: Betty24Job) -> list[dict[str, Any]]:
    columns: list[dict[str, Any]] = job.result.get("columns", [])
    return columns


def _difference_lines(found: Sequence[dict[str, Any]]) -> list[DifferenceLine]:
    ours = [entry_of(one["reference"]) if one["what"] in OF_LOCKS else one.get("entry") for one in found]
    entries = entries_by_id([entry_id for entry_id in ours if entry_id is not None])
    there = {entry_id for entry_id, entry in entries.items() if entry.deleted_at is None}
    return [
        DifferenceLine(
            what_words(one["what"]),
            span_words(datetime.fromisoformat(one["starts_at"]), datetime.fromisoformat(one["ends_at"])),
            entry_id if entry_id in there else None,
            f"{one['what']}-{entry_id}",
        )
        for one, entry_id in zip(found, ours, strict=True)
    ]  # fmt: skip
