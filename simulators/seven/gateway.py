"""The calls of seven.io: POST /api/sms, GET /api/journal/outbound, GET /api/balance, and the webhook "dlr"."""

import json
import threading
import time
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

from simulators.seven.faults import Fault, Faults
from simulators.seven.store import Store


@dataclass
class Reply:
    """`breaks`: a TCP reset instead of an answer."""

    body: bytes = b""
    status: int = 200
    content_type: str = "application/json"
    retry_after: str = ""
    breaks: bool = False


def json_reply(value: Any, status: int = 200) -> Reply:
    return Reply(json.dumps(value).encode(), status)


class Gateway:
    def __init__(self, store: Store, faults: Faults, key: str, callback: str) -> None:
        self.store, self.faults, self.key, self.callback = store, faults, key, callback

    def respond(self, method: str, path: str, query: dict[str, str], data: dict[str, Any], key: str) -> Reply:
        if key != self.key:
            # As the real one: 200 with a bare number.
            return Reply(b"900")
        if (method, path) == ("POST", "/api/sms"):
            return self._sms(data, self.faults.take("sms"))
        if (method, path) == ("GET", "/api/journal/outbound"):
            return self._journal(query, self.faults.take("journal"))
        if (method, path) == ("GET", "/api/balance"):
            return json_reply({"amount": 593.99, "currency": "EUR"})
        return json_reply({"error": "unknown"}, 404)

    def _sms(self, data: dict[str, Any], fault: Fault | None) -> Reply:
        if not data.get("to"):
            return Reply(b'"301"')
        if not data.get("text"):
            return Reply(b'"305"')
        refused = _not_carried_out(fault, lambda: self.store.accept(data))
        if refused is not None:
            return refused
        msg_id = self.store.accept(data)
        kind = fault.kind if fault else ""
        if kind == "slow" and fault:
            time.sleep(fault.seconds)
        if kind == "reset":
            return Reply(breaks=True)
        if kind == "500after":
            return Reply(b"oops", 500, "text/plain")
        if kind == "garbage":
            return Reply(b"<html>maintenance</html>", 200, "text/html")
        if kind == "callback-first":
            self.report(msg_id, str(data.get("foreign_id", "")), "DELIVERED", self.callback)
        return json_reply(_taken(msg_id, data))

    def _journal(self, query: dict[str, str], fault: Fault | None) -> Reply:
        if fault and fault.kind == "slow":
            time.sleep(fault.seconds)
        elif fault and fault.kind == "reset":
            return Reply(breaks=True)
        elif fault and fault.kind == "500":
            return Reply(b"oops", 500, "text/plain")
        elif fault and fault.kind == "garbage":
            return Reply(b"<html>maintenance</html>", 200, "text/html")
        rows = self.store.journal(
            recipient=query.get("to", ""), msg_id=query.get("id", ""), limit=min(int(query.get("limit", "100")), 100),
            offset=int(query.get("offset", "0")),
        )  # fmt: skip
        return json_reply(rows)

    def report(self, msg_id: int, foreign_id: str, status: str, url: str) -> int:
        """Call back; returns the status of the answer, 0 without one."""
        self.store.set_dlr(msg_id, status)
        data = {"msg_id": str(msg_id), "status": status, "timestamp": time.time(), "foreign_id": foreign_id}
        body = json.dumps({"webhook_event": "dlr", "data": data}).encode()
        parts = urlsplit(url)
        connection = HTTPConnection(parts.netloc, timeout=5)
        try:
            connection.request("POST", parts.path, body, {"Content-Type": "application/json"})
            return connection.getresponse().status
        except OSError:
            return 0
        finally:
            connection.close()


def _not_carried_out(fault: Fault | None, accept: Any) -> Reply | None:
    kind = fault.kind if fault else ""
    if kind == "late" and fault:
        threading.Timer(fault.seconds, accept).start()
        return Reply(breaks=True)
    replies = {
        "lost": Reply(breaks=True), "500": Reply(b"oops", 500, "text/plain"), "bare": Reply(b'"900"'),
        "402": Reply(b'"402"'), "nocredit": json_reply({"success": "500", "messages": []}),
        "refuse": json_reply({"success": "202", "messages": []}),
        "429": Reply(b"slow down", 429, "text/plain", retry_after=str(int(fault.seconds or 1)) if fault else "1"),
    }  # fmt: skip
    return replies.get(kind)


def _taken(msg_id: int, data: dict[str, Any]) -> dict[str, Any]:
    message = {
        "id": str(msg_id), "sender": data.get("from", ""), "recipient": data["to"], "text": data["text"],
        "encoding": "gsm", "label": None, "parts": 1, "udh": None, "is_binary": False, "price": 0.075, "success": True,
        "error": None, "error_text": None,
    }  # fmt: skip
    return {
        "success": "100", "total_price": 0.075, "balance": 593.99, "debug": "false", "sms_type": "direct",
        "messages": [message],
    }  # fmt: skip
