"""What of the Videosprechstunde hangs on the participants of online accounts."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import OnlineParticipant
from accounts.selectors import Effect, tells_effects
from videosprechstunde.models import VideoParticipant


@tells_effects
def video_participation(participants: Collection[OnlineParticipant], now: datetime) -> Sequence[Effect]:
    found = VideoParticipant.objects.filter(participant__in=[one.pk for one in participants], removed_at=None)
    return [
        Effect(
            _("%(name)s: nimmt nicht mehr an der Videosprechstunde teil") % {"name": one.participant.name},
            reverse("video_participants"),
        )
        for one in found.select_related("participant").order_by("participant__name", "pk")
    ]
