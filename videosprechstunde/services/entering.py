"""In the call, again after a loss, and out of it. Every entry begins a new epoch for everybody."""

import re
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from praxis.core.exceptions import PraxisError
from videosprechstunde.models import CallEvent, CallMember, Signal, VideoCall
from videosprechstunde.services.access_codes import CallOver
from videosprechstunde.services.trail import note

TAB = re.compile(r"[A-Za-z0-9-]{1,40}")
State, Side = VideoCall.State, CallMember.Side


class NotAdmitted(PraxisError):
    """Still in the waiting room, or refused."""


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
def enter(*, member: CallMember, tab: str, now: datetime) -> int:
    """Answers the new epoch; this tab is the one that counts from now on. Signals of older epochs are gone.

    Raises TabMalformed, CallOver, NotAdmitted.
    """
    if not TAB.fullmatch(tab):
        raise TabMalformed(_("Diese Seite muss neu geladen werden."), field="tab")
    call = VideoCall.objects.select_for_update(of=("self",)).get(pk=member.call_id)
    if call.is_over:
        raise CallOver(_("Dieses Videogespräch ist vorbei."))
    locked = CallMember.objects.select_for_update().get(pk=member.pk)
    if locked.admitted_at is None or locked.denied_at is not None:
        raise NotAdmitted(_("Die Praxis hat Sie noch nicht hereingelassen."))
    was_in = locked.entered_at is not None and locked.left_at is None
    CallMember.objects.filter(pk=locked.pk).update(tab=tab, entered_at=now, left_at=None, last_seen_at=now)
    Signal.objects.filter(call=call).delete()
    call.epoch += 1
    _settle(call, now)
    if not was_in:
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
