"""How a call stands for one of its persons: what each question of the browser answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from videosprechstunde.models import CallConsent, CallMember, Signal, VideoCall
from videosprechstunde.models.trail import CONSENT_VERSION
from videosprechstunde.selectors.names import member_name

PRESENT = timedelta(seconds=10)
# Whoever has just entered is connecting, and so is everybody else.
CONNECTING = timedelta(seconds=20)
FAST_MS, USUAL_MS = 500, 2000
MOST_MESSAGES = 500
Side, State = CallMember.Side, VideoCall.State
OVER_WORDS = {State.FINISHED: "finished", State.MISSED: "finished", State.CANCELLED: "cancelled"}
SAYS_ALL = {"elsewhere", "denied", *OVER_WORDS.values()}


@dataclass(frozen=True, slots=True)
class Standing:
    """`is_new_epoch`: the asker does not know the epoch yet and may have what it needs for it. `may_join`: it can be
    joined as it is. `has_consent`: None for people of the practice, who need none."""

    state: str
    epoch: int
    me: int | None
    peers: list[dict[str, Any]]
    messages: list[dict[str, Any]]
    poll: int
    is_new_epoch: bool
    may_join: bool = False
    has_consent: bool | None = None


def standing_of(
    call: VideoCall, me: CallMember | None, *, since: int, epoch: int, tab: str, device_hash: str = "", now: datetime
) -> Standing:
    """`me` None: somebody of the practice who sees the waiting room but does not talk. Without personal data of anybody
    who is not in yet for patients and guests."""
    # Before the persons: whoever wrote one of them is then seen as in.
    may_enter = me is not None and me.admitted_at is not None
    messages = _messages(call, me, since) if me and may_enter else []
    members = _members(call)
    is_practice = me is None or me.side == Side.PRACTICE
    state = _state(call, me, members, tab=tab, device_hash=device_hash, now=now)
    if state in SAYS_ALL:
        return Standing(state, call.epoch, me.pk if me else None, [], [], USUAL_MS, False)
    shown = [one for one in members if (me is None or one.pk != me.pk) and _is_shown(one, me, is_practice)]
    consents = _consents(call, None if is_practice else me)
    peers = [_peer(one, call, consents, is_practice, now) for one in shown]
    return Standing(
        state, call.epoch, me.pk if me else None, peers, messages, _poll(call, me, members, now),
        may_enter and (epoch == 0 or epoch != call.epoch), may_enter and 0 < call.epoch != me.in_epoch if me else False,
        me.pk in consents if me and not is_practice else None,
    )  # fmt: skip


def _members(call: VideoCall) -> Sequence[CallMember]:
    return list(CallMember.objects.filter(call=call).select_related("user").order_by("pk"))


def _state(
    call: VideoCall, me: CallMember | None, members: Sequence[CallMember], *, tab: str, device_hash: str, now: datetime
) -> str:
    if call.is_over:
        return OVER_WORDS[State(call.state)]
    if me is not None and ((device_hash and device_hash != me.device_hash) or _is_other_tab(me, tab, now)):
        return "elsewhere"
    if me is not None and me.denied_at is not None:
        return "denied"
    state = _as_it_is(call, members, now)
    if me is None or me.side == Side.PRACTICE:
        is_admitted = any(one.admitted_at and one.side != Side.PRACTICE for one in members)
        return "admitted" if is_admitted and state in (State.PLANNED, State.WAITING) else str(state)
    if me.admitted_at is None:
        return "waiting"
    return str(state) if me.entered_at and state in (State.RUNNING, State.INTERRUPTED) else "admitted"


def _is_other_tab(me: CallMember, tab: str, now: datetime) -> bool:
    """A window that crashed does not bar the next one."""
    return bool(tab and me.tab and me.left_at is None and me.tab != tab and is_present(me, now))


def _as_it_is(call: VideoCall, members: Sequence[CallMember], now: datetime) -> str:
    """A browser that vanished says no goodbye."""
    if call.state != State.RUNNING:
        return call.state
    there = {one.side for one in members if one.entered_at and not one.left_at and is_present(one, now)}
    return State.RUNNING if Side.PRACTICE in there and len(there) > 1 else State.INTERRUPTED


def is_present(member: CallMember, now: datetime) -> bool:
    return member.last_seen_at is not None and member.last_seen_at > now - PRESENT


def _is_shown(one: CallMember, me: CallMember | None, is_practice: bool) -> bool:
    if one.denied_at is not None:
        return False
    if is_practice:
        return one.side == Side.PRACTICE or one.redeemed_at is not None
    is_in = me is not None and me.admitted_at is not None and one.admitted_at is not None
    return one.side == Side.PRACTICE or is_in


def _peer(
    one: CallMember, call: VideoCall, consents: dict[int, datetime], is_practice: bool, now: datetime
) -> dict[str, Any]:
    is_waiting = one.side != Side.PRACTICE and one.redeemed_at is not None and one.admitted_at is None
    said: dict[str, Any] = {
        "id": one.pk, "side": one.side, "name": member_name(one, call), "seen": iso(one.last_seen_at),
        "present": is_present(one, now), "admitted": one.admitted_at is not None, "waiting": is_waiting,
        "in": one.entered_at is not None and one.left_at is None, "left": one.left_at is not None,
        "since": None, "devices": None, "consent_at": None,
    }  # fmt: skip
    if is_practice:
        said |= {"since": iso(one.redeemed_at), "consent_at": iso(consents.get(one.pk))}
        if one.checked_at is not None:
            said["devices"] = {"camera": one.camera, "microphone": one.microphone, "turn": one.relay}
    return said


def _consents(call: VideoCall, of: CallMember | None) -> dict[int, datetime]:
    """To the current text, of everybody or of one."""
    found = CallConsent.objects.filter(call=call, revoked_at=None, version=CONSENT_VERSION)
    found = found if of is None else found.filter(member=of)
    return dict(found.values_list("member_id", "given_at"))


def _messages(call: VideoCall, me: CallMember, since: int) -> list[dict[str, Any]]:
    mine = Signal.objects.filter(call=call, epoch=call.epoch, recipient=me, pk__gt=since).order_by("pk")
    return [
        {"seq": pk, "epoch": epoch, "from": sender, "kind": kind, "payload": payload}
        for pk, epoch, sender, kind, payload in mine.values_list("pk", "epoch", "sender_id", "kind", "payload")[
            :MOST_MESSAGES
        ]
    ]


def _poll(call: VideoCall, me: CallMember | None, members: Sequence[CallMember], now: datetime) -> int:
    is_connecting = any(one.entered_at and one.entered_at > now - CONNECTING for one in members)
    is_coming = any(one.admitted_at and not one.entered_at and one.side != Side.PRACTICE for one in members)
    has_doctor = any(one.side == Side.PRACTICE and is_present(one, now) for one in members)
    waits_beside_doctor = me is not None and me.admitted_at is None and has_doctor
    is_soon = me is not None and (is_connecting or is_coming)
    return FAST_MS if waits_beside_doctor or is_soon else USUAL_MS


def iso(at: datetime | None) -> str | None:
    return timezone.localtime(at).isoformat() if at else None
