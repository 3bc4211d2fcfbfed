"""Short-lived credentials for the practice's own relay (draft-uberti-behave-turn-rest-00, which coturn implements).

The user name holds the end of its life and the call's public id, never a person's name.
"""

import base64
import hmac
from datetime import datetime, timedelta
from typing import TypedDict

from django.conf import settings

from videosprechstunde.models import VideoCall

AFTER_THE_END = timedelta(minutes=10)
LONGEST = timedelta(hours=12)
SHORTEST = timedelta(hours=1)
FOR_A_CHECK = timedelta(minutes=2)


class Turn(TypedDict):
    urls: list[str]
    username: str
    credential: str
    policy: str


def turn_for_call(*, call: VideoCall, relay_only: bool, now: datetime) -> Turn:
    """Until the window of the appointment is over; a call that runs late gets an hour with each new entry."""
    until = min(max(call.closes_at + AFTER_THE_END, now + SHORTEST), now + LONGEST)
    return _credentials(call.public_id, until, relay_only)


def turn_for_check(*, call: VideoCall, now: datetime) -> Turn:
    """Just long enough to see whether the relay can be reached."""
    return _credentials(f"check-{call.public_id}", now + FOR_A_CHECK, True)


def _credentials(name: str, until: datetime, relay_only: bool) -> Turn:
    urls, secret = settings.VIDEO_TURN_URLS, settings.VIDEO_TURN_SECRET
    policy = "relay" if urls and (relay_only or settings.VIDEO_RELAY_ONLY) else "all"
    if not urls or not secret:
        return Turn(urls=[], username="", credential="", policy="all")
    username = f"{int(until.timestamp())}:{name}"
    # coturn's scheme knows SHA-1 only; it signs a name that is worthless after a few hours.
    digest = hmac.new(secret.encode(), username.encode(), "sha1").digest()
    return Turn(urls=list(urls), username=username, credential=base64.b64encode(digest).decode(), policy=policy)
