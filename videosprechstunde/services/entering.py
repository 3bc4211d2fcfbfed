"""In the call, again after a loss, and out of it. An entry begins a new epoch for everybody, unless somebody who has no
connection yet joins the current one as it is: then nobody else's connection is touched."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from praxis.core.exceptions import PraxisError
from videosprechstunde.models import CallEvent, CallMember, Signal, VideoCall
from videosprechstunde.services.access_codes import CallOver
from videosprechstunde.services.consents import has_consent
from videosprechstunde.services.signalling import NewSignal, deliver
from videosprechstunde.services.trail import note, wake_browsers

TAB = re.compile(r"[A-Za-z0-9-]{1,40}")
State, Side = VideoCall.State, CallMember.Side


class NotAdmitted(PraxisError):
    """Still in the waiting room, or refused."""


class ConsentMissing(PraxisError):
    """Nobody who comes by link or TAN talks before saying yes to the current text."""


class TabMalformed(PraxisError):
    """The page has no usable name."""


def practice_member(*, call: VideoCall, user: User, now: datetime) -> CallMember:
    """Whoever talks for the practice. The caller has checked that this person may."""
    member, _is_new = CallMember.objects.get_or_create(
        call=call, user=user,
        defaults={"practice_id": call.practice_id, "side": Side.PRACTICE, "created_at": now, "admitted_at": now},
    )  # fmt: skip
    member.call = call
    return member


@transaction.atomic
def enter(
    *, member: CallMember, tab: str, now: datetime, epoch: int = 0, letters: Sequence[NewSignal] = ()
) -> int:  # fmt: skip
    """Answers the epoch; this tab is the one that counts from now on. Signals of older epochs are gone.

    `epoch`: what the page knows; who was not in it yet joins it. `letters` are delivered when they are still of use.
    Raises TabMalformed, CallOver, NotAdmitted, ConsentMissing, and what delivering raises.
    """
    if not TAB.fullmatch(tab):
        raise TabMalformed(_("Diese Seite muss neu geladen werden."), field="tab")
    call = VideoCall.objects.select_for_update(of=("self",)).get(pk=member.call_id)
    if call.is_over:
        raise CallOver(_("Dieses Videogespräch ist vorbei."))
    locked = CallMember.objects.select_for_update().get(pk=member.pk)
    if locked.admitted_at is None or locked.denied_at is not None:
        raise NotAdmitted(_("Die Praxis hat Sie noch nicht hereingelassen."))
    if not has_consent(locked):
        raise ConsentMissing(_("Bitte stimmen Sie zuerst der Behandlung per Video zu."), field="consent")
    was_in = locked.entered_at is not None and locked.left_at is None
    if not epoch or epoch != call.epoch or locked.in_epoch == epoch:
        Signal.objects.filter(call=call).delete()
        call.epoch += 1
    CallMember.objects.filter(pk=locked.pk).update(
        tab=tab, entered_at=now, left_at=None, last_seen_at=now, in_epoch=call.epoch
    )
    _settle(call, now)
    for letter in letters:
        if letter.epoch == call.epoch:
            deliver(call=call, sender_id=locked.pk, signal=replace(letter, tab=tab), now=now)
    if was_in:
        wake_browsers(call.pk)
    else:
        note(call, CallEvent.Kind.ENTERED, now=now, member=locked, actor_id=locked.user_id)
    return call.epoch


@transaction.atomic
def leave(*, member: CallMember, tab: str, now: datetime) -> None:
    """Hung up: the call is interrupted, not over, and one may enter again. An older tab has no say."""
    call = VideoCall.objects.select_for_update(of=("self",)).get(pk=member.call_id)
    inside = CallMember.objects.filter(pk=member.pk, tab=tab, entered_at__isnull=False, left_at=None)
    if call.is_over or not inside.update(left_at=now):
        return
    _settle(call, now)
    note(call, CallEvent.Kind.LEFT, now=now, member=member, actor_id=member.user_id)


def _settle(call: VideoCall, now: datetime) -> None:
    """Running while somebody of the practice and somebody else are in; the locked row is written."""
    sides = set(
        CallMember.objects.filter(call=call, entered_at__isnull=False, left_at=None).values_list("side", flat=True)
    )
    if Side.PRACTICE in sides and len(sides) > 1:
        call.state, call.started_at = State.RUNNING, call.started_at or now
    elif call.started_at is not None:
        call.state = State.INTERRUPTED
    call.save(update_fields=["epoch", "state", "started_at"])
