"""What eTermin does with an appointment whose location is "Arztkonsultation": it creates the call there, and the join
link takes the place of the location (wire-formats §1.4). Only when the account holds an address and a token.
"""

import http.client
import json
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from simulators.etermin.store import Fields, Store

VIDEO = "Arztkonsultation"
TIMEOUT_SECONDS = 15


class Calls:
    def __init__(self, store: Store) -> None:
        self._store = store

    def create(self, appointment: Fields) -> Fields:
        if appointment.get("location") != VIDEO or not self._account()["calls_url"]:
            return appointment
        answer = self._ask("POST", "", _wanted(self._account(), appointment))
        if answer is None:
            return appointment
        data = answer["data"]
        tan = next((user["tan"] for user in data["users"] if user["role_id"] == 1), "")
        host = self._account()["calls_url"].rstrip("/")
        link = f"{host}/video/login?tan={tan}"
        return self._store.change(appointment["uid"], {"call": data["id"], "location": link, "tan": tan})

    def change(self, appointment: Fields) -> Fields:
        if "call" in appointment:
            self._ask("PUT", f"/{appointment['call']}", _wanted(self._account(), appointment))
        return appointment

    def delete(self, appointment: Fields) -> None:
        if "call" in appointment:
            self._ask("DELETE", f"/{appointment['call']}", None)

    def _account(self) -> Fields:
        return self._store.account()

    def _ask(self, method: str, path: str, body: Fields | None) -> Any:
        account = self._account()
        address = urlsplit(account["calls_url"])
        kind = http.client.HTTPSConnection if address.scheme == "https" else http.client.HTTPConnection
        connection = kind(address.hostname or "", address.port, timeout=TIMEOUT_SECONDS)
        headers = {"Authorization": f"Bearer {account['calls_token']}", "Content-Type": "application/json"}
        try:
            connection.request(method, f"/api/v2/calls{path}", json.dumps(body) if body else None, headers)
            answer = connection.getresponse()
            content = answer.read()
            return json.loads(content) if answer.status < 300 and content else None
        except (OSError, ValueError, http.client.HTTPException):
            return None
        finally:
            connection.close()


def _wanted(account: Fields, appointment: Fields) -> Fields:
    """The four fields of seed 003 and nothing more."""
    start, end = (datetime.fromisoformat(appointment[name]) for name in ("start", "end"))
    calendar: Fields = next((one for one in account["calendars"] if one["id"] == appointment["calendar"]), {})
    name = f"{appointment.get('first_name', '')} {appointment.get('last_name', '')}".strip()
    reference = str(calendar.get("reference", ""))
    return {
        "call_type": "tan", "for_user_id": int(reference) if reference.isdecimal() else None,
        "begin": int(start.timestamp()), "duration": int((end - start).total_seconds() // 60), "tan_username": name,
        "tan_email": appointment.get("email", ""), "tan_phone": appointment.get("phone", ""),
        "extid": appointment["uid"],
    }  # fmt: skip
