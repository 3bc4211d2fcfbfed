"""What was printed together: all letters of a print run carry the same instant."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Model, QuerySet

from accounts.models import Practice
from notifications.models import Message, Skipped
from notifications.selectors.letters import LetterView, letters_for

SHOWN = timedelta(days=30)
# A letter is printed soon after its reason; older rows need not be looked through.
_OLDEST = timedelta(days=120)


@dataclass(frozen=True)
class PrintRun:
    at: datetime
    letters: int

    @property
    def key(self) -> str:
        return self.at.isoformat()


def print_runs(now: datetime) -> list[PrintRun]:
    """The latest first; two queries."""
    counts: dict[datetime, int] = {}
    rows: list[QuerySet[Skipped] | QuerySet[Message]] = [
        Skipped.objects.filter(at__gte=now - _OLDEST),
        Message.objects.filter(created_at__gte=now - _OLDEST),
    ]
    for found in rows:
        printed = found.filter(letter_printed_at__gte=now - SHOWN).order_by().values("letter_printed_at")
        for at, n in printed.annotate(n=Count("pk")).values_list("letter_printed_at", "n"):
            if at is not None:
                counts[at] = counts.get(at, 0) + n
    return [PrintRun(at, counts[at]) for at in sorted(counts, reverse=True)]


def letters_of_run(practice: Practice, at: datetime) -> list[LetterView]:
    def ids(model: type[Model]) -> list[int]:
        return list(model._default_manager.filter(letter_printed_at=at).values_list("pk", flat=True))

    return letters_for(practice, skipped_ids=ids(Skipped), message_ids=ids(Message))
