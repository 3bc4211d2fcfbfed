"""A row is taken back: everything belongs to the old participant again. Until the old account is deleted outside."""

from datetime import datetime

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from praxis.core.constraints import unless_taken
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
    KontoRun,
    LegacyAppointment,
    LegacyParticipant,
    VideoCall,
    VideoParticipant,
)
from videosprechstunde.services.konto.calls import to_old_world
from videosprechstunde.services.konto.claims import settle
from videosprechstunde.services.konto.lines import announce_run, note_row
from videosprechstunde.services.konto.starting import ONE_RUN


class UndoNotPossible(PraxisError):
    """Final, at work right now, taken back already, or nobody knows whether the old account still exists."""


def undo_row(*, row: KontoRow, actor: User, now: datetime, accounts: LegacyAccounts | None = None) -> None:
    """Outside any transaction: where deleting was tried, the service used before is asked whether the account is there.

    Raises UndoNotPossible.
    """
    legacy, claim_number = _hold(row, now)
    if legacy.outside_tried_at is not None:
        _ask_outside(row, legacy, accounts or OverHttp(), now)
    _undo(row, claim_number, actor, now)


@transaction.atomic
def _hold(row: KontoRow, now: datetime) -> tuple[LegacyParticipant, int]:
    """Out of the queue, so that no worker deletes the account meanwhile. Answers the claim by which it is held too."""
    locked = KontoRow.objects.select_for_update(of=("self",)).get(pk=row.pk)
    legacy = LegacyParticipant.objects.select_for_update(of=("self",)).get(pk=locked.participant_id)
    if legacy.gone_at is not None or legacy.outside_deleted_at is not None:
        raise _final()
    if locked.undone_at is not None:
        raise UndoNotPossible(_("Diese Zeile ist schon zurückgenommen."))
    if locked.state == WorkState.RUNNING:
        raise UndoNotPossible(_("Diese Zeile ist gerade in Arbeit. Bitte einen Augenblick warten."))
    _refuse_later(locked, legacy)
    KontoRow.objects.filter(pk=locked.pk).update(
        state=WorkState.FAILED, claim_number=F("claim_number") + 1, finished_at=now, lease_until=None,
        last_error=_("Das Zurücknehmen wurde unterbrochen. Bitte noch einmal zurücknehmen oder erneut versuchen."),
    )  # fmt: skip
    return legacy, locked.claim_number + 1


def _refuse_later(row: KontoRow, legacy: LegacyParticipant) -> None:
    if KontoRow.objects.filter(participant=legacy, pk__gt=row.pk).exists():
        raise UndoNotPossible(_("Dieser Teilnehmer ist in einem späteren Lauf dabei. Bitte dort zurücknehmen."))


def _ask_outside(row: KontoRow, legacy: LegacyParticipant, accounts: LegacyAccounts, now: datetime) -> None:
    try:
        exists = accounts.exists(legacy)
    except OutsideError as error:
        reason = _("Ob das alte Konto noch besteht, lässt sich gerade nicht feststellen: %(why)s") % {
            "why": error.message
        }
        _leave_held(row, reason, now)
        raise UndoNotPossible(reason) from error
    if not exists:
        _go_on(row, now)
        raise _final()


@transaction.atomic
def _leave_held(row: KontoRow, reason: str, now: datetime) -> None:
    """A person decides from here on, so the run may be over."""
    KontoRow.objects.filter(pk=row.pk, state=WorkState.FAILED).update(last_error=reason)
    announce_run(row.practice_id)
    settle(row.run_id, now=now)


@transaction.atomic
def _go_on(row: KontoRow, now: datetime) -> None:
    """The account is gone outside: the row is to be completed, in its run or, when there is one by now, in the next."""
    locked = KontoRow.objects.select_for_update(of=("self",)).get(pk=row.pk)
    # Nobody begins another run with it meanwhile.
    legacy = LegacyParticipant.objects.select_for_update(of=("self",)).get(pk=locked.participant_id)
    if KontoRow.objects.filter(participant=legacy, pk__gt=locked.pk).exists():
        return
    KontoRow.objects.filter(pk=row.pk, state=WorkState.FAILED).update(
        state=WorkState.QUEUED, due_at=now, finished_at=None, last_error=""
    )
    with unless_taken(ONE_RUN, _final()):
        KontoRun.objects.filter(pk=row.run_id).update(finished_at=None)
    nudge(KontoRow)


@transaction.atomic
def _undo(row: KontoRow, claim_number: int, actor: User, now: datetime) -> None:
    locked = KontoRow.objects.select_for_update(of=("self",)).get(pk=row.pk)
    legacy = LegacyParticipant.objects.select_for_update(of=("self",)).get(pk=locked.participant_id)
    # While the old service was asked, somebody may have tried the row again, or begun another run with it.
    _refuse_later(locked, legacy)
    is_held = locked.state == WorkState.FAILED and locked.claim_number == claim_number and locked.undone_at is None
    if not is_held or legacy.outside_deleted_at is not None:
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
    """The participant as before the move, with what a person changed since; whoever was made by it goes. What was
    booked since goes along with its doctor role."""
    holder = VideoParticipant.objects.select_for_update(of=("self",)).get(pk=holder_id)
    if legacy.before_move.get("is_new"):
        _take_along(legacy, VideoCall.objects.filter(participant=holder), now)
        holder.removed_at = now
    else:
        added = set(legacy.doctor_roles.values_list("pk", flat=True)) - set(legacy.before_move["roles"])
        of_added = VideoCall.objects.filter(participant=holder, entry__column__doctor_role__in=added)
        _take_along(legacy, of_added, now)
        holder.doctor_roles.remove(*added)
        if holder.appointment_type_id == legacy.appointment_type_id:
            holder.appointment_type_id = legacy.before_move["type"]
    holder.save(update_fields=["removed_at", "appointment_type"])
    publish(VideoParticipantSaved(practice_id=holder.practice_id, actor_id=None, video_participant_id=holder.pk))


def _take_along(legacy: LegacyParticipant, calls: QuerySet[VideoCall], now: datetime) -> None:
    since = calls.filter(closes_at__gt=now, entry__deleted_at=None)
    known = LegacyAppointment.objects.values("entry")
    booked = since.exclude(entry__in=known).exclude(entry__status__in=VISITS_OVER).values_list("entry", flat=True)
    LegacyAppointment.objects.bulk_create(
        LegacyAppointment(practice_id=legacy.practice_id, participant=legacy, entry_id=entry_id)
        for entry_id in booked
        if entry_id is not None
    )


def _final() -> UndoNotPossible:
    return UndoNotPossible(_("Das alte Konto ist schon gelöscht. Diese Zeile ist endgültig."))
