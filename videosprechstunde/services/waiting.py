"""While somebody waits: a sign of life, what the device check found, and calling it off."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from praxis.core.exceptions import PraxisError
from scheduling.services import cancel_appointment
from scheduling.services.booking import Origin
from scheduling.services.own_cancelling import CancelElsewhere
from videosprechstunde.models import CallEvent, CallMember
from videosprechstunde.services.trail import note

# Each poll is a sign of life; writing every one of them would make reading a write.
SEEN_STEP = timedelta(milliseconds=1500)
CHECKS = {"camera": "camera", "microphone": "microphone", "turn": "relay"}


class CheckMalformed(PraxisError):
    """A device check says what there is no word for."""


class NotCancellableHere(PraxisError):
    """A guest, or an appointment that began, or one that another system would bring back."""


def see(*, member: CallMember, tab: str, now: datetime) -> None:
    """`tab`: which window asks. The one that counted before and fell silent counts no more."""
    if tab and member.tab and member.tab != tab:
        CallMember.objects.filter(pk=member.pk, tab=member.tab).update(tab="", last_seen_at=now)
    elif member.last_seen_at is None or member.last_seen_at < now - SEEN_STEP:
        CallMember.objects.filter(pk=member.pk).update(last_seen_at=now)
    member.last_seen_at = now


@transaction.atomic
def record_check(*, member: CallMember, found: Mapping[str, Any], now: datetime) -> None:
    """Facts only, never names of devices. Raises CheckMalformed."""
    known = {CHECKS[name]: value for name, value in found.items() if name in CHECKS}
    if not known or any(value not in CallMember.Check.values for value in known.values()):
        raise CheckMalformed(_("Das Ergebnis des Gerätetests ist unvollständig."))
    is_first = member.checked_at is None
    CallMember.objects.filter(pk=member.pk).update(checked_at=now, **known)
    if is_first:
        note(member.call, CallEvent.Kind.CHECKED, now=now, member=member)


def cancel_from_waiting_room(*, member: CallMember, now: datetime) -> None:
    """The appointment is cancelled, which closes the call. Raises NotCancellableHere, CancelElsewhere."""
    entry = member.call.entry
    if member.side != CallMember.Side.PATIENT or entry is None or member.call.started_at is not None:
        raise NotCancellableHere(_("Diesen Termin kann nur die Praxis absagen. Bitte rufen Sie dort an."))
    if entry.origin == Origin.ETERMIN:
        raise CancelElsewhere(
            _(
                "Diesen Termin haben Sie über eTermin gebucht. Bitte sagen Sie ihn über den Link in der E-Mail von"
                " eTermin ab."
            )
        )
    cancel_appointment(entry=entry, actor=None, now=now)
