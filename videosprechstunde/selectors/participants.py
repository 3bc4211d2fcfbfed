"""Participants of the Videosprechstunde, and what uses them."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext

from accounts.models import OnlineParticipant
from accounts.selectors import Effect, usable_participants
from scheduling.selectors.video import coming_video_appointments
from videosprechstunde.models import VideoParticipant


def video_participants() -> QuerySet[VideoParticipant]:
    """Those that are not removed, by name."""
    found = VideoParticipant.objects.filter(removed_at=None)
    related = found.select_related("participant__account", "participant__user", "appointment_type")
    return related.prefetch_related("doctor_roles").order_by("participant__name", "pk")


def free_participants() -> QuerySet[OnlineParticipant]:
    """Of active online accounts, and not yet taken."""
    taken = VideoParticipant.objects.filter(removed_at=None).values("participant")
    return usable_participants().exclude(pk__in=taken)


def uses_of(one: VideoParticipant, now: datetime) -> Sequence[Effect]:
    """The video appointments to come that stand with its doctor roles."""
    roles = list(one.doctor_roles.all())
    effects = []
    for role in roles:
        found = coming_video_appointments(now).filter(column__doctor_role=role).order_by("starts_at")
        first, number = found.first(), found.count()
        if first is not None:
            day = timezone.localtime(first.starts_at)
            words = ngettext(
                "%(name)s: ein Videotermin am %(day)s", "%(name)s: %(n)d Videotermine, der erste am %(day)s", number
            ) % {"name": role.name, "n": number, "day": f"{day:%d.%m.%Y}"}
            effects.append(Effect(words, f"{reverse('calendar')}?tag={day:%Y-%m-%d}"))
    return effects
