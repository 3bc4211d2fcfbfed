"""A row that is open is tried again at once, because a person put right what kept it or does not want to wait."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from praxis.core.constraints import unless_taken
from praxis.core.exceptions import PraxisError
from praxis.core.nudging import nudge
from praxis.core.workrow import WorkState
from videosprechstunde.models import KontoLine, KontoRow, KontoRun, LegacyParticipant
from videosprechstunde.services.konto.lines import note_row
from videosprechstunde.services.konto.starting import ONE_RUN, RunIsOn


class RetryNotPossible(PraxisError):
    """Done, taken back, at work right now, or in a later run."""


@transaction.atomic
def retry_row(*, row: KontoRow, actor: User, now: datetime, may_cut: bool = False) -> None:
    """`may_cut`: the old account goes although an appointment is held at the moment. An ended run is open again.

    Raises RetryNotPossible, RunIsOn.
    """
    locked = KontoRow.objects.select_for_update(of=("self",)).get(pk=row.pk)
    legacy = LegacyParticipant.objects.select_for_update(of=("self",)).get(pk=locked.participant_id)
    _check(locked, legacy)
    KontoRow.objects.filter(pk=locked.pk).update(
        state=WorkState.QUEUED, due_at=now, attempts=min(locked.attempts, 1), finished_at=None, choice=legacy.choice,
        may_cut=locked.may_cut or may_cut,
    )  # fmt: skip
    is_on = RunIsOn(_("Es läuft schon eine neue Konto-Migration. Die Zeile ist dort dabei."))
    with unless_taken(ONE_RUN, is_on):
        KontoRun.objects.filter(pk=locked.run_id).update(finished_at=None)
    note_row(locked, KontoLine.Kind.RETRIED, now=now, actor=actor)
    nudge(KontoRow)


def _check(locked: KontoRow, legacy: LegacyParticipant) -> None:
    if locked.state == WorkState.RUNNING:
        raise RetryNotPossible(_("Diese Zeile ist gerade in Arbeit. Bitte einen Augenblick warten."))
    if locked.state == WorkState.DONE or legacy.gone_at is not None:
        raise RetryNotPossible(_("Diese Zeile ist fertig. Es ist nichts mehr zu tun."))
    if locked.undone_at is not None:
        raise RetryNotPossible(
            _("Diese Zeile ist zurückgenommen. Ordnen Sie den Teilnehmer neu zu, und starten Sie einen neuen Lauf.")
        )
    if KontoRow.objects.filter(participant=legacy, pk__gt=locked.pk).exists():
        raise RetryNotPossible(_("Dieser Teilnehmer ist in einem späteren Lauf dabei. Bitte dort weitermachen."))
    if legacy.choice == LegacyParticipant.Choice.OPEN and legacy.moved_at is None:
        raise RetryNotPossible(
            _("Dieser Teilnehmer ist weder zugeordnet noch zum Löschen markiert. Bitte zuerst auswählen.")
        )
