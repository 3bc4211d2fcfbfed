"""What asks for the attention of staff, in one query."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from integrations.betty24.models import Betty24Booking, Betty24Connection, Betty24Push, Betty24Task
from integrations.betty24.selectors.bookings import new_bookings
from integrations.betty24.selectors.ledger import silent_for_longer
from praxis.core.workrow import OPEN_STATES


@dataclass(frozen=True, kw_only=True)
class Attention:
    """`silent_for`: how long the portal has been out of touch, when that is longer than the practice wants to wait;
    `waiting`: changes that it has not been told meanwhile."""

    new_bookings: int
    tasks: int
    waiting: int
    silent_for: timedelta | None

    @property
    def total(self) -> int:
        return self.new_bookings + self.tasks


def attention_now(now: datetime) -> Attention | None:
    """None without a connection."""
    connection = Betty24Connection.objects.annotate(
        new_count=_count(new_bookings()),
        task_count=_count(Betty24Task.objects.filter(done_at=None)),
        waiting_count=_count(Betty24Push.objects.filter(state__in=OPEN_STATES)),
    ).first()
    if connection is None:
        return None
    return Attention(
        new_bookings=connection.new_count,
        tasks=connection.task_count,
        waiting=connection.waiting_count,
        silent_for=silent_for_longer(connection, now),
    )


def _count(rows: "QuerySet[Betty24Booking] | QuerySet[Betty24Task] | QuerySet[Betty24Push]") -> Coalesce:
    counted = (
        rows.order_by().filter(connection=OuterRef("pk")).annotate(one=Value(1)).values("one").annotate(n=Count("pk"))
    )
    return Coalesce(Subquery(counted.values("n"), output_field=IntegerField()), 0)
