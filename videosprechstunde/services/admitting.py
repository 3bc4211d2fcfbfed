"""Who may come in from the waiting room. Once admitted, somebody stays so: a slow page finds it later."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from praxis.core.exceptions import PraxisError
from scheduling.services.booking import Status
from videosprechstunde.events import MemberAdmitted, MemberDenied
from videosprechstunde.models import CallEvent, CallMember, VideoCall
from videosprechstunde.services.access_codes import CallOver
from videosprechstunde.services.inviting import MOST_PERSONS
from videosprechstunde.services.trail import announce, note
from videosprechstunde.services.visit import BEFORE_THE_CALL, mark_visit


class NobodyWaits(PraxisError):
    """The person has not come yet."""


class CallFull(PraxisError):
    """Four persons are in already."""


@transaction.atomic
def admit(*, member: CallMember, actor: User, now: datetime) -> None:
    """Twice changes nothing; it also takes back a refusal. Raises CallOver, NobodyWaits, CallFull."""
    entry = member.call.entry
    if member.side == CallMember.Side.PATIENT and member.redeemed_at is not None:
        mark_visit(entry=entry, status=Status.IN_ROOM, instead_of=BEFORE_THE_CALL, actor=actor, now=now)
    call, locked = _locked(member)
    if locked.admitted_at is not None:
        return
    if locked.redeemed_at is None:
        raise NobodyWaits(_("Diese Person ist noch nicht im Warteraum."))
    inside = CallMember.objects.filter(call=call).exclude(pk=locked.pk)
    guests = inside.exclude(side=CallMember.Side.PRACTICE).filter(admitted_at__isnull=False, denied_at=None).count()
    if guests + 1 >= MOST_PERSONS:
        raise CallFull(_("Mehr als vier Personen passen nicht in ein Gespräch."))
    CallMember.objects.filter(pk=locked.pk).update(admitted_at=now, denied_at=None)
    note(call, CallEvent.Kind.ADMITTED, now=now, member=locked, actor_id=actor.pk, event=MemberAdmitted)
    announce(entry)


@transaction.atomic
def deny(*, member: CallMember, actor: User, now: datetime) -> None:
    """The person reads that the practice calls back. Twice changes nothing. Raises CallOver."""
    call, locked = _locked(member)
    if locked.denied_at is not None:
        return
    CallMember.objects.filter(pk=locked.pk).update(denied_at=now, admitted_at=None, entered_at=None)
    note(call, CallEvent.Kind.DENIED, now=now, member=locked, actor_id=actor.pk, event=MemberDenied)
    announce(member.call.entry)


def _locked(member: CallMember) -> tuple[VideoCall, CallMember]:
    call = VideoCall.objects.select_for_update(of=("self",)).get(pk=member.call_id)
    if call.is_over:
        raise CallOver(_("Dieses Videogespräch ist vorbei."))
    return call, CallMember.objects.select_for_update().get(pk=member.pk)
