"""The figures of a month: what was sent, delivered, failed, and what it cost."""

from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count, Q, Sum
from django.db.models.functions import TruncDate

from notifications.models import Message, Outcome
from praxis.core.localtime import day_bounds
from praxis.core.workrow import WorkState


@dataclass(frozen=True)
class DayFigures:
    """`sent` includes what was delivered and what was not. `credits` are segments, `price_points` 1/100 of a cent."""

    day: date
    sent: int = 0
    delivered: int = 0
    failed: int = 0
    unclear: int = 0
    credits: int = 0
    price_points: int = 0


def month_figures(first_day: date, zone: ZoneInfo) -> list[DayFigures]:
    """A line for each day of the month of `first_day`; one query."""
    first = first_day.replace(day=1)
    after = (first + timedelta(days=32)).replace(day=1)
    starts_at, ends_at = day_bounds(first, zone)[0], day_bounds(after, zone)[0]
    rows = (
        Message.objects.filter(sent_at__gte=starts_at, sent_at__lt=ends_at)
        .annotate(day=TruncDate("sent_at", tzinfo=zone))
        .values("day")
        .annotate(
            sent=Count("pk", filter=Q(outcome__gte=Outcome.ACCEPTED)),
            delivered=Count("pk", filter=Q(outcome=Outcome.DELIVERED)),
            failed=Count(
                "pk", filter=Q(state=WorkState.FAILED) | Q(outcome__in=[Outcome.NOT_DELIVERED, Outcome.EXPIRED])
            ),
            unclear=Count("pk", filter=Q(state=WorkState.UNKNOWN)),
            credits=Sum("credits_booked", default=0),
            price_points=Sum("price_points", default=0),
        )
        .order_by("day")
    )
    known = {row["day"]: DayFigures(**row) for row in rows}
    days = (first + timedelta(days=number) for number in range((after - first).days))
    return [known.get(day, DayFigures(day)) for day in days]
