"""In what the practice and the portal can differ, and how a comparison tells it."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from integrations.betty24.models import Betty24Binding

# So many of a column are kept one by one; the others are only counted.
MOST_KEPT = 200


class What(StrEnum):
    MISSING = "missing"  # taken here, free there
    SURPLUS = "surplus"  # locked there, not taken here
    CHANGED = "changed"  # both, at other times
    BOOKING = "booking"  # booked, moved or cancelled there, not heard of here
    UNPLACED = "unplaced"  # booked there, no living appointment here, and nobody decided so
    GONE = "gone"  # an appointment here whose booking the portal does not list any more
    CANCELLED = "cancelled"  # cancelled there, alive here, and nobody was asked about it


OF_LOCKS = (What.MISSING, What.SURPLUS, What.CHANGED)


@dataclass(frozen=True)
class Difference:
    """`reference` is ours, or the portal's id of a booking; then `entry_id` is the appointment made of it."""

    what: What
    reference: str
    starts_at: datetime
    ends_at: datetime
    entry_id: int | None = None

    def as_json(self) -> dict[str, Any]:
        return {
            "what": self.what.value,
            "reference": self.reference,
            "starts_at": self.starts_at.isoformat(),
            "ends_at": self.ends_at.isoformat(),
            "entry": self.entry_id,
        }


@dataclass
class Comparison:
    """Of one binding. `waiting`: entries that are still to be told; they are no differences. `error`: why the portal
    could not be asked about this calendar; then nothing is known."""

    binding: Betty24Binding
    differences: list[Difference] = field(default_factory=list)
    taken_here: int = 0
    waiting: int = 0
    error: str = ""

    def as_json(self) -> dict[str, Any]:
        return {
            "binding": self.binding.pk, "taken_here": self.taken_here, "waiting": self.waiting, "error": self.error,
            "found": dict(Counter(one.what.value for one in self.differences)),
            "differences": [one.as_json() for one in self.differences[:MOST_KEPT]],
        }  # fmt: skip
