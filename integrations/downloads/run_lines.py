"""A run of the Download-Service as its line in the protocol says it."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from integrations.downloads.models import DownloadRun

CSS = {"success": "ok", "with_errors": "warn", "error": "danger", "skipped": "", "": "info"}
SIGNS = {"success": "check", "with_errors": "alert", "error": "alert", "skipped": "hold", "": "refresh"}


@dataclass(frozen=True, slots=True)
class RunLine:
    run: DownloadRun
    css: str
    sign: str
    seconds: float | None
    sentence: str


def run_line(run: DownloadRun) -> RunLine:
    seconds = (run.finished_at - run.started_at).total_seconds() if run.started_at and run.finished_at else None
    new, wanted = run.counts.get("new", 0), run.counts.get("wanted", 0)
    parts = [
        ngettext("%d neue Version gefunden", "%d neue Versionen gefunden", new) % new if new else "",
        ngettext("%d wird geladen", "%d werden geladen", wanted) % wanted if wanted else "",
        run.note,
    ]
    sentence = ", ".join(filter(None, parts)) or (_("nichts Neues") if run.result else run.last_error)
    return RunLine(run, CSS.get(run.result, ""), SIGNS.get(run.result, "info"), seconds, sentence)
