"""ASPSMS: json.aspsms.com. Our reference travels behind the number and can be asked for, so little stays unclear.

DeliveryStatus: -1 not known or not yet submitted, 0 delivered, 1 buffered, 2 not delivered.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from notifications.channels.base import ACCOUNT_PAUSE, Access, Asked, Outgoing, Receipt, Report, of_the_account
from notifications.models.words import Outcome
from notifications.segments import GSM, count_segments
from praxis.core.exceptions import OutsideError
from praxis.core.http import request

BASE_URL = "https://json.aspsms.com"
SECONDS = 20.0
_ASKED_AT_ONCE = 50
_ACCOUNT = {
    "3": "Die Zugangsdaten werden nicht anerkannt.", "5": "Das Guthaben bei ASPSMS ist verbraucht.",
    "8": "Der Userkey wird nicht anerkannt.", "9": "Das Kennwort wird nicht anerkannt.",
    "10": "Der Absender wird nicht angenommen.", "17": "Die Rückmelde-Adresse wird nicht angenommen.",
    "18": "Die Rückmelde-Adresse wird nicht angenommen.", "19": "Die Rückmelde-Adresse wird nicht angenommen.",
    "25": "Der Zugang ist gesperrt.", "28": "Der Absender ist nicht freigeschaltet.",
    "29": "Der Absender ist nicht freigeschaltet.", "30": "Der Absender ist nicht freigeschaltet.",
    "31": "Der Absender ist nicht freigeschaltet.",
}  # fmt: skip
_MESSAGE = {"20": "Die Mobilnummer fehlt.", "22": "Der Zeitpunkt wird nicht angenommen.", "23": "Die Kennung fehlt."}
_LATER = {"2": "Die Verbindung kam nicht zustande.", "24": "Der Dienst ist vorübergehend nicht verfügbar."}
_OUTCOMES = {"0": Outcome.DELIVERED, "1": Outcome.BUFFERED, "2": Outcome.NOT_DELIVERED}
# Unknown subscriber, call barred, illegal subscriber: nobody will ever read anything there.
_DEAD_NUMBER = {"101", "103", "105"}


class Aspsms:
    is_instant = False
    can_query = True

    def __init__(self, access: Access) -> None:
        self.access = access

    def send(self, message: Outgoing) -> Receipt:
        body: dict[str, Any] = {
            "Originator": self.access.sender or "Praxis",
            "Recipients": [f"{message.recipient}:{message.reference}"],
            "MessageText": message.text,
            "ForceGSM7bit": count_segments(message.text).encoding == GSM,
        }
        if self.access.callback_url:
            told = f"{self.access.callback_url}?dst=<DST>&trn=<TRN>&rsn=<RSN>&at=<DSCTSUTC>"
            names = ("URLBufferedMessageNotification", "URLDeliveryNotification", "URLNonDeliveryNotification")
            body |= dict.fromkeys(names, told)
        try:
            answer = self._ask("SendTextSMS", body, idempotent=False)
        except OutsideError as error:
            raise of_the_account(error) from error
        code = str(answer.get("StatusCode"))
        if code != "1":
            raise _refusal(code)
        return Receipt(gateway_reference=message.reference)

    def query(self, asked: Sequence[Asked]) -> list[Report]:
        reports: list[Report] = []
        for start in range(0, len(asked), _ASKED_AT_ONCE):
            references = [one.reference for one in asked[start : start + _ASKED_AT_ONCE]]
            answer = self._ask(
                "InquireDeliveryNotifications", {"TransactionReferenceNumbers": ";".join(references)}, idempotent=True
            )
            if str(answer.get("StatusCode")) != "1":
                raise _refusal(str(answer.get("StatusCode")))
            rows = answer.get("DeliveryNotifications")
            reports += [report for row in rows or [] if (report := _report(row)) is not None]
        return reports

    def read_report(self, query: Mapping[str, str], body: bytes, content_type: str) -> list[Report]:
        if not query.get("trn") or query.get("dst") not in _OUTCOMES:
            raise ValueError("no delivery report")
        row = {
            "TransactionReferenceNumber": query["trn"], "DeliveryStatus": query["dst"],
            "Reasoncode": query.get("rsn", ""), "NotificationDate": query.get("at", ""),
        }  # fmt: skip
        return [report for report in [_report(row)] if report is not None]

    def _ask(self, path: str, body: dict[str, Any], *, idempotent: bool) -> dict[str, Any]:
        base = (self.access.base_url or BASE_URL).rstrip("/")
        answer = request(
            "POST", f"{base}/{path}", timeout=SECONDS, idempotent=idempotent, allow_private=self.access.is_inside,
            json={"UserName": self.access.user, "Password": self.access.secret, **body},
        ).json()  # fmt: skip
        if not isinstance(answer, dict):
            raise OutsideError("ASPSMS antwortet unverständlich.", outcome_unknown=not idempotent)
        return answer


def _report(row: Any) -> Report | None:
    """None: not known, or not yet."""
    outcome = _OUTCOMES.get(str(row.get("DeliveryStatus"))) if isinstance(row, dict) else None
    if outcome is None:
        return None
    reference = str(row.get("TransactionReferenceNumber") or "")
    return Report(
        outcome, reference=reference, gateway_reference=reference, at=_instant(row.get("NotificationDate")),
        is_hard_bounce=outcome == Outcome.NOT_DELIVERED and str(row.get("Reasoncode")) in _DEAD_NUMBER,
    )  # fmt: skip


def _refusal(code: str) -> OutsideError:
    if code in _ACCOUNT:
        return OutsideError(f"{_ACCOUNT[code]} ({code})", retry_after=ACCOUNT_PAUSE)
    if code in _MESSAGE:
        return OutsideError(f"{_MESSAGE[code]} ({code})", permanent=True)
    if code in _LATER:
        return OutsideError(f"{_LATER[code]} ({code})")
    # 6 and 7: time-out and transmission error inside ASPSMS; it may have gone on.
    return OutsideError(f"ASPSMS antwortet mit {code[:20]}.", outcome_unknown=True)


def _instant(value: Any) -> datetime | None:
    """ "23112026101500" (day first) in UTC."""
    try:
        return datetime.strptime(str(value), "%d%m%Y%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None
