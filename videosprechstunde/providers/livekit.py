"""A LiveKit server of the practice's own choosing, for more persons than browsers can serve each other.

Everybody gets a link with a token of their own (JWT, HS256), made when it is asked for and good while the call is open.
It names the call and the place in it, never a person. Off until the server's settings are given.
"""

from urllib.parse import urlencode

import jwt
from django.conf import settings

from videosprechstunde.models import CallMember, VideoCall
from videosprechstunde.models.settings import Provider
from videosprechstunde.providers.base import Access


class LiveKit:
    """Media go through that server: it could see them unless its pages encrypt them end to end."""

    name = Provider.LIVEKIT.value
    is_here = False
    is_typed = False
    most_persons = 50

    def access_of(self, member: CallMember) -> Access:
        return Access(_link(member.call, f"{member.side}-{member.pk}", hosts=False), "")

    def host_link(self, call: VideoCall) -> str:
        return _link(call, "practice", hosts=True)


def is_offered() -> bool:
    return all((settings.LIVEKIT_URL, settings.LIVEKIT_PAGE, settings.LIVEKIT_API_KEY, settings.LIVEKIT_API_SECRET))


def _link(call: VideoCall, identity: str, *, hosts: bool) -> str:
    if not is_offered():
        return ""
    token = room_token(call, identity, hosts=hosts)
    return f"{settings.LIVEKIT_PAGE}?{urlencode({'liveKitUrl': settings.LIVEKIT_URL, 'token': token})}"


def room_token(call: VideoCall, identity: str, *, hosts: bool) -> str:
    """What LiveKit's own package writes, byte for byte. Nobody records: the right to is not given."""
    grant = {
        "roomJoin": True, "room": call.public_id, "canPublish": True, "canSubscribe": True, "canPublishData": True,
    }  # fmt: skip
    claims = {
        "video": {"roomAdmin": True} | grant if hosts else grant, "sub": identity, "iss": settings.LIVEKIT_API_KEY,
        "nbf": int(call.opens_at.timestamp()), "exp": int(call.closes_at.timestamp()),
    }  # fmt: skip
    return jwt.encode(claims, settings.LIVEKIT_API_SECRET, algorithm="HS256")
