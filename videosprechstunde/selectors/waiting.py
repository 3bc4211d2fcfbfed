"""Who waits in which call of the practice."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.urls import reverse

from praxis.core.localtime import day_bounds, local_day
from videosprechstunde.models import CallMember, VideoCall
from videosprechstunde.models.call import OVER
from videosprechstunde.selectors.names import listed_name

IS_WAITING = Q(redeemed_at__isnull=False, admitted_at=None, denied_at=None) & ~Q(side=CallMember.Side.PRACTICE)
# After that somebody has most likely gone; the row stays, the calendar stops calling for attention.
GONE_AFTER = timedelta(minutes=10)
MOST_OTHERS = 8


@dataclass(frozen=True, slots=True)
class OtherCall:
    starts_at: datetime
    name: str
    url: str
    waits_since: datetime | None


def others_of_today(call: VideoCall, *, now: datetime) -> list[OtherCall]:
    """The other calls of the day that are not over, by start, with who waits there."""
    zone = ZoneInfo(call.practice.time_zone)
    starts_at, ends_at = day_bounds(local_day(now, zone), zone)
    found = VideoCall.objects.filter(
        entry__starts_at__gte=starts_at, entry__starts_at__lt=ends_at, entry__deleted_at=None, closes_at__gt=now
    ).exclude(Q(state__in=OVER) | Q(pk=call.pk))
    shown = list(found.select_related("entry__patient").order_by("entry__starts_at", "pk")[:MOST_OTHERS])
    since: dict[int, datetime | None] = dict(
        CallMember.objects.filter(IS_WAITING, call__in=shown, side=CallMember.Side.PATIENT).values_list(
            "call_id", "redeemed_at"
        )
    )
    return [
        OtherCall(entry.starts_at, listed_name(entry), reverse("video_call", args=[entry.pk]), since.get(one.pk))
        for one in shown
        if (entry := one.entry) is not None
    ]


def waiting_since(entry_ids: Collection[int], now: datetime) -> dict[int, datetime]:
    """By appointment: since when its patient waits."""
    found = CallMember.objects.filter(
        IS_WAITING, side=CallMember.Side.PATIENT, call__entry__in=list(entry_ids), call__closes_at__gt=now,
        last_seen_at__gt=now - GONE_AFTER,
    ).exclude(call__state__in=OVER)  # fmt: skip
    return {entry_id: since for entry_id, since in found.values_list("call__entry_id", "redeemed_at") if since}


def waiting_now(now: datetime) -> list[tuple[datetime, int]]:
    """Since when, and for which appointment, of everybody who waits at present; who came first is in front."""
    found = CallMember.objects.filter(IS_WAITING, call__closes_at__gt=now, last_seen_at__gt=now - GONE_AFTER)
    waiting = found.exclude(call__state__in=OVER).order_by("redeemed_at", "pk")
    return [(since, entry_id) for since, entry_id in waiting.values_list("redeemed_at", "call__entry_id") if since]


def patient_member_of(entry_id: int) -> CallMember | None:
    """The patient's place in the call of an appointment, with the call."""
    found = CallMember.objects.select_related("call").filter(side=CallMember.Side.PATIENT)
    return found.filter(call__entry_id=entry_id).first()


def patient_members_of(entry_ids: Collection[int]) -> dict[int, CallMember]:
    """By appointment; of calls that are not over."""
    found = CallMember.objects.select_related("call").filter(side=CallMember.Side.PATIENT)
    shown = found.filter(call__entry__in=list(entry_ids)).exclude(call__state__in=OVER)
    return {member.call.entry_id: member for member in shown if member.call.entry_id is not None}
