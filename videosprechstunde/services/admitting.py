"""Who may come in from the waiting room. Once admitted, somebody stays so: a slow page finds it later."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from praxis.core.exceptions import PraxisError
from scheduling.services.booking import Status
from videosprechstunde.events import MemberAdmitted, MemberDenied
from videosprechstunde.models import CallEvent, CallMember, VideoCall
from videosprechstunde.providers import PROVIDERS
from videosprechstunde.services.access_codes import CallOver
from videosprechstunde.services.entering import enter
from videosprechstunde.services.signalling import NewSignal, deliver
from videosprechstunde.services.trail import announce, note
from videosprechstunde.services.visit import BEFORE_THE_CALL, mark_visit


class NobodyWaits(PraxisError):
    """The person has not come yet."""


class CallFull(PraxisError):
    """Four persons are in already."""


@dataclass(frozen=True, slots=True)
class Host:
    """Who opens the door, from which tab, and the offer that stands behind it: the other side finds all at once."""

    member: CallMember
    tab: str
    letters: Sequence[NewSignal] = ()


def admit(*, member: CallMember, actor: User, now: datetime, host: Host | None = None) -> int:
    """Answers the epoch. The host enters first when not in the call from this tab. Twice changes nothing; it also takes
    back a refusal. Raises CallOver, NobodyWaits, CallFull, TabMalformed, and what delivering raises.

    The door opens first and the calendar follows: somebody looks at the page and waits for the picture.
    """
    epoch = _open_door(member, actor, now, host)
    if member.side == CallMember.Side.PATIENT:
        mark_visit(
            entry=member.call.entry, status=Status.IN_ROOM, instead_of=BEFORE_THE_CALL, actor=actor, now=now
        )  # fmt: skip
    return epoch


@transaction.atomic
def _open_door(member: CallMember, actor: User, now: datetime, host: Host | None) -> int:
    call, locked = _locked(member)
    if locked.admitted_at is None:
        _let_in(call, locked, actor, now)
        announce(member.call.entry)
    return _receive(call, locked, host, now) if host is not None else call.epoch


def _receive(call: VideoCall, guest: CallMember, host: Host, now: datetime) -> int:
    me = CallMember.objects.get(pk=host.member.pk)
    is_in = me.tab == host.tab and me.entered_at is not None and me.left_at is None
    call.epoch = call.epoch if is_in and call.epoch else enter(member=me, tab=host.tab, now=now)
    for letter in host.letters:
        addressed = replace(letter, epoch=call.epoch, recipient_id=guest.pk, tab=host.tab)
        deliver(call=call, sender_id=me.pk, signal=addressed, now=now)
    return call.epoch


def _let_in(call: VideoCall, locked: CallMember, actor: User, now: datetime) -> None:
    if locked.redeemed_at is None:
        raise NobodyWaits(_("Diese Person ist noch nicht im Warteraum."))
    inside = CallMember.objects.filter(call=call).exclude(pk=locked.pk)
    guests = inside.exclude(side=CallMember.Side.PRACTICE).filter(admitted_at__isnull=False, denied_at=None).count()
    if guests + 1 >= PROVIDERS[call.provider].most_persons:
        raise CallFull(_("Mehr als vier Personen passen nicht in ein Gespräch."))
    CallMember.objects.filter(pk=locked.pk).update(admitted_at=now, denied_at=None)
    note(call, CallEvent.Kind.ADMITTED, now=now, member=locked, actor_id=actor.pk, event=MemberAdmitted)


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
