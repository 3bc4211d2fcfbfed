"""What comes back from outside, and what its status and headers mean, in words and spans."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from praxis.core.exceptions import OutsideError

_LONGEST_WAIT = timedelta(hours=24)


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str] = field(repr=False)
    content: bytes = field(repr=False)
    idempotent: bool

    def json(self) -> Any:
        """Raises OutsideError when the other side did not send JSON."""
        try:
            return json.loads(self.content)
        except ValueError as error:
            message = "Die Gegenstelle antwortet unverständlich (kein JSON)."
            raise OutsideError(message, outcome_unknown=not self.idempotent, status=self.status) from error


@dataclass(frozen=True)
class Flow:
    """An answer while it arrives, as sent: nothing is unpacked."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    chunks: Iterator[bytes] = field(repr=False)


def reason_of(status: int) -> str:
    if status in {401, 403}:
        return "erkennt die Zugangsdaten nicht an"
    if status == 429:
        return "bittet um eine Pause"
    if 300 <= status < 400:
        return "verweist auf eine andere Adresse"
    return "meldet eine Störung" if status >= 500 else "lehnt die Anfrage ab"


def wait_asked_for(value: str, *, now: datetime) -> timedelta | None:
    """Seconds or an HTTP date (RFC 9110); None when neither."""
    if value.isascii() and value.isdigit():
        wait = timedelta(seconds=min(int(value), int(_LONGEST_WAIT.total_seconds())))
    else:
        try:
            wait = parsedate_to_datetime(value) - now
        except (TypeError, ValueError):
            return None
    return min(max(wait, timedelta()), _LONGEST_WAIT)
