from django.urls import reverse

from praxis.core.addresses import public_url
from videosprechstunde.models import CallMember, VideoCall
from videosprechstunde.models.settings import Provider
from videosprechstunde.providers.base import Access


class BuiltIn:
    """From browser to browser, without anybody in between."""

    name = Provider.BUILTIN.value
    is_here = True
    is_typed = False
    most_persons = 4

    def access_of(self, member: CallMember) -> Access:
        """The secret stands behind the #, where no server, log or referrer sees it."""
        return Access(f"{public_url(reverse('video_join'))}#{member.link}", member.tan)

    def host_link(self, call: VideoCall) -> str:
        return reverse("video_call", args=[call.entry_id])
