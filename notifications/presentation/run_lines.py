"""A run of a job as its line in the protocol says it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from notifications.models import Channel, JobKind, JobRun, Reason
from notifications.selectors.protocols import RunCounts, counts_of_runs

CSS = {"success": "ok", "with_errors": "warn", "error": "danger", "skipped": "", "": "info"}
SIGNS = {"success": "check", "with_errors": "alert", "error": "alert", "skipped": "hold", "": "refresh"}


@dataclass(frozen=True)
class RunLine:
    run: JobRun
    css: str
    sign: str
    seconds: float | None
    sentence: str
    # Who was left out, by reason, most first.
    reasons: list[tuple[int, str]]


def run_lines(runs: Iterable[JobRun]) -> list[RunLine]:
    """One query for all of them."""
    shown = list(runs)
    sent = counts_of_runs([run.pk for run in shown if run.kind == JobKind.SEND]) if shown else {}
    return [run_line(run, sent.get(run.pk)) for run in shown]


def run_line(run: JobRun, sent: RunCounts | None = None) -> RunLine:
    seconds = (run.finished_at - run.started_at).total_seconds() if run.started_at and run.finished_at else None
    parts = [*_counted(run, sent), *([run.note] if run.note else [])]
    skipped = run.counts.get("skipped") or {}
    reasons = sorted(((n, _reason(word)) for word, n in skipped.items()), key=lambda pair: (-pair[0], pair[1]))
    sentence = ", ".join(parts) or ("" if not run.result else _("nichts zu tun"))
    return RunLine(run, CSS.get(run.result, ""), SIGNS.get(run.result, "info"), seconds, sentence, reasons)


def _counted(run: JobRun, sent: RunCounts | None) -> Iterator[str]:
    counts: dict[str, Any] = run.counts
    for channel, n in (counts.get("planned") or {}).items():
        yield _("%(n)d %(channel)s aufbereitet") % {"n": n, "channel": _channel(channel)}
    if skipped := sum((counts.get("skipped") or {}).values()):
        yield _("%d nicht angeschrieben") % skipped
    if run.kind == JobKind.SEND:
        yield from _sent(counts, sent or RunCounts())
    elif run.kind == JobKind.STATUS:
        words = {
            "asked": _("%d nachgefragt"), "news": _("%d mit neuem Stand"), "settled": _("%d geklärt"),
            "resent": _("%d noch einmal gesendet"), "unclear": _("%d weiter unklar"),
            "errors": _("%d ohne Antwort vom Anbieter"),
        }  # fmt: skip
        yield from (text % counts[name] for name, text in words.items() if counts.get(name))


def _sent(counts: dict[str, Any], sent: RunCounts) -> Iterator[str]:
    if n := counts.get("released"):
        yield ngettext("%d Nachricht freigegeben", "%d Nachrichten freigegeben", n) % n
    words = {
        "sent": _("%d gesendet"), "delivered": _("davon %d zugestellt"), "failed": _("%d mit Fehler"),
        "unclear": _("%d unklar"), "waiting": _("%d warten"),
    }  # fmt: skip
    yield from (text % getattr(sent, name) for name, text in words.items() if getattr(sent, name))


def _channel(word: str) -> str:
    return str(Channel(word).label) if word in Channel.values else word


def _reason(word: str) -> str:
    return str(Reason(word).label) if word in Reason.values else word
