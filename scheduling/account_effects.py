"""What of the calendar hangs on the participants of online accounts: the video appointments of their doctors."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db.models import Count, Min
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext

from accounts.models import OnlineParticipant
from accounts.selectors import Effect, tells_effects
from scheduling.selectors.video import coming_video_appointments


@tells_effects
def coming_video_calls(participants: Collection[OnlineParticipant], now: datetime) -> Sequence[Effect]:
    """By participant, with the first day; it leads to that day in the calendar."""
    names = {one.user_id: one.name for one in participants if one.user_id is not None}
    if not names:
        return []
    held_by = "column__doctor_role__user"
    found = coming_video_appointments(now).filter(**{f"{held_by}__in": list(names)})
    counted = found.order_by().values_list(held_by).annotate(number=Count("pk"), first=Min("starts_at"))
    return [
        _effect(names[user_id], number, first) for user_id, number, first in sorted(counted, key=lambda row: row[2])
    ]


def _effect(name: str, number: int, first: datetime) -> Effect:
    day = timezone.localtime(first)
    words = ngettext(
        "%(name)s: ein Videotermin am %(day)s", "%(name)s: %(n)d Videotermine, der erste am %(day)s", number
    ) % {"name": name, "n": number, "day": f"{day:%d.%m.%Y}"}
    return Effect(words, f"{reverse('calendar')}?tag={day:%Y-%m-%d}")
