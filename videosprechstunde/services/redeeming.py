"""Coming into the waiting room by link or TAN. Redeeming is waiting: nobody has to ask once more.

Wrong, expired, foreign and locked answer the same, in the same time (the view sees to that).
"""

import secrets
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django_scopes import scope

from praxis.core.crypto import hash_token
from praxis.core.exceptions import PraxisError
from praxis.core.throttling import allow, is_spent
from scheduling.services.booking import Status
from videosprechstunde.events import MemberWaits
from videosprechstunde.models import CallEvent, CallMember, VideoCall
from videosprechstunde.services.trail import announce, note
from videosprechstunde.services.visit import EXPECTED, mark_visit
from videosprechstunde.tans import is_link, link_hash, tan_hash, tan_start_hash

MOST_WRONG_PER_SOURCE, SOURCE_SECONDS = 5, 600
MOST_WRONG_PER_TAN = 10
WRONG = "video_tan"


class AccessRefused(PraxisError):
    """Wrong, expired, foreign or locked; nobody is told which."""

    def __init__(self) -> None:
        super().__init__(
            _("Damit öffnet sich kein Gespräch. Bitte prüfen Sie die TAN, oder rufen Sie in der Praxis an.")
        )


class TooManyTries(PraxisError):
    """From this connection there were too many wrong ones."""

    def __init__(self) -> None:
        super().__init__(_("Zu viele falsche Versuche. Bitte versuchen Sie es in zehn Minuten noch einmal."))


@dataclass(frozen=True, slots=True)
class Redeemed:
    """`device` is the secret that this browser keeps; only its hash is stored."""

    member: CallMember
    device: str


def redeem(*, typed: str, source: str, device: str, now: datetime) -> Redeemed:
    """`source`: from where, not readable as an address. `device`: what this browser kept from before, or empty.

    Needs no scope. Raises AccessRefused, TooManyTries.
    """
    by_link = is_link(typed)
    # A link cannot be guessed, so it opens also behind an address from which others mistyped their TAN.
    if not by_link and is_spent(what=WRONG, key=source, most=MOST_WRONG_PER_SOURCE):
        raise TooManyTries
    kept = {"link_hash": link_hash(typed)} if by_link else {"tan_hash": tan_hash(typed)}
    found = CallMember._base_manager.select_related("call__practice").filter(**kept).first()
    if found is None or not _opens(found, now):
        allow(what=WRONG, key=source, most=MOST_WRONG_PER_SOURCE, seconds=SOURCE_SECONDS)
        if not by_link and found is None:
            _count_near_miss(typed, now)
        raise AccessRefused
    with scope(practice=found.call.practice):
        return _let_wait(found.pk, device=device, now=now)


def _opens(member: CallMember, now: datetime) -> bool:
    call = member.call
    is_open = not call.is_over and call.opens_at <= now < call.closes_at and call.practice.is_active
    return is_open and member.wrong_tries < MOST_WRONG_PER_TAN


@transaction.atomic
def _count_near_miss(typed: str, now: datetime) -> None:
    """Whoever knows two of three groups guesses at one TAN from many addresses: ten tries, then it is locked."""
    near = CallMember._base_manager.filter(tan_start_hash=tan_start_hash(typed))
    near.update(wrong_tries=F("wrong_tries") + 1)
    for member in near.filter(wrong_tries=MOST_WRONG_PER_TAN).select_related("call__practice"):
        with scope(practice=member.call.practice):
            note(member.call, CallEvent.Kind.LOCKED, now=now, member=member)


@transaction.atomic
def _let_wait(member_id: int, *, device: str, now: datetime) -> Redeemed:
    # The appointment first, then the call: in the order in which the calendar takes them.
    call_id, side = CallMember.objects.values_list("call_id", "side").get(pk=member_id)
    entry = VideoCall.objects.select_related("entry__practice").get(pk=call_id).entry
    if side == CallMember.Side.PATIENT:
        mark_visit(entry=entry, status=Status.ARRIVED, instead_of=EXPECTED, actor=None, now=now)
    call = VideoCall.objects.select_for_update(of=("self",)).get(pk=call_id)
    member = CallMember.objects.select_for_update().get(pk=member_id)
    is_same_device = bool(device) and member.device_hash == hash_token(device)
    device = device if is_same_device else secrets.token_urlsafe(32)
    changes = {"device_hash": hash_token(device), "last_seen_at": now, "redeemed_at": member.redeemed_at or now}
    if member.redeemed_at and not is_same_device:
        # Who holds the call now is for the doctor to see before anything is shown.
        changes |= {"admitted_at": None, "entered_at": None, "tab": ""}
        note(call, CallEvent.Kind.OTHER_DEVICE, now=now, member=member)
    elif not member.redeemed_at:
        note(call, CallEvent.Kind.REDEEMED, now=now, member=member, event=MemberWaits)
    CallMember.objects.filter(pk=member.pk).update(**changes)
    if call.state == VideoCall.State.PLANNED:
        VideoCall.objects.filter(pk=call.pk).update(state=VideoCall.State.WAITING)
    announce(entry)
    return Redeemed(CallMember.objects.select_related("call").get(pk=member.pk), device)
