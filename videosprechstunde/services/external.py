"""Link and TAN of another video service, entered by hand or delivered by its interface."""

from datetime import datetime
from urllib.parse import urlsplit

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from praxis.core.events import publish
from praxis.core.exceptions import PraxisError
from scheduling.services.booking import NotifiedBy
from videosprechstunde.events import AccessRenewed, VideoSettingsChanged
from videosprechstunde.models import CallEvent, CallMember, VideoCall, VideoSettings
from videosprechstunde.models.settings import Provider
from videosprechstunde.providers import PROVIDERS
from videosprechstunde.services.access_codes import CallOver
from videosprechstunde.services.inviting import address_of, send_invitation
from videosprechstunde.services.trail import note


class ExternalInvalid(PraxisError):
    """No link that a browser opens safely, or a call that is held here."""


@transaction.atomic
def enter_external_access(*, call: VideoCall, link: str, tan: str, actor: User, now: datetime) -> None:
    """The patient gets them by mail where the practice writes. Raises ExternalInvalid, CallOver."""
    locked = VideoCall.objects.select_for_update(of=("self",)).get(pk=call.pk)
    if not PROVIDERS[locked.provider].is_typed:
        raise ExternalInvalid(_("Zu diesem Gespräch gibt es keinen Link, der einzutragen wäre."))
    if locked.is_over:
        raise CallOver(_("Dieses Videogespräch ist vorbei."))
    if urlsplit(link).scheme != "https":
        raise ExternalInvalid(_("Bitte einen Link eingeben, der mit https:// beginnt."), field="link")
    if (locked.external_link, locked.external_tan) == (link, tan.strip()):
        return
    locked.external_link, locked.external_tan = link, tan.strip()
    locked.save(update_fields=["external_link", "external_tan"])
    note(locked, CallEvent.Kind.RENEWED, now=now, actor_id=actor.pk, event=AccessRenewed)
    member = CallMember.objects.get(call=locked, side=CallMember.Side.PATIENT)
    member.call, locked.entry = locked, call.entry
    if call.entry is not None and call.entry.notified_by == NotifiedBy.PRACTICE and address_of(member):
        send_invitation(member=member, actor_id=actor.pk, now=now)


@transaction.atomic
def choose_provider(
    *, settings: VideoSettings, provider: str, external_name: str, relay_only: bool, actor: User
) -> VideoSettings:
    """For calls that are made from now on. Raises ExternalInvalid."""
    if provider == Provider.EXTERNAL and not external_name.strip():
        raise ExternalInvalid(_("Bitte den Namen des Videodienstes eingeben."), field="external_name")
    said = {"provider": provider, "external_name": external_name.strip(), "relay_only": relay_only}
    saved, _is_new = VideoSettings.objects.update_or_create(practice_id=settings.practice_id, defaults=said)
    publish(VideoSettingsChanged(practice_id=settings.practice_id, actor_id=actor.pk))
    return saved
