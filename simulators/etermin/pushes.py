"""Web Push: JSON with every field, or form variables in capitals with only the filled ones (wire-formats §1.3)."""

import http.client
import json
import threading
from datetime import datetime
from typing import Any
from urllib.parse import urlencode, urlsplit
from zoneinfo import ZoneInfo

from simulators.etermin import faults
from simulators.etermin.faults import FaultScript
from simulators.etermin.instants import compact, iso
from simulators.etermin.store import Fields, Store

TIMEOUT_SECONDS = 15
# Field of the push, by what it is called here.
PERSON = {
    "salutation": "salutation", "lastName": "last_name", "firstName": "first_name", "phone": "phone", "email": "email",
    "street": "street", "ZIP": "zip", "town": "town", "birthday": "birthday", "notes": "notes",
    "selectedAnswers": "service", "location": "location",
}  # fmt: skip


class Pushing:
    def __init__(self, store: Store, script: FaultScript) -> None:
        self._store = store
        self._script = script
        self._lock = threading.Lock()
        self._held: list[tuple[str, Fields]] = []

    def tell(self, command: str, appointment: Fields) -> None:
        """At most once, as eTermin: a failure is noted and that is all."""
        fault = self._script.take("push")
        if fault and fault.kind == faults.LOST:
            self._store.note_push(appointment["uid"], command, "lost")
            return
        if fault and fault.kind == faults.HELD:
            with self._lock:
                self._held.append((command, appointment))
            return
        self._send(command, appointment)
        if fault and fault.kind == faults.TWICE:
            self._send(command, appointment)

    def release(self, order: list[int] | None) -> int:
        """What was held back, in this order of its positions; else the newest first."""
        with self._lock:
            held, self._held = self._held, []
        wanted = order if order is not None else list(range(len(held)))[::-1]
        for position in wanted:
            if 0 <= position < len(held):
                self._send(*held[position])
        return len(wanted)

    def _send(self, command: str, appointment: Fields) -> None:
        account = self._store.account()
        if account["push_url"]:
            self._store.note_push(appointment["uid"], command, _post(account, written(account, command, appointment)))

    def test(self, command: str) -> str:
        """The test buttons of the account's page."""
        account = self._store.account()
        sample = {
            "uid": "test-uid", "start": "2030-01-07T09:00:00+00:00", "end": "2030-01-07T09:15:00+00:00",
            "calendar": account["calendars"][0]["id"], "last_name": "Test", "first_name": "Test",
        }  # fmt: skip
        return _post(account, written(account, command, sample)) if account["push_url"] else "no push_url"


def written(account: Fields, command: str, appointment: Fields) -> tuple[str, bytes]:
    """Content type and body."""
    is_json = account["push_mode"] == "json"
    zone, write = ZoneInfo(account["time_zone"]), iso if is_json else compact
    calendar: Fields = next((one for one in account["calendars"] if one["id"] == appointment["calendar"]), {})
    fields: dict[str, Any] = {"command": command, "appointmentUID": appointment["uid"]}
    for name, place in (("start", "startDateTime"), ("end", "endDateTime")):
        instant = datetime.fromisoformat(appointment[name])
        fields |= {f"{place}UTC": write(instant), place: write(instant, zone)}
    fields |= {name: appointment.get(here, "") for name, here in PERSON.items()}
    fields |= {"calendarName": calendar.get("name", ""), "calendarID": appointment["calendar"]}
    fields["reference"] = calendar.get("reference", "")
    if is_json:
        return "application/json", json.dumps(fields).encode()
    filled = {name.upper(): value for name, value in fields.items() if value not in ("", None)}
    return "application/x-www-form-urlencoded", urlencode(filled).encode()


def _post(account: Fields, message: tuple[str, bytes]) -> str:
    address = urlsplit(account["push_url"])
    kind = http.client.HTTPSConnection if address.scheme == "https" else http.client.HTTPConnection
    connection = kind(address.hostname or "", address.port, timeout=TIMEOUT_SECONDS)
    headers = {"Content-Type": message[0], account["push_header"]: account["push_secret"]}
    try:
        connection.request("POST", f"{address.path}?{address.query}".rstrip("?"), message[1], headers)
        answer = connection.getresponse()
        answer.read()
        return str(answer.status)
    except (OSError, http.client.HTTPException) as error:
        return type(error).__name__
    finally:
        connection.close()
