"""What becomes of an old participant: assigned to a participant of an online account, to be deleted, or open."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import OnlineParticipant, Practice, User
from accounts.selectors import usable_participants
from praxis.core.constraints import unless_taken
from praxis.core.events import publish
from praxis.core.exceptions import PraxisError
from praxis.core.workrow import OPEN_STATES
from videosprechstunde.events import LegacyChoiceMade
from videosprechstunde.models import KontoRow, LegacyParticipant
from videosprechstunde.services.konto.lines import announce_run

TARGET_ONCE = "legacy_target_once"
Choice = LegacyParticipant.Choice


class TargetTaken(PraxisError):
    """Another old participant is assigned to this one."""


class TargetNotUsable(PraxisError):
    """No active participant of an active online account."""


class ChoiceChanged(PraxisError):
    """Somebody else chose since the page was drawn."""


class NotChangeable(PraxisError):
    """Moved already, or in the queue of a run."""


@transaction.atomic
def assign_participant(
    *, legacy: LegacyParticipant, participant: OnlineParticipant, actor: User, now: datetime, version: int | None = None
) -> None:
    """Raises TargetTaken, TargetNotUsable, ChoiceChanged, NotChangeable."""
    locked = _locked(legacy, version, participant)
    if (locked.choice, locked.assigned_to_id) == (Choice.ASSIGN, participant.pk):
        return
    if not usable_participants().filter(pk=participant.pk).exists():
        raise TargetNotUsable(
            _("Nur aktive Teilnehmer aktiver Online-Konten können übernehmen. Bitte einen anderen wählen."),
            field="participant",
        )
    with unless_taken(TARGET_ONCE, _taken(participant)):
        _choose(locked, actor, now, choice=Choice.ASSIGN, assigned_to=participant)


@transaction.atomic
def mark_for_deletion(*, legacy: LegacyParticipant, actor: User, now: datetime, version: int | None = None) -> None:
    """Users and doctor roles stay, always. Raises ChoiceChanged, NotChangeable."""
    locked = _locked(legacy, version)
    if locked.choice != Choice.DELETE:
        _choose(locked, actor, now, choice=Choice.DELETE, assigned_to=None)


@transaction.atomic
def unmark(*, legacy: LegacyParticipant, actor: User, now: datetime, version: int | None = None) -> None:
    """Raises ChoiceChanged, NotChangeable."""
    locked = _locked(legacy, version)
    if locked.choice != Choice.OPEN:
        _choose(locked, actor, now, choice=Choice.OPEN, assigned_to=None)


@transaction.atomic
def accept_suggestions(*, practice: Practice, pairs: Sequence[tuple[int, int]], actor: User, now: datetime) -> int:
    """Assigns each (old id, target id) that is still open and free; answers how many."""
    targets = usable_participants().in_bulk([target_id for _legacy_id, target_id in pairs])
    accepted = 0
    # In one order for everybody, so that two people who accept at once do not wait in a circle.
    for legacy_id, target_id in sorted(pairs):
        legacy = LegacyParticipant.objects.filter(practice=practice, pk=legacy_id, choice=Choice.OPEN).first()
        target = targets.get(target_id)
        if legacy is None or target is None:
            continue
        try:
            assign_participant(legacy=legacy, participant=target, actor=actor, now=now, version=legacy.version)
        except (TargetTaken, TargetNotUsable, ChoiceChanged, NotChangeable):
            continue
        accepted += 1
    return accepted


def _locked(
    legacy: LegacyParticipant, version: int | None, target: OnlineParticipant | None = None
) -> LegacyParticipant:
    """With whoever holds the target, in one order: two who swap their targets do not wait in a circle."""
    wanted = Q(pk=legacy.pk) | Q(assigned_to=target) if target else Q(pk=legacy.pk)
    rows = LegacyParticipant.objects.select_for_update(of=("self",)).filter(wanted).order_by("pk")
    found = {row.pk: row for row in rows}[legacy.pk]
    if found.gone_at is not None:
        raise NotChangeable(_("Dieser Teilnehmer ist schon migriert. Daran lässt sich nichts mehr ändern."))
    if found.moved_at is not None:
        raise NotChangeable(
            _("Dieser Teilnehmer ist schon übertragen. Nehmen Sie die Zeile im Lauf zurück, bevor Sie neu zuordnen.")
        )
    if KontoRow.objects.filter(participant=found, state__in=OPEN_STATES).exists():
        raise NotChangeable(_("Der Lauf hat diesen Teilnehmer schon in Arbeit. Änderungen sind danach wieder möglich."))
    if version is not None and found.version != version:
        raise ChoiceChanged(
            _("Diese Zeile wurde inzwischen in einem anderen Fenster geändert. Die Liste zeigt jetzt den neuen Stand.")
        )
    return found


def _choose(locked: LegacyParticipant, actor: User, now: datetime, **chosen: Any) -> None:
    stamped = {**chosen, "chosen_by": actor, "chosen_at": now, "version": locked.version + 1}
    for name, value in stamped.items():
        setattr(locked, name, value)
    locked.save(update_fields=list(stamped))
    publish(
        LegacyChoiceMade(practice_id=locked.practice_id, actor_id=actor.pk, legacy_participant_id=locked.pk)
    )  # fmt: skip
    announce_run(locked.practice_id)


def _taken(participant: OnlineParticipant) -> TargetTaken:
    return TargetTaken(
        _("„%(name)s“ ist inzwischen einem anderen alten Teilnehmer zugeordnet. Bitte einen anderen wählen.")
        % {"name": participant.name},
        field="participant",
    )
