"""GET /api/appointment and /api/appointmentsync, as customers' programs see them (wire-formats §1.1, §1.2)."""

import base64
import hashlib
import hmac
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from simulators.betty24.answers import Answer, Request, as_json
from simulators.betty24.server import Outcome
from simulators.etermin import faults
from simulators.etermin.faults import FaultScript
from simulators.etermin.instants import iso
from simulators.etermin.store import Fields, Store

TEXT = "text/plain; charset=utf-8"
PERSON = {
    "Salutation": "salutation", "FirstName": "first_name", "LastName": "last_name", "Email": "email", "Phone": "phone",
    "Street": "street", "ZIP": "zip", "Town": "town", "Notes": "notes", "Birthday": "birthday",
    "ServicesText": "service", "Location": "location",
}  # fmt: skip


def respond(store: Store, script: FaultScript, request: Request) -> Outcome:
    resource = request.path.removeprefix("/api/").strip("/")
    fault = script.take(resource)
    if fault and fault.kind == "down":
        return Outcome(Answer(503), down_seconds=fault.seconds)
    if fault and (answer := faults.instead(fault)):
        return Outcome(answer)
    return Outcome(_answer(store, resource, request), faults.on_the_wire(fault))


def _answer(store: Store, resource: str, request: Request) -> Answer:
    account = store.account()
    if not _is_signed(account, request.headers):
        return Answer(401, b"Unauthorized", TEXT)
    if request.method != "GET" or resource not in ("appointment", "appointmentsync"):
        return Answer(405, b"The simulator only reads.", TEXT)
    if resource == "appointment":
        return _listed([_record(account, one) for one in _wanted(store, account, request.query)])
    word = request.query.get("synctoken", "")
    after = int(word) if word.isascii() and word.isdecimal() else 1
    newest = max(store.newest_seq(), 1)
    changed = [_record(account, one) | _sync(one) for one in store.all(after=after, with_deleted=True)]
    answer = _listed(changed)
    answer.headers["SyncToken"] = str(newest)
    return answer


def _is_signed(account: Fields, headers: dict[str, str]) -> bool:
    """Signed is only the salt."""
    salt, private = headers.get("salt", ""), str(account["private_key"])
    wanted = base64.b64encode(hmac.digest(private.encode(), salt.encode(), hashlib.sha256)).decode()
    is_known = hmac.compare_digest(headers.get("publickey", "").encode(), str(account["public_key"]).encode())
    return is_known and bool(salt) and hmac.compare_digest(headers.get("signature", "").encode(), wanted.encode())


def _listed(records: list[Fields]) -> Answer:
    """Nothing is an empty body, not an empty list."""
    return as_json(records) if records else Answer(200)


def _wanted(store: Store, account: Fields, query: dict[str, str]) -> list[Fields]:
    """By external id, by internal id, or by days, the last of which does not count any more."""
    zone = ZoneInfo(account["time_zone"])
    found = store.all()
    if "id" in query:
        return [one for one in found if one["uid"] == query["id"]]
    if "appid" in query:
        return [one for one in found if str(one["n"]) == query["appid"]]
    day = {one["uid"]: iso(datetime.fromisoformat(one["start"]), zone)[:10] for one in found}
    first, last = query.get("start", ""), query.get("end", "9999")
    return [one for one in found if first <= day[one["uid"]] < last]


def _record(account: Fields, one: Fields) -> Fields:
    zone = ZoneInfo(account["time_zone"])
    calendar: Any = next((known for known in account["calendars"] if known["id"] == one["calendar"]), {})
    record: Fields = {"ID": one["n"], "ExternalID": one["uid"]}
    for name, place in (("start", "StartDateTime"), ("end", "EndDateTime")):
        instant = datetime.fromisoformat(one[name])
        record |= {place: iso(instant, zone), f"{place}UTC": iso(instant)}
    record |= {name: one.get(here, "") for name, here in PERSON.items()}
    record |= {"CalendarID": one["calendar"], "CalendarName": calendar.get("name", "")}
    return record | {"Reference": calendar.get("reference", "")}


def _sync(one: Fields) -> Fields:
    return {"SyncKey": one["uid"], "SyncStatus": 3 if one["deleted"] else 1}
