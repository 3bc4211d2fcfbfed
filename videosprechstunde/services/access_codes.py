"""Link and TAN of one person in one call; new ones make the old ones void, wherever they are in use."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from praxis.core.exceptions import PraxisError
from videosprechstunde.events import AccessRenewed
from videosprechstunde.models import CallEvent, CallMember
from videosprechstunde.services.trail import note
from videosprechstunde.tans import link_hash, new_link, new_tan, tan_hash, tan_start_hash

ISSUED = [
    "tan", "tan_hash", "tan_start_hash", "link", "link_hash", "wrong_tries", "issued_for", "redeemed_at",
    "device_hash", "tab", "checked_at", "camera", "microphone", "relay", "sent_at", "admitted_at", "denied_at",
    "entered_at", "left_at", "last_seen_at",
]  # fmt: skip


class CallOver(PraxisError):
    """The call is finished or cancelled."""


def issue_access(member: CallMember, *, patient_id: int | None = None) -> list[str]:
    """Sets a fresh link and TAN on an unsaved or locked member; answers the names of the changed fields."""
    member.tan, member.link = new_tan(), new_link()
    member.tan_hash, member.tan_start_hash = tan_hash(member.tan), tan_start_hash(member.tan)
    member.link_hash, member.issued_for = link_hash(member.link), patient_id
    member.wrong_tries, member.device_hash, member.tab = 0, "", ""
    member.camera = member.microphone = member.relay = ""
    member.redeemed_at = member.checked_at = member.sent_at = None
    member.admitted_at = member.denied_at = member.entered_at = member.left_at = member.last_seen_at = None
    return ISSUED


@transaction.atomic
def renew_access(*, member: CallMember, actor: User, now: datetime) -> CallMember:
    """After a TAN was locked or fell into the wrong hands. Raises CallOver."""
    call = member.call
    locked = CallMember.objects.select_for_update().get(pk=member.pk)
    if call.is_over or locked.user_id is not None:
        raise CallOver(_("Dieses Videogespräch ist vorbei. Eine neue TAN würde nichts öffnen."))
    locked.save(update_fields=issue_access(locked, patient_id=locked.issued_for))
    locked.call = call
    note(call, CallEvent.Kind.RENEWED, now=now, member=locked, actor_id=actor.pk, event=AccessRenewed)
    return locked
