"""What was taken back is planned anew: by the worker, soon after the transaction that took it back."""

from collections.abc import Iterable
from datetime import datetime

from notifications.models import Replanning
from praxis.core.jobs import enqueue


def replan_soon(taken_back: Iterable[tuple[int | None, bool]], *, practice_id: int, now: datetime) -> None:
    """(entry, whether it was released already) of each message; those without an entry are left out."""
    released: dict[int, bool] = {}
    for entry_id, is_released in taken_back:
        if entry_id is not None:
            released[entry_id] = released.get(entry_id, False) or is_released
    for entry_id in sorted(released):
        enqueue(
            Replanning, dedupe_key=f"replan:{entry_id}", due_at=now, practice_id=practice_id, entry_id=entry_id,
            is_released=released[entry_id],
        )  # fmt: skip
