""" "Sprechstunde abschließen": the only way a consultation ends. It says what comes next for the patient."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from praxis.core.exceptions import PraxisError
from scheduling.services.booking import Status
from videosprechstunde.events import CallFinished
from videosprechstunde.models import CallEvent, Signal, VideoCall
from videosprechstunde.services.access_codes import CallOver
from videosprechstunde.services.trail import announce, note
from videosprechstunde.services.visit import NOT_OVER, mark_visit

LONGEST_REASON = 200


class FinishInvalid(PraxisError):
    """Something that the law wants noted is missing."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """`was_missed`: nobody came, so there is nothing else to say. `follow_up` "none" needs a reason (Anlage 31c)."""

    was_missed: bool = False
    were_introduced: bool = False
    identity: str = ""
    follow_up: str = ""
    reason: str = ""


@transaction.atomic
def finish_call(*, call: VideoCall, outcome: Outcome, actor: User, now: datetime) -> None:
    """Link and TAN open nothing any more, what the browsers told each other is gone. Raises FinishInvalid, CallOver."""
    _check(outcome)
    status = Status.NO_SHOW if outcome.was_missed else Status.DONE
    mark_visit(entry=call.entry, status=status, instead_of=NOT_OVER, actor=actor, now=now)
    locked = VideoCall.objects.select_for_update(of=("self",)).get(pk=call.pk)
    if locked.is_over:
        raise CallOver(_("Dieses Videogespräch ist schon abgeschlossen."))
    locked.state = VideoCall.State.MISSED if outcome.was_missed else VideoCall.State.FINISHED
    locked.finished_at, locked.finished_by = now, actor
    locked.were_introduced, locked.identity = outcome.were_introduced, outcome.identity
    locked.follow_up, locked.follow_up_reason = outcome.follow_up, outcome.reason.strip()
    said = ["were_introduced", "identity", "follow_up", "follow_up_reason"]
    locked.save(update_fields=["state", "finished_at", "finished_by", *said])
    Signal.objects.filter(call=locked).delete()
    note(locked, CallEvent.Kind.FINISHED, now=now, actor_id=actor.pk, event=CallFinished)
    announce(call.entry)


def _check(outcome: Outcome) -> None:
    if outcome.was_missed:
        return
    if outcome.identity not in VideoCall.Identity.values:
        raise FinishInvalid(_("Bitte angeben, wie die Identität geprüft wurde."), field="identity")
    if outcome.follow_up not in VideoCall.FollowUp.values:
        raise FinishInvalid(_("Bitte angeben, wie es weitergeht."), field="follow_up")
    if outcome.follow_up == VideoCall.FollowUp.NONE and not outcome.reason.strip():
        raise FinishInvalid(_("Bitte einen Grund angeben, warum nichts weiter nötig ist."), field="reason")
    if len(outcome.reason) > LONGEST_REASON:
        raise FinishInvalid(_("Der Grund ist zu lang, höchstens 200 Zeichen."), field="reason")
