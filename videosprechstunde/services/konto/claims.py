"""Whose a row is at the moment. Every step of a row looks first, inside its own transaction."""

from datetime import datetime

from praxis.core.events import publish
from praxis.core.exceptions import PraxisError
from praxis.core.workrow import OPEN_STATES, WorkState
from videosprechstunde.events import KontoRunFinished
from videosprechstunde.models import KontoLine, KontoRow, KontoRun, LegacyParticipant
from videosprechstunde.services.konto.lines import note_run


class ClaimLost(Exception):
    """Another worker has the row, or a person took it back: stop, nothing of this step was written."""


class RowStuck(PraxisError):
    """Only a person can put right what keeps the row. The message names nobody."""


def held(row: KontoRow) -> LegacyParticipant:
    """Locks row and participant, always in this order. Raises ClaimLost."""
    # FOR UPDATE, not less: a booking with this participant waits until the step is written.
    mine = KontoRow.objects.select_for_update(of=("self", "participant")).select_related("participant")
    found = mine.filter(pk=row.pk, claim_number=row.claim_number, state=WorkState.RUNNING).first()
    if found is None:
        raise ClaimLost
    return found.participant


def settle(run_id: int, *, now: datetime) -> None:
    """After a row ended, in its transaction: the last one ends the run."""
    run = KontoRun.objects.select_for_update(no_key=True, of=("self",)).get(pk=run_id)
    if run.finished_at is not None or KontoRow.objects.filter(run=run, state__in=OPEN_STATES).exists():
        return
    run.finished_at = now
    run.save(update_fields=["finished_at"])
    done = KontoRow.objects.filter(run=run, state=WorkState.DONE).count()
    total = KontoRow.objects.filter(run=run).count()
    note_run(run, KontoLine.Kind.FINISHED, now=now, counts={"done": done, "total": total})
    publish(KontoRunFinished(practice_id=run.practice_id, actor_id=None, konto_run_id=run.pk))
