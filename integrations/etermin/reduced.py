"""What is left of a delivery when everything that mission E7 does not name is dropped."""

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Self

VIDEO, OTHER, MISSING = "video", "other", "missing"
INSTANTS = ("starts_at", "ends_at")


@dataclass(frozen=True, kw_only=True)
class Reduced:
    """None: not told, so what was known before still holds. Empty text: told that there is none.

    `location`: whether the appointment takes place by video ("video"), elsewhere ("other"), or nothing was said
    ("missing"): the text itself may be somebody's address. `service_id`: the service of the connection's list, 0 for
    any other. `user_id` and `call_id` come through the call API: doctor role and DoorCall.
    """

    uid: str
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    calendar_id: str | None = None
    calendar_name: str | None = None
    reference: str | None = None
    location: str | None = None
    service_id: int | None = None
    last_name: str | None = None
    first_name: str | None = None
    email: str | None = None
    mobile: str | None = None
    user_id: int | None = None
    call_id: int | None = None

    def dumps(self) -> str:
        told = {name: value for name, value in vars(self).items() if value is not None}
        words = {name: value.isoformat() if name in INSTANTS else value for name, value in told.items()}
        return json.dumps(words, ensure_ascii=False, sort_keys=True)

    @classmethod
    def loads(cls, text: str) -> Self:
        values: dict[str, Any] = json.loads(text)
        for name in INSTANTS:
            if name in values:
                values[name] = datetime.fromisoformat(values[name])
        return cls(**values)

    def over(self, earlier: "Reduced | None") -> "Reduced":
        """What is known after this came: the earlier state where this says nothing."""
        if earlier is None:
            return self
        return replace(earlier, **{name: value for name, value in vars(self).items() if value is not None})


def digest_of(command: str, said: str) -> str:
    """Equal for deliveries that say the same; `said` is what Reduced.dumps makes of it."""
    return hashlib.sha256(f"{command}|{said}".encode()).hexdigest()
