"""What the API says: plain JSON bytes. Times carry the offset of the practice's zone."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.utils import timezone

from scheduling.selectors.free import Slot

JSON = "application/json"


@dataclass(frozen=True)
class Answer:
    """Status, body and headers, before they become an HTTP response: an idempotent answer is kept in this form."""

    status: int
    data: dict[str, Any] | None = None
    headers: dict[str, str] = field(default_factory=dict)
    content_type: str = JSON

    @property
    def body(self) -> str:
        return "" if self.data is None else json.dumps(self.data, ensure_ascii=False)

    def response(self) -> HttpResponse:
        return json_response(self.body, status=self.status, content_type=self.content_type, headers=self.headers)


def json_response(
    body: str, *, status: int = 200, content_type: str = JSON, headers: dict[str, str] | None = None
) -> HttpResponse:
    # No cache between us and the caller may keep what can be about a patient.
    kept = {"Cache-Control": "no-store"} | (headers or {})
    if not body:
        response = HttpResponse(status=status, headers=kept)
        del response["Content-Type"]
        return response
    return HttpResponse(body, status=status, content_type=content_type, headers=kept)


class LocalTimes:
    """Instants as text of the active zone; thousands of slots share a few hundred instants, each is written once."""

    def __init__(self) -> None:
        self._zone: Any = timezone.get_current_timezone()
        self._known: dict[datetime, str] = {}

    @property
    def zone(self) -> ZoneInfo:
        return self._zone

    def text(self, instant: datetime) -> str:
        known = self._known.get(instant)
        if known is None:
            known = self._known[instant] = instant.astimezone(self._zone).isoformat()
        return known

    def slot(self, slot: Slot) -> dict[str, Any]:
        return {
            "column": slot.column_id, "starts_at": self.text(slot.starts_at), "ends_at": self.text(slot.ends_at),
        }  # fmt: skip

    def slots(self, slots: Iterable[Slot]) -> str:
        """The body of /free-slots. Written by hand, because this list is long and holds nothing to escape."""
        known, text = self._known.get, self.text
        rows = [
            f'{{"column": {column}, "starts_at": "{known(start) or text(start)}", '
            f'"ends_at": "{known(end) or text(end)}"}}'
            for column, start, end in slots
        ]
        return f'{{"slots": [{", ".join(rows)}]}}'
