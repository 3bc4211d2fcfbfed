"""A run as its page shows it: how far it is, what waits for a person, the last lines of its log."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from videosprechstunde.konto.steps import RUN, step_links
from videosprechstunde.models import KontoRun
from videosprechstunde.selectors.konto_runs import Progress, RunLine, log_lines, progress, run_rows

# What a page shows of a large run while it follows every change; the protocol has all of it.
ROWS = 100
LINES = 60
ORDER = ["open", "running", "waiting", "undone", "done"]
CHIPS = {
    "open": ("warn", "alert"), "running": ("info", "refresh"), "waiting": ("", "clock"), "done": ("ok", "check"),
    "undone": ("", "undo"),
}  # fmt: skip


def chip_of(line: RunLine) -> tuple[str, str]:
    """Colour and sign of a row's state."""
    return CHIPS[line.state]


def run_context(run: KontoRun, now: datetime) -> dict[str, Any]:
    rows, counts = run_rows(run, now), progress(run, now)
    ordered = sorted(rows, key=lambda line: ORDER.index(line.state))
    lines = log_lines(run)
    return {
        "run": run, "counts": counts, "steps": step_links(RUN, run), "words": progress_words(counts),
        "attention": [line for line in ordered if line.state == "open"][:ROWS],
        "rows": [(line, *chip_of(line)) for line in ordered[:ROWS]], "more_rows": max(len(rows) - ROWS, 0),
        "lines": lines[-LINES:], "earlier": max(len(lines) - LINES, 0),
        "done_width": _percent(counts.done + counts.undone, counts), "open_width": _percent(counts.open, counts),
    }  # fmt: skip


def progress_words(counts: Progress) -> str:
    """Spoken whenever it changes."""
    parts = [_("%(done)d von %(total)d fertig") % {"done": counts.done, "total": counts.total}]
    if counts.open:
        parts.append(_("%d offen") % counts.open)
    if counts.undone:
        parts.append(_("%d zurückgenommen") % counts.undone)
    return " · ".join(parts)


def _percent(part: int, counts: Progress) -> str:
    return f"{100 * part / counts.total if counts.total else 0:.1f}"
