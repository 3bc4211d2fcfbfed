"""The protocols (N7): what ran, and what went wrong, in tabs with the number of errors."""

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from notifications.models import ERROR_REASONS, JobRun, Message, MessageKind, Outcome, Skipped
from praxis.core.workrow import WorkState

RUNS, ERRORS, UNCLEAR, SKIPPED, ACTIVITY = "auftraege", "fehler", "unklar", "ausgelassen", "aktivitaet"
TABS = {
    RUNS: _("Auftragsverlauf"),
    ERRORS: _("Fehler"),
    UNCLEAR: _("Unklar"),
    SKIPPED: _("Nicht angeschrieben"),
    ACTIVITY: _("Aktivitäten"),
}
RUN_SORTS = {
    "zeit": "planned_for", "auftrag": "kind", "ergebnis": "result", "dauer": "finished_at", "ausloeser": "trigger",
}  # fmt: skip
MESSAGE_SORTS = {
    "zeit": "created_at", "weg": "channel", "art": "kind", "stand": "outcome", "grund": "reason",
    "name": "patient__folded_last",
}  # fmt: skip
SKIPPED_SORTS = {"zeit": "at", "grund": "reason", "art": "kind", "name": "patient__folded_last"}

_FAILED = Q(state=WorkState.FAILED) | Q(outcome__in=[Outcome.NOT_DELIVERED, Outcome.EXPIRED]) | Q(
    outcome=Outcome.LAPSED, reason__in=["too_late", "daily_cap"]
)  # fmt: skip


@dataclass(frozen=True)
class RunCounts:
    """What became of the messages that a run sent."""

    sent: int = 0
    delivered: int = 0
    failed: int = 0
    unclear: int = 0
    waiting: int = 0


def runs(*, sort: str = "zeit", descending: bool = True, kind: str = "", result: str = "") -> QuerySet[JobRun]:
    found = JobRun.objects.filter(cleared_at=None).select_related("job", "actor")
    if kind:
        found = found.filter(kind=kind)
    if result:
        found = found.filter(result=result)
    return _sorted(found, RUN_SORTS, sort, descending)


def counts_of_runs(run_ids: list[int]) -> dict[int, RunCounts]:
    """One query for a page of runs."""
    rows = (
        Message.objects.filter(sent_by__in=run_ids)
        .values("sent_by")
        .annotate(
            sent=Count("pk", filter=Q(state=WorkState.DONE, outcome__gte=Outcome.ACCEPTED)),
            delivered=Count("pk", filter=Q(outcome=Outcome.DELIVERED)),
            failed=Count("pk", filter=_FAILED),
            unclear=Count("pk", filter=Q(state=WorkState.UNKNOWN)),
            waiting=Count("pk", filter=Q(state__in=[WorkState.QUEUED, WorkState.RUNNING])),
        )
    )
    return {
        row["sent_by"]: RunCounts(
            sent=row["sent"], delivered=row["delivered"], failed=row["failed"], unclear=row["unclear"],
            waiting=row["waiting"],
        )
        for row in rows
    }  # fmt: skip


def errors(*, sort: str = "zeit", descending: bool = True, search: str = "") -> QuerySet[Message]:
    """Messages that reached nobody."""
    found = _messages(search).filter(_FAILED)
    return _sorted(found, MESSAGE_SORTS, sort, descending)


def unclear(*, sort: str = "zeit", descending: bool = True, search: str = "") -> QuerySet[Message]:
    return _sorted(_messages(search).filter(state=WorkState.UNKNOWN), MESSAGE_SORTS, sort, descending)


def activity(*, sort: str = "zeit", descending: bool = True, search: str = "") -> QuerySet[Message]:
    """Everything, as it stands now."""
    return _sorted(_messages(search), MESSAGE_SORTS, sort, descending)


def skipped(
    *, sort: str = "zeit", descending: bool = True, search: str = "", only_errors: bool = False
) -> QuerySet[Skipped]:  # fmt: skip
    """Who was not written to, and why."""
    found = Skipped.objects.filter(cleared_at=None).select_related("patient", "entry", "stage", "run")
    if only_errors:
        found = found.filter(reason__in=ERROR_REASONS)
    if search:
        found = found.filter(_named(search))
    return _sorted(found, SKIPPED_SORTS, sort, descending)


def tab_counts() -> dict[str, int]:
    """The numbers in brackets: how many errors each tab shows."""
    messages = Message.objects.filter(cleared_at=None).aggregate(
        failed=Count("pk", filter=_FAILED), unclear=Count("pk", filter=Q(state=WorkState.UNKNOWN))
    )
    bad = [JobRun.Result.ERROR, JobRun.Result.WITH_ERRORS]
    return {
        RUNS: JobRun.objects.filter(cleared_at=None, result__in=bad).count(),
        ERRORS: messages["failed"],
        UNCLEAR: messages["unclear"],
        SKIPPED: Skipped.objects.filter(cleared_at=None, reason__in=ERROR_REASONS).count(),
    }


def outbox(*, channel: str = "", kind: str = "", search: str = "") -> QuerySet[Message]:
    """Nachrichten-Ausgang: the newest first, readable until seven days after their end."""
    found = _messages(search)
    if channel:
        found = found.filter(channel=channel)
    if kind in MessageKind.values:
        found = found.filter(kind=kind)
    return found.order_by("-created_at", "-pk")


def _messages(search: str) -> QuerySet[Message]:
    found = Message.objects.filter(cleared_at=None).select_related("patient", "entry", "stage", "gateway")
    return found.filter(_named(search)) if search else found


def _named(search: str) -> Q:
    words = [word.lower() for word in search.split()]
    named = Q()
    for word in words:
        named &= Q(patient__folded_last__startswith=word) | Q(patient__folded_first__startswith=word)
    return named


def _sorted(found: QuerySet, sorts: dict[str, str], sort: str, descending: bool) -> QuerySet:
    column = sorts.get(sort, next(iter(sorts.values())))
    direction = "-" if descending else ""
    return found.order_by(f"{direction}{column}", "-pk")
