"""The protocol of a run, line by line, and what open pages are told of it."""

from datetime import datetime
from typing import Any

from accounts.models import User
from praxis.core import live
from videosprechstunde.models import KontoLine, KontoRow, KontoRun

LONGEST_REASON = 300


def note_row(
    row: KontoRow, kind: KontoLine.Kind, *, now: datetime, actor: User | None = None, reason: str = "",
    counts: dict[str, Any] | None = None,
) -> None:  # fmt: skip
    """In the transaction of what it says. A reason names nobody."""
    KontoLine(
        practice_id=row.practice_id, run_id=row.run_id, row=row, at=now, kind=kind, actor=actor,
        reason=reason[:LONGEST_REASON], counts=counts or {},
    ).save(force_insert=True)  # fmt: skip
    announce_run(row.practice_id)


def note_run(
    run: KontoRun, kind: KontoLine.Kind, *, now: datetime, actor: User | None = None,
    counts: dict[str, Any] | None = None,
) -> None:  # fmt: skip
    KontoLine(
        practice_id=run.practice_id, run=run, at=now, kind=kind, actor=actor, counts=counts or {}
    ).save(force_insert=True)  # fmt: skip
    announce_run(run.practice_id)


def announce_run(practice_id: int) -> None:
    """Open pages look again: no column, no day."""
    live.announce(practice_id, [], [])
