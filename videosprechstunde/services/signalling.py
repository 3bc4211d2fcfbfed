"""Messages between two browsers. What is late, foreign, malformed or too much is refused and harms nobody."""

import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from praxis.core.exceptions import PraxisError
from videosprechstunde.models import CallMember, Signal, VideoCall
from videosprechstunde.services.trail import wake_browsers

MOST_BYTES = 64 * 1024
MOST_PER_EPOCH = 1000
# With an entry come the answer and a handful of candidates for up to three persons.
MOST_ALONG = 20
MESSAGE_ID = re.compile(r"[A-Za-z0-9-]{1,40}")
# PostgreSQL keeps no NUL in text.
NUL = "\x00"
# Nobody but a broken or hostile page nests deeper.
DEEPEST = 12


class SignalMalformed(PraxisError):
    """Not a message of ours."""


class SignalLate(PraxisError):
    """Of an epoch that is over, or from a tab that does not count any more. The sender drops it."""


class SignalNotAllowed(PraxisError):
    """The sender is not in the call."""


class TooManySignals(PraxisError):
    """More than any connection needs."""


@dataclass(frozen=True, slots=True)
class NewSignal:
    epoch: int
    recipient_id: int
    kind: str
    payload: Any
    message_id: str
    tab: str


def read_signal(body: bytes) -> NewSignal:
    """Raises SignalMalformed."""
    try:
        return signal_of(json.loads(body))
    except (ValueError, RecursionError) as error:
        raise _malformed() from error


def read_letters(said: Any) -> list[NewSignal]:
    """What comes along with entering. Raises SignalMalformed."""
    if said is None:
        return []
    if not isinstance(said, list) or len(said) > MOST_ALONG:
        raise _malformed()
    return [signal_of(one) for one in said]


def signal_of(said: Any) -> NewSignal:
    """Raises SignalMalformed."""
    try:
        signal = NewSignal(said["epoch"], said["to"], said["kind"], said.get("payload"), said["id"], said["tab"])
        json.dumps(signal.payload, ensure_ascii=False, allow_nan=False).encode()
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise _malformed() from error
    numbers = (signal.epoch, signal.recipient_id)
    words = (signal.kind, signal.message_id, signal.tab)
    if any(type(number) is not int or not 0 <= number < 2**31 for number in numbers):
        raise _malformed()
    if any(not isinstance(word, str) for word in words) or signal.kind not in Signal.Kind.values:
        raise _malformed()
    if not MESSAGE_ID.fullmatch(signal.message_id) or not _is_storable(signal.payload):
        raise _malformed()
    return signal


def _malformed() -> SignalMalformed:
    return SignalMalformed(_("Diese Nachricht ist unverständlich."))


def _is_storable(value: Any, depth: int = 0) -> bool:
    if depth > DEEPEST:
        return False
    if isinstance(value, dict):
        return all(NUL not in key and _is_storable(inner, depth + 1) for key, inner in value.items())
    if isinstance(value, list):
        return all(_is_storable(inner, depth + 1) for inner in value)
    return not (isinstance(value, str) and NUL in value)


@transaction.atomic
def post_signal(*, sender: CallMember, signal: NewSignal, now: datetime) -> int:
    """Answers its place in the order; a known message is not written again.

    Raises SignalNotAllowed, SignalLate, SignalMalformed, TooManySignals.
    """
    # Against `enter`, which begins the next epoch: whoever comes second sees the other's epoch.
    call = VideoCall.objects.select_for_update(of=("self",)).get(pk=sender.call_id)
    return deliver(call=call, sender_id=sender.pk, signal=signal, now=now)


def deliver(*, call: VideoCall, sender_id: int, signal: NewSignal, now: datetime) -> int:
    """`call` is locked. Raises as post_signal does."""
    members = {one.pk: one for one in CallMember.objects.filter(call=call, pk__in=[sender_id, signal.recipient_id])}
    me, other = members[sender_id], members.get(signal.recipient_id)
    if call.is_over or signal.epoch != call.epoch or (me.tab and signal.tab != me.tab):
        raise SignalLate(_("Diese Verbindung ist schon vorbei."))
    if not _is_in(me):
        raise SignalNotAllowed(_("Sie sind nicht im Gespräch."))
    if other is None or other.pk == me.pk or other.admitted_at is None or other.denied_at is not None:
        raise _malformed()
    message_id = f"{me.pk}:{signal.message_id}"
    known = Signal.objects.filter(call=call, message_id=message_id).values_list("pk", flat=True).first()
    if known is not None:
        return known
    if Signal.objects.filter(call=call).count() >= MOST_PER_EPOCH:
        raise TooManySignals(_("Zu viele Nachrichten auf einmal."))
    line = Signal(
        practice_id=call.practice_id, call=call, epoch=call.epoch, sender=me, recipient=other, kind=signal.kind,
        payload=signal.payload, message_id=message_id, created_at=now,
    )  # fmt: skip
    line.save(force_insert=True)
    wake_browsers(call.pk, other.pk)
    return line.pk


def _is_in(member: CallMember) -> bool:
    is_let_in = member.admitted_at is not None and member.denied_at is None
    return is_let_in and member.entered_at is not None and member.left_at is None
