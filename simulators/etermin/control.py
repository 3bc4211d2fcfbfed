"""The control surface for demo and tests, /sim: what patients do at eTermin, how the account is set up, faults."""

from typing import Any
from zoneinfo import ZoneInfo

from simulators.betty24.answers import Answer, Fields, Refusal, Request, as_json, text_of
from simulators.etermin.calls import Calls
from simulators.etermin.faults import FaultScript, fault_of
from simulators.etermin.instants import instant_of
from simulators.etermin.pushes import Pushing
from simulators.etermin.store import Store

TEXTS = (
    "uid", "last_name", "first_name", "email", "phone", "salutation", "street", "zip", "town", "birthday", "notes",
    "service", "location",
)  # fmt: skip


class Control:
    def __init__(self, store: Store, script: FaultScript, pushing: Pushing) -> None:
        self._store, self._script, self._pushing = store, script, pushing
        self._calls = Calls(store)

    def respond(self, request: Request) -> Answer:
        words = request.path.strip("/").split("/")[1:]
        match [request.method, *words]:
            case ["POST", "appointments"]:
                return as_json(self.create(request.fields()), 201)
            case ["GET", "appointments"]:
                return as_json({"appointments": self._store.all(with_deleted="all" in request.query)})
            case ["PUT", "appointments", uid]:
                return as_json(self.modify(uid, request.fields()))
            case ["DELETE", "appointments", uid]:
                return as_json(self.delete(uid))
            case ["GET", "pushes"]:
                return as_json({"pushes": self._store.pushes()})
            case ["POST", "release"]:
                order = request.fields().get("order") if request.body else None
                return as_json({"released": self._pushing.release(order)})
            case ["POST", "test", command]:
                return as_json({"status": self._pushing.test(command.upper())})
            case [method, *rest]:
                return self._setting_up(method, rest, request)
        raise Refusal(404, "unknown_path", "no such call")

    def _setting_up(self, method: str, words: list[str], request: Request) -> Answer:
        match [method, *words]:
            case ["GET", "account"]:
                return as_json(self._store.account())
            case ["PUT", "account"]:
                return as_json(self._store.set_up(request.fields()))
            case ["POST", "faults"]:
                lines = request.json()
                lines = lines if isinstance(lines, list) else [lines]
                self._script.replace([fault_of(line) for line in lines if isinstance(line, dict)])
                return as_json({"faults": self._script.left()})
            case ["GET", "faults"]:
                return as_json({"faults": self._script.left()})
            case ["POST", "reset"]:
                self._store.reset()
                self._script.replace([])
                self._pushing.release([])
                return as_json({})
        raise Refusal(404, "unknown_path", "no such call")

    def create(self, fields: Fields) -> Fields:
        account = self._store.account()
        wanted = _texts(fields) | self._times(fields) | {"calendar": self._calendar(text_of(fields, "calendar"))}
        wanted.setdefault("location", account["location"])
        made = self._calls.create(self._store.add(wanted))
        self._pushing.tell("CREATED", made)
        return made

    def modify(self, uid: str, fields: Fields) -> Fields:
        changes: Fields = _texts(fields) | self._times(fields)
        changes.pop("uid", None)
        if "calendar" in fields:
            changes["calendar"] = self._calendar(text_of(fields, "calendar"))
        changed = self._calls.change(self._store.change(uid, changes))
        self._pushing.tell("MODIFIED", changed)
        return changed

    def delete(self, uid: str) -> Fields:
        deleted = self._store.change(uid, {}, deleted=True)
        self._calls.delete(deleted)
        self._pushing.tell("DELETED", deleted)
        return deleted

    def _times(self, fields: Fields) -> dict[str, Any]:
        zone = ZoneInfo(self._store.account()["time_zone"])
        return {name: instant_of(fields[name], zone).isoformat() for name in ("start", "end") if name in fields}

    def _calendar(self, word: str) -> str:
        if word not in [one["id"] for one in self._store.account()["calendars"]]:
            raise Refusal(404, "unknown_calendar", f"no calendar {word!r}")
        return word


def _texts(fields: Fields) -> dict[str, Any]:
    return {name: str(fields[name])[:500] for name in TEXTS if name in fields}
