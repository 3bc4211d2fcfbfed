"""The calls of the practice, /v1."""

import json
import re
import sqlite3
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from urllib.parse import unquote

from simulators.betty24 import bookings, instants, locks
from simulators.betty24.answers import Answer, Refusal, Request, as_json, count_of, text_of
from simulators.betty24.faults import LOST, Fault, FaultScript, distorted, instead
from simulators.betty24.store import Calendar, Practice, Store

MOST_AT_ONCE = 500
ALWAYS = (-(2**62), 2**62)


@dataclass(frozen=True)
class Call:
    db: sqlite3.Connection
    practice: Practice
    request: Request
    words: tuple[str, ...]

    @property
    def calendar(self) -> Calendar:
        return self.practice.calendar(self.words[0])

    def window(self) -> tuple[int, int]:
        """[from, to) of the query, either end may be missing."""
        first, last = (self.request.query.get(name) for name in ("from", "to"))
        return (
            instants.instant(first, "from") if first else ALWAYS[0],
            instants.instant(last, "to") if last else ALWAYS[1],
        )


@dataclass(frozen=True)
class Route:
    method: str
    path: re.Pattern[str]
    kind: str
    carry_out: Callable[[Call], Answer]


def respond(store: Store, script: FaultScript, request: Request) -> tuple[Answer, Fault | None]:
    """The answer and what shall happen to it on the wire. Committed when this returns."""
    practice = _authorised(store, request)
    route, words = _route(request)
    fault = script.take(practice.id, route.kind)
    if fault and fault.kind == LOST:
        return Answer(500), fault
    with store.transaction() as db:
        if fault and fault.is_instead:
            answer = instead(fault)
        else:
            answer = _carried_out(route, Call(db, practice, request, words))
            answer = distorted(answer, fault) if fault else answer
        line = (practice.id, time.time(), request.method, request.path, answer.status)
        db.execute("insert into call (practice, at, method, path, status) values (?, ?, ?, ?, ?)", line)
    return answer, fault


def _authorised(store: Store, request: Request) -> Practice:
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    practice = store.practice(key) if scheme.lower() == "apikey" else None
    if practice is None:
        raise Refusal(401, "unknown_key", "the API key is not known")
    return practice


def _route(request: Request) -> tuple[Route, tuple[str, ...]]:
    for route in ROUTES:
        if route.method == request.method and (match := route.path.fullmatch(request.path)):
            return route, tuple(unquote(word) for word in match.groups())
    raise Refusal(404, "unknown_path", "no such call")


def _carried_out(route: Route, call: Call) -> Answer:
    try:
        return route.carry_out(call)
    except Refusal as refusal:
        return refusal.answer()


def calendars(call: Call) -> Answer:
    return as_json({"calendars": [asdict(calendar) for calendar in call.practice.calendars.values()]})


def changes(call: Call) -> Answer:
    query, practice = call.request.query, call.practice
    epoch, newest = _feed(call)
    limit = count_of(query, "limit", default=100, most=MOST_AT_ONCE)
    position = 0
    if word := query.get("cursor"):
        cursor_epoch, _, digits = word.partition(".")
        is_number = digits.isascii() and digits.isdecimal() and len(digits) < 16
        if cursor_epoch != epoch or not is_number or int(digits) > newest:
            raise Refusal(410, "cursor_expired", "this cursor is too old, read all bookings")
        position = int(digits)
    rows = call.db.execute(
        "select seq, type, booking from change where practice = ? and seq > ? order by seq limit ?",
        (practice.id, position, limit + 1),
    ).fetchall()
    shown = rows[:limit]
    found = [{"seq": row["seq"], "type": row["type"], "booking": json.loads(row["booking"])} for row in shown]
    next_cursor = f"{epoch}.{shown[-1]['seq'] if shown else position}"
    return as_json({"changes": found, "next_cursor": next_cursor, "has_more": len(rows) > limit})


def all_bookings(call: Call) -> Answer:
    query, practice = call.request.query, call.practice
    epoch, newest = _feed(call)
    first, last = call.window()
    limit = count_of(query, "limit", default=100, most=MOST_AT_ONCE)
    calendar = practice.calendar(query["calendar"]).id if query.get("calendar") else None
    rows = call.db.execute(
        "select * from booking where practice = ? and n > ? and starts >= ? and starts < ?"
        " and (? is null or calendar = ?) order by n limit ?",
        (practice.id, bookings.number_of(query.get("after", "")), first, last, calendar, calendar, limit + 1),
    ).fetchall()
    shown = rows[:limit]
    next_after = bookings.id_of(shown[-1]["n"]) if len(rows) > limit else None
    found = [bookings.represented(row, practice) for row in shown]
    return as_json({"bookings": found, "next_after": next_after, "cursor": f"{epoch}.{newest}"})


def put_lock(call: Call) -> Answer:
    calendar = call.calendar
    lock = locks.lock_of(call.request.fields(), call.words[1])
    is_new = locks.put(call.db, call.practice, calendar, lock)
    return as_json(locks.represented_lock(lock, calendar), 201 if is_new else 200)


def delete_lock(call: Call) -> Answer:
    locks.remove(call.db, call.practice, call.calendar, call.words[1])
    return Answer(204)


def list_locks(call: Call) -> Answer:
    calendar = call.calendar
    found = locks.starting_in(call.db, call.practice, calendar, *call.window())
    return as_json({"locks": [locks.represented_lock(lock, calendar) for lock in found]})


def digests(call: Call) -> Answer:
    first, last = (instants.day(call.request.query.get(name), name) for name in ("from", "to"))
    return as_json({"digests": locks.digests(call.db, call.practice, call.calendar, first, last)})


def not_free(call: Call) -> Answer:
    calendar, fields = call.calendar, call.request.fields()
    window, ranges = fields.get("window"), fields.get("ranges")
    if not isinstance(window, dict) or not isinstance(ranges, list) or not all(isinstance(one, dict) for one in ranges):
        raise Refusal(422, "invalid", "the body is {window: {start, end}, ranges: [...]}")
    first, last = instants.span(window)
    wanted = [locks.lock_of(one, text_of(one, "practice_ref")) for one in ranges]
    if len({lock.ref for lock in wanted}) < len(wanted):
        raise Refusal(422, "invalid", "a practice_ref stands in it twice")
    if not all(first <= lock.starts < last for lock in wanted):
        raise Refusal(422, "invalid", "every range starts in the window")
    return as_json(asdict(locks.upload(call.db, call.practice, calendar, (first, last), wanted)))


def place(call: Call) -> Answer:
    """An optional "version" says which version was placed: the place of an outdated one does not count.

    Placed on a slot, its time is locked under the practice's reference until the practice says otherwise: nobody else
    gets it between the two calls.
    """
    fields = call.request.fields()
    booking = bookings.find(call.db, call.practice, call.words[0])
    result, ref = text_of(fields, "result"), text_of(fields, "practice_ref")
    version = fields.get("version", booking["version"])
    if result not in ("slot", "extra") or not isinstance(version, int):
        raise Refusal(422, "invalid", "result is slot or extra, version a number")
    change = "update booking set placed = ?, placed_ref = ?, placed_at = ?, placed_version = ? where n = ?"
    call.db.execute(change, (result, ref, int(time.time()), version, booking["n"]))
    if result == "slot" and version == booking["version"] and booking["status"] == "booked":
        locks.stand_in(call.db, call.practice, booking, ref)
    return as_json({"id": bookings.id_of(booking["n"]), "version": booking["version"]})


def cancel(call: Call) -> Answer:
    reason = str(call.request.fields().get("reason") or "")[:500] if call.request.body else ""
    booking = bookings.find(call.db, call.practice, call.words[0])
    return as_json(
        bookings.represented(
            bookings.cancel(call.db, call.practice, booking, by="practice", reason=reason), call.practice
        )
    )


def _feed(call: Call) -> tuple[str, int]:
    """Epoch and newest position of the practice's feed."""
    query = (
        "select epoch, (select coalesce(max(seq), 0) from change where practice = p.id) from practice p where id = ?"
    )
    epoch, newest = call.db.execute(query, (call.practice.id,)).fetchone()
    return str(epoch), int(newest)


ROUTES = [
    Route(method, re.compile(path.replace("*", "([^/]+)")), kind, carry_out)
    for method, path, kind, carry_out in (
        ("GET", "/v1/changes", "pull", changes),
        ("PUT", "/v1/calendars/*/locks/*", "push", put_lock),
        ("DELETE", "/v1/calendars/*/locks/*", "push", delete_lock),
        ("POST", "/v1/bookings/*/placement", "placement", place),
        ("POST", "/v1/bookings/*/cancel", "cancel", cancel),
        ("GET", "/v1/bookings", "full", all_bookings),
        ("GET", "/v1/calendars", "describe", calendars),
        ("GET", "/v1/calendars/*/locks", "compare", list_locks),
        ("GET", "/v1/calendars/*/digests", "compare", digests),
        ("PUT", "/v1/calendars/*/not-free", "not-free", not_free),
    )
]
