"""The yes of those who come by link or TAN: to which text, when, and taken back at any time. Nobody enters without."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from praxis.core.exceptions import PraxisError
from videosprechstunde.models import CallConsent, CallMember
from videosprechstunde.models.trail import CONSENT_VERSION
from videosprechstunde.services.trail import wake_browsers


class ConsentOutdated(PraxisError):
    """The text changed since the page was drawn."""


def has_consent(member: CallMember) -> bool:
    """To the current text; people of the practice need none."""
    if member.side == CallMember.Side.PRACTICE:
        return True
    return CallConsent.objects.filter(member=member, revoked_at=None, version=CONSENT_VERSION).exists()


@transaction.atomic
def set_consent(*, member: CallMember, version: str, given: bool, now: datetime) -> bool:
    """Answers whether there is one now. Saying the same twice changes nothing. Taken back in a call, it ends there.

    Raises ConsentOutdated.
    """
    CallMember.objects.select_for_update().get(pk=member.pk)
    consents = CallConsent.objects.filter(member=member, revoked_at=None)
    wake_browsers(member.call_id)
    if not given:
        consents.update(revoked_at=now)
        CallMember.objects.filter(pk=member.pk, entered_at__isnull=False, left_at=None).update(left_at=now)
        return False
    if version != CONSENT_VERSION:
        raise ConsentOutdated(_("Der Text hat sich geändert. Bitte laden Sie die Seite neu."))
    if not consents.filter(version=version).exists():
        consents.update(revoked_at=now)
        CallConsent(
            practice_id=member.practice_id, call_id=member.call_id, member=member, version=version, given_at=now
        ).save(force_insert=True)
    return True
