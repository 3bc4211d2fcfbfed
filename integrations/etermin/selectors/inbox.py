"""What came in, for the people who look after it."""

from django.db.models import Count, Q, QuerySet

from integrations.etermin.models import EterminDelivery, EterminRun, EterminTask
from praxis.core.workrow import OPEN_STATES, WorkState

Outcome = EterminDelivery.Outcome
# Words of the filter, and what they mean.
STANDINGS: dict[str, Q] = {
    "wartet": Q(state__in=OPEN_STATES) | Q(outcome=Outcome.UNPLACED),
    "uebernommen": Q(outcome__in=[Outcome.BOOKED, Outcome.EXTRA, Outcome.MOVED, Outcome.CHANGED, Outcome.CANCELLED]),
    "ohne-wirkung": Q(outcome__in=[Outcome.UNCHANGED, Outcome.LATE, Outcome.IGNORED, Outcome.TEST]),
    "gescheitert": Q(state=WorkState.FAILED),
}


def deliveries(*, standing: str = "", command: str = "", door: str = "") -> QuerySet[EterminDelivery]:
    """The newest first."""
    found = EterminDelivery.objects.select_related("appointment__entry__column", "appointment__calendar")
    if standing in STANDINGS:
        found = found.filter(STANDINGS[standing])
    if command in EterminDelivery.Command.values:
        found = found.filter(command=command)
    if door in EterminDelivery.Door.values:
        found = found.filter(door=door)
    return found.order_by("-received_at", "-pk")


def counts() -> dict[str, int]:
    """By standing; one query."""
    return EterminDelivery.objects.aggregate(
        **{name.replace("-", "_"): Count("pk", filter=meaning) for name, meaning in STANDINGS.items()}
    )


def dead_letters() -> QuerySet[EterminDelivery]:
    return EterminDelivery.objects.filter(state=WorkState.FAILED)


def open_tasks() -> QuerySet[EterminTask]:
    return (
        EterminTask.objects.filter(done_at=None)
        .select_related("calendar", "appointment__entry__column", "appointment__entry__patient")
        .order_by("created_at", "pk")
    )


def runs() -> QuerySet[EterminRun]:
    return EterminRun.objects.order_by("-started_at", "-pk")
