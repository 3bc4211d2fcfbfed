"""Teilnehmer of Online-Konten: the names under which video calls and bookings reach a doctor."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.events import ParticipantDeactivated, ParticipantSaved
from accounts.models import HistoryLine, OnlineAccount, OnlineParticipant, User
from accounts.services.history import note_history
from accounts.services.invitations import lock_subject
from praxis.core.constraints import unless_taken
from praxis.core.events import publish
from praxis.core.exceptions import PraxisError

NAME_CONSTRAINT, USER_CONSTRAINT = "online_participant_name_once", "online_participant_user_once"


class ParticipantInvalid(PraxisError):
    """No name, one that the account has already, or somebody who takes part already or works elsewhere."""


@transaction.atomic
def add_participant(
    *, account: OnlineAccount, name: str, user: User | None, actor: User | None, now: datetime
) -> OnlineParticipant:
    """Usable as soon as the account is active. Raises ParticipantInvalid."""
    lock_subject(account)
    account.refresh_from_db()
    if account.deactivated_at is not None:
        raise ParticipantInvalid(_("Dieses Online-Konto ist deaktiviert. Bitte zuerst reaktivieren."))
    participant = OnlineParticipant(
        practice=account.practice, account=account, name=name.strip(), user=user, created_at=now
    )
    _save(participant, [])
    _note(participant, HistoryLine.Kind.CREATED, actor, now)
    return participant


@transaction.atomic
def change_participant(
    *, participant: OnlineParticipant, name: str, user: User | None, actor: User, now: datetime
) -> OnlineParticipant:
    """Raises ParticipantInvalid."""
    lock_subject(participant)
    participant.refresh_from_db()
    name = name.strip()
    if (participant.name, participant.user_id) == (name, user.pk if user else None):
        return participant
    participant.name, participant.user = name, user
    _save(participant, ["name", "user"])
    _note(participant, HistoryLine.Kind.CHANGED, actor, now)
    return participant


@transaction.atomic
def deactivate_participant(*, participant: OnlineParticipant, actor: User, now: datetime) -> None:
    """Cannot be used any more; a second time changes nothing."""
    if not OnlineParticipant.objects.filter(pk=participant.pk, deactivated_at=None).update(deactivated_at=now):
        return
    note_history(
        kind=HistoryLine.Kind.DEACTIVATED, online_account=participant.account, participant=participant, actor=actor,
        now=now,
    )  # fmt: skip
    publish(
        ParticipantDeactivated(practice_id=participant.practice_id, actor_id=actor.pk, participant_id=participant.pk)
    )


@transaction.atomic
def reactivate_participant(*, participant: OnlineParticipant, actor: User, now: datetime) -> None:
    """Raises ParticipantInvalid when the person takes part elsewhere meanwhile."""
    lock_subject(participant)
    participant.refresh_from_db()
    if participant.deactivated_at is None:
        return
    participant.deactivated_at = None
    _save(participant, ["deactivated_at"])
    _note(participant, HistoryLine.Kind.REACTIVATED, actor, now)


def _save(participant: OnlineParticipant, changed: list[str]) -> None:
    user = participant.user
    if not participant.name:
        raise ParticipantInvalid(_("Bitte einen Namen eingeben."), field="name")
    if user is not None and user.practice_id != participant.practice_id:
        raise ParticipantInvalid(_("Diese Person gehört nicht zur Praxis."), field="user")
    name_taken = ParticipantInvalid(_("Dieses Online-Konto hat schon einen Teilnehmer mit diesem Namen."), field="name")
    user_taken = ParticipantInvalid(_("Diese Person nimmt schon unter einem anderen Namen teil."), field="user")
    with unless_taken(NAME_CONSTRAINT, name_taken), unless_taken(USER_CONSTRAINT, user_taken):
        if participant.pk is None:
            participant.save(force_insert=True)
        else:
            participant.save(update_fields=changed)


def _note(participant: OnlineParticipant, kind: HistoryLine.Kind, actor: User | None, now: datetime) -> None:
    note_history(kind=kind, online_account=participant.account, participant=participant, actor=actor, now=now)
    actor_id = actor.pk if actor else None
    publish(ParticipantSaved(practice_id=participant.practice_id, actor_id=actor_id, participant_id=participant.pk))
