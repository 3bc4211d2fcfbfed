"""seven.io: POST /api/sms, GET /api/journal/outbound, webhook "dlr". Source: docs.seven.io/en/rest-api.

It knows no idempotency keys. Our `foreign_id` is in its journal, but cannot be searched for: number and day can.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import Any

from notifications.channels.base import ACCOUNT_PAUSE, Access, Asked, Outgoing, Receipt, Report, of_the_account
from notifications.models.words import Outcome
from praxis.core.exceptions import OutsideError
from praxis.core.http import request

BASE_URL = "https://gateway.seven.io"
SECONDS = 20.0
_PAGE = 100
_MOST_PAGES = 200
# So few are asked about one by one.
_FEW = 3
# Nothing is wrong with the message, but with the account: what else it has would meet the same.
_ACCOUNT = {
    "201": "Der Absender wird nicht angenommen.", "500": "Das Guthaben bei seven.io ist verbraucht.",
    "900": "Der API-Schlüssel wird nicht anerkannt.", "901": "Die Signatur wird nicht anerkannt.",
    "902": "Der API-Schlüssel darf keine SMS senden.", "903": "Diese Internet-Adresse ist nicht freigegeben.",
    "300": "Der API-Schlüssel fehlt.",
}  # fmt: skip
_MESSAGE = {
    "202": "Die Mobilnummer wird nicht angenommen.", "301": "Die Mobilnummer fehlt.", "305": "Der Text fehlt.",
    "401": "Der Text ist zu lang.", "403": "An diese Nummer darf heute nichts mehr gesendet werden.",
}  # fmt: skip
_LATER = {"11": "Das Mobilfunknetz ist vorübergehend nicht erreichbar."}
_OUTCOMES = {
    "ACCEPTED": Outcome.ACCEPTED, "TRANSMITTED": Outcome.BUFFERED, "BUFFERED": Outcome.BUFFERED,
    "DELIVERED": Outcome.DELIVERED, "NOTDELIVERED": Outcome.NOT_DELIVERED, "REJECTED": Outcome.NOT_DELIVERED,
    "FAILED": Outcome.NOT_DELIVERED, "EXPIRED": Outcome.EXPIRED,
}  # fmt: skip


class Seven:
    is_instant = False
    can_query = True

    def __init__(self, access: Access) -> None:
        self.access = access

    def send(self, message: Outgoing) -> Receipt:
        body = {"to": message.recipient, "text": message.text, "foreign_id": message.reference}
        if self.access.sender:
            body["from"] = self.access.sender
        try:
            answer = request(
                "POST", f"{self._base}/api/sms", timeout=SECONDS, idempotent=False, headers=self._headers, json=body,
                allow_private=self.access.is_inside,
            )  # fmt: skip
        except OutsideError as error:
            raise of_the_account(error) from error
        return _receipt(answer.json())

    def query(self, asked: Sequence[Asked]) -> list[Report]:
        """Of many whose numbers are known the days are read at once; the others are looked for one by one."""
        lost = [one for one in asked if not one.gateway_reference]
        taken = [one for one in asked if one.gateway_reference]
        reports = [report for one in lost if (report := self._find(one)) is not None]
        if len(taken) <= _FEW:
            return reports + [report for one in taken if (report := self._find(one)) is not None]
        return reports + self._news_of(taken)

    def _news_of(self, taken: Sequence[Asked]) -> list[Report]:
        days = sorted(one.sent_at for one in taken)
        own = {one.gateway_reference: one for one in taken}
        rows = self._journal(_days(days[0], days[-1]))
        return [_report(row, own[str(row.get("id"))]) for row in rows if str(row.get("id")) in own]

    def _find(self, one: Asked) -> Report | None:
        """A report for one message; None: the journal of its days does not have it.

        It is not documented whether the journal keeps numbers with their plus: not found means under neither.
        """
        days = _days(one.sent_at, one.sent_at)
        asked = [{"to": one.recipient, **days}, {"to": one.recipient.removeprefix("+"), **days}]
        if one.gateway_reference:
            asked = [{"id": one.gateway_reference}]
        for row in chain.from_iterable(map(self._journal, asked)):
            if str(row.get("foreign_id") or "") == one.reference or str(row.get("id")) == one.gateway_reference:
                return _report(row, one)
        return None

    def _journal(self, wanted: Mapping[str, str]) -> Iterator[dict[str, Any]]:
        for page in range(_MOST_PAGES):
            rows = request(
                "GET", f"{self._base}/api/journal/outbound", timeout=SECONDS, idempotent=True, headers=self._headers,
                params={**wanted, "limit": str(_PAGE), "offset": str(page * _PAGE)},
                allow_private=self.access.is_inside,
            ).json()  # fmt: skip
            if not isinstance(rows, list):
                raise OutsideError("seven.io antwortet unverständlich auf die Frage nach dem Journal.")
            yield from (row for row in rows if isinstance(row, dict))
            if len(rows) < _PAGE:
                return
        raise OutsideError("Das Journal von seven.io ist zu lang, um etwas sicher nicht zu finden.")

    def read_report(self, query: Mapping[str, str], body: bytes, content_type: str) -> list[Report]:
        """The webhook "dlr" as JSON, or its older form with everything in the query."""
        data: Mapping[str, Any] = query
        if body.strip():
            payload = json.loads(body)
            if not isinstance(payload, dict) or payload.get("webhook_event") != "dlr":
                raise ValueError("no delivery report")
            data = payload.get("data") or {}
        outcome = _OUTCOMES.get(str(data.get("status") or "").upper())
        if not data.get("msg_id") or outcome is None:
            raise ValueError("no delivery report")
        return [
            Report(
                outcome, reference=str(data.get("foreign_id") or ""), gateway_reference=str(data["msg_id"]),
                at=_instant(data.get("timestamp")),
            )
        ]  # fmt: skip

    @property
    def _base(self) -> str:
        return (self.access.base_url or BASE_URL).rstrip("/")

    @property
    def _headers(self) -> dict[str, str]:
        return {"X-Api-Key": self.access.secret, "Accept": "application/json"}


def _days(first: datetime, last: datetime) -> dict[str, str]:
    """With a day to spare: theirs may be counted in another zone."""
    day = timedelta(days=1)
    return {"date_from": f"{first - day:%Y-%m-%d}", "date_to": f"{last + day:%Y-%m-%d}"}


def _report(row: Mapping[str, Any], one: Asked) -> Report:
    return Report(
        _OUTCOMES.get(str(row.get("dlr") or "").upper(), Outcome.ACCEPTED), reference=one.reference,
        gateway_reference=str(row.get("id") or ""), at=_instant(row.get("dlr_timestamp")),
    )  # fmt: skip


def _receipt(answer: Any) -> Receipt:
    """Errors come as HTTP 200 with a bare number, or with the number in `success`."""
    if not isinstance(answer, dict):
        raise _refusal(str(answer))
    messages = answer.get("messages")
    first = messages[0] if isinstance(messages, list) and messages and isinstance(messages[0], dict) else {}
    code = str(answer.get("success"))
    if code in {"100", "101"} and first.get("success") is True and first.get("id"):
        price = first.get("price")
        points = round(price * 10_000) if isinstance(price, int | float) else None
        return Receipt(gateway_reference=str(first["id"]), price_points=points)
    raise _refusal(str(first.get("error") or code))


def _refusal(code: str) -> OutsideError:
    if code in _ACCOUNT:
        return OutsideError(f"{_ACCOUNT[code]} ({code})", retry_after=ACCOUNT_PAUSE)
    if code in _MESSAGE:
        return OutsideError(f"{_MESSAGE[code]} ({code})", permanent=True)
    if code in _LATER:
        return OutsideError(f"{_LATER[code]} ({code})")
    # 402: the same text went to this number within three minutes, perhaps by our own lost attempt.
    return OutsideError(f"seven.io antwortet mit {code[:20]}.", outcome_unknown=True)


def _instant(value: Any) -> datetime | None:
    try:
        return datetime.fromtimestamp(float(value), tz=UTC)
    except (TypeError, ValueError, OverflowError):
        pass
    try:
        read = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return read if read.tzinfo else read.replace(tzinfo=UTC)
