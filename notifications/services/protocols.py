from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import Practice, User
from notifications.events import ProtocolCleared
from notifications.selectors import protocols
from praxis.core.events import publish


@transaction.atomic
def clear_protocol(*, practice: Practice, tab: str, actor: User | None, now: datetime) -> int:
    """Alle löschen: what a tab shows is hidden from the protocols. What was sent stays provable, letters stay due.

    What is unclear needs a decision and cannot be wiped away.
    """
    shown: dict[str, QuerySet[Any]] = {
        protocols.RUNS: protocols.runs().exclude(result=""),
        protocols.ERRORS: protocols.errors(),
        protocols.SKIPPED: protocols.skipped(),
    }
    if tab not in shown:
        return 0
    cleared = shown[tab].filter(practice=practice).order_by().update(cleared_at=now)
    publish(ProtocolCleared(practice_id=practice.pk, actor_id=actor.pk if actor else None))
    return cleared
