"""A row is taken back: everything belongs to the old participant again. Until the old account is deleted outside."""

from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts.models import User
from praxis.core.events import publish
from praxis.core.exceptions import OutsideError, PraxisError
from praxis.core.nudging import nudge
from praxis.core.workrow import WorkState
from scheduling.selectors.video import OVER as VISITS_OVER
from videosprechstunde.events import LegacyUndone, VideoParticipantSaved
from videosprechstunde.legacy_accounts import LegacyAccounts, OverHttp
from videosprechstunde.models import (
    KontoLine,
    KontoRow,
    LegacyAppointment,
    LegacyParticipant,
    VideoCall,
    VideoParticipant,
)
from videosprechstunde.services.konto.calls import to_old_world
from videosprechstunde.services.konto.claims import settle
from videosprechstunde.services.konto.lines import note_row


class UndoNotPossible(PraxisError):
    """Final, at work right now, taken back already, or nobody knows whether the old account still exists."""


def undo_row(*, row: KontoRow, actor: User, now: datetime, accounts: LegacyAccounts | None = None) -> None:
    """Outside any transaction: where deleting was tried, the service used before is asked whether the account is there.

    Raises UndoNotPossible.
    """
    legacy = _hold(row, now)
    if legacy.outside_tried_at is not None:
        _ask_outside(row, legacy, accounts or OverHttp(), now)
    _undo(row, actor, now)


@transaction.atomic
def _hold(row: KontoRow, now: datetime) -> LegacyParticipant:
    """Out of the queue, so that no worker deletes the account meanwhile."""
    locked = KontoRow.objects.select_for_update(of=("self",)).get(pk=row.pk)
    legacy = LegacyParticipant.objects.select_for_update(of=("self",)).get(pk=locked.participant_id)
    if legacy.gone_at is not None or legacy.outside_deleted_at is not None:
        raise _final()
    if locked.undone_at is not None:
        raise UndoNotPossible(_("Diese Zeile ist schon zurückgenommen."))
    if locked.state == WorkState.RUNNING:
        raise UndoNotPossible(_("Diese Zeile ist gerade in Arbeit. Bitte einen Augenblick warten."))
    if KontoRow.objects.filter(participant=legacy, pk__gt=locked.pk).exists():
        raise UndoNotPossible(_("Dieser Teilnehmer ist in einem späteren Lauf dabei. Bitte dort zurücknehmen."))
    KontoRow.objects.filter(pk=locked.pk).update(
        state=WorkState.FAILED, claim_number=F("claim_number") + 1, finished_at=now, lease_until=None,
        last_error=_("Das Zurücknehmen wurde unterbrochen. Bitte noch einmal zurücknehmen oder erneut versuchen."),
    )  # fmt: skip
    return legacy


def _ask_outside(row: KontoRow, legacy: LegacyParticipant, accounts: LegacyAccounts, now: datetime) -> None:
    try:
        exists = accounts.exists(legacy)
    except OutsideError as error:
        reason = _("Ob das alte Konto noch besteht, lässt sich gerade nicht feststellen: %(why)s") % {
            "why": error.message
        }
        KontoRow.objects.filter(pk=row.pk, state=WorkState.FAILED).update(last_error=reason)
        raise UndoNotPossible(reason) from error
    if not exists:
        _go_on(row, now)
        raise _final()


@transaction.atomic
def _go_on(row: KontoRow, now: datetime) -> None:
    """The account is gone outside: the row is to be completed."""
    KontoRow.objects.filter(pk=row.pk, state=WorkState.FAILED).update(
        state=WorkState.QUEUED, due_at=now, finished_at=None, last_error=""
    )
    nudge(KontoRow)


@transaction.atomic
def _undo(row: KontoRow, actor: User, now: datetime) -> None:
    locked = KontoRow.objects.select_for_update(of=("self",)).get(pk=row.pk)
    legacy = LegacyParticipant.objects.select_for_update(of=("self",)).get(pk=locked.participant_id)
    if locked.state != WorkState.FAILED or locked.undone_at is not None or legacy.gone_at is not None:
        raise UndoNotPossible(_("Diese Zeile wurde inzwischen in einem anderen Fenster bearbeitet."))
    if legacy.moved_at is not None:
        if legacy.video_participant_id is not None:
            _give_back(legacy, legacy.video_participant_id, now)
        to_old_world(_of(legacy), now=now)
    legacy.moved_at = legacy.outside_tried_at = legacy.video_participant = None
    legacy.before_move = {}
    legacy.save(update_fields=["moved_at", "outside_tried_at", "video_participant", "before_move"])
    KontoRow.objects.filter(pk=locked.pk).update(undone_at=now, last_error="")
    note_row(locked, KontoLine.Kind.UNDONE, now=now, actor=actor)
    publish(LegacyUndone(practice_id=locked.practice_id, actor_id=actor.pk, legacy_participant_id=legacy.pk))
    settle(locked.run_id, now=now)


def _of(legacy: LegacyParticipant) -> list[LegacyAppointment]:
    return list(LegacyAppointment.objects.filter(participant=legacy).select_related("entry").order_by("pk"))


def _give_back(legacy: LegacyParticipant, holder_id: int, now: datetime) -> None:
    """The participant as before the move; whoever was made by it goes, with what was booked there since."""
    holder = VideoParticipant.objects.select_for_update(of=("self",)).get(pk=holder_id)
    if legacy.before_move.get("is_new"):
        _take_along(legacy, holder, now)
        holder.removed_at = now
    else:
        holder.doctor_roles.set(legacy.before_move["roles"])
        holder.appointment_type_id = legacy.before_move["type"]
    holder.save(update_fields=["removed_at", "appointment_type"])
    publish(VideoParticipantSaved(practice_id=holder.practice_id, actor_id=None, video_participant_id=holder.pk))


def _take_along(legacy: LegacyParticipant, holder: VideoParticipant, now: datetime) -> None:
    since = VideoCall.objects.filter(participant=holder, closes_at__gt=now, entry__deleted_at=None)
    known = LegacyAppointment.objects.values("entry")
    booked = since.exclude(entry__in=known).exclude(entry__status__in=VISITS_OVER).values_list("entry", flat=True)
    LegacyAppointment.objects.bulk_create(
        LegacyAppointment(practice_id=legacy.practice_id, participant=legacy, entry_id=entry_id)
        for entry_id in booked
        if entry_id is not None
    )


def _final() -> UndoNotPossible:
    return UndoNotPossible(_("Das alte Konto ist schon gelöscht. Diese Zeile ist endgültig."))
