"""Whose place in a call a request comes from: of the practice by sign-in, of others by what they redeemed."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from http import HTTPStatus
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django_scopes import scope

from accounts.models import User
from praxis.core.crypto import hash_token
from videosprechstunde.access import call_for, held_member
from videosprechstunde.models import CallMember, VideoCall
from videosprechstunde.selectors.conducting import may_conduct
from videosprechstunde.services.entering import practice_member
from videosprechstunde.views.answers import answers_json, problem

MEMBER, DEVICE = "video_member", "video_device"


@dataclass(frozen=True, slots=True)
class Seat:
    """`member` None: somebody of the practice who may look but not talk. `device_hash`: of this browser, for those who
    redeemed."""

    call: VideoCall
    member: CallMember | None
    user: User | None
    device_hash: str = ""

    @property
    def person(self) -> CallMember:
        """Where only people with a place get."""
        if self.member is None:
            raise LookupError("Nobody sits here.")
        return self.member

    @property
    def actor(self) -> User:
        """Where only people of the practice get."""
        if self.user is None:
            raise LookupError("This is no seat of the practice.")
        return self.user


SeatView = Callable[..., HttpResponseBase]


def practice_seat(*methods: str, talks: bool = True) -> Callable[[SeatView], SeatView]:
    """For addresses with an `entry_id`. `talks`: only for those who may hold calls; others get 403."""

    def decorate(view: SeatView) -> SeatView:
        @wraps(view)
        def wrapped(request: HttpRequest, entry_id: int, **kwargs: Any) -> HttpResponseBase:
            user = request.user
            if not user.is_authenticated:
                return problem(HTTPStatus.UNAUTHORIZED)
            call = call_for(request, entry_id) if isinstance(user, User) and user.practice_id else None
            if call is None or not isinstance(user, User):
                return problem(HTTPStatus.NOT_FOUND)
            conducts = may_conduct(user)
            if talks and not conducts:
                return problem(HTTPStatus.FORBIDDEN)
            member = practice_member(call=call, user=user, now=timezone.now()) if conducts else None
            return view(request, Seat(call, member, user), **kwargs)

        return answers_json(*methods)(wrapped)

    return decorate


def redeemed_seat(*methods: str) -> Callable[[SeatView], SeatView]:
    """For patients and guests; inside the scope and the time zone of the practice."""

    def decorate(view: SeatView) -> SeatView:
        @wraps(view)
        def wrapped(request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
            member = held_member(request.session.get(MEMBER))
            if member is None:
                return problem(HTTPStatus.UNAUTHORIZED)
            seat = Seat(member.call, member, None, hash_token(str(request.session.get(DEVICE, ""))))
            with scope(practice=member.call.practice), timezone.override(ZoneInfo(member.call.practice.time_zone)):
                if request.method == "POST" and seat.device_hash != member.device_hash:
                    # Another device has taken the place; this one reads so from `stand`.
                    return problem(HTTPStatus.CONFLICT)
                return view(request, seat, **kwargs)

        return answers_json(*methods)(wrapped)

    return decorate
