"""What could not be taken over, for the page of the coupling. Reasons name fields, never the people in them."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet

from accounts.models import Practice
from integrations.coupling.models import CouplingError

LONGEST = 500


@transaction.atomic
def note_error(*, practice: Practice, external_id: str, problem: dict[str, Any], now: datetime) -> None:
    """`problem`: the answer that the other system got (RFC 9457)."""
    said = {"code": problem["code"], "message": _words(problem), "last_at": now}
    known, is_new = CouplingError.objects.get_or_create(
        practice=practice, external_id=external_id, defaults=said | {"first_at": now}
    )
    if not is_new:
        CouplingError.objects.filter(pk=known.pk).update(times=F("times") + 1, **said)


def forget_error(*, practice: Practice, external_id: str) -> None:
    """It was taken over now, or somebody has read about it."""
    CouplingError.objects.filter(practice=practice, external_id=external_id).delete()


def errors_of() -> QuerySet[CouplingError]:
    """Of the active practice, the latest first."""
    return CouplingError.objects.order_by("-last_at", "-pk")


def _words(problem: dict[str, Any]) -> str:
    fields = [f"{one['field'] or '–'}: {one['message']}" for one in problem.get("errors", ())]
    # A single objection is the whole sentence already.
    said = fields if fields else [problem["detail"]]
    return " · ".join(said)[:LONGEST]
