"""The control surface for demo and tests, /sim: patients by hand, what the practice sent, faults."""

import sqlite3
from dataclasses import asdict
from typing import Any

from simulators.betty24 import bookings, instants, locks
from simulators.betty24.answers import Answer, Fields, Refusal, Request, as_json, count_of, text_of
from simulators.betty24.bookings import PATIENT_FIELDS
from simulators.betty24.faults import DOWN, FaultScript, fault_of
from simulators.betty24.protocol import ALWAYS
from simulators.betty24.store import MOST_CALENDARS, Calendar, Practice, Store, new_epoch


class Control:
    def __init__(self, store: Store, script: FaultScript, default_key: str) -> None:
        self.store = store
        self.script = script
        self.default_key = default_key

    def respond(self, request: Request) -> tuple[Answer, float]:
        """The answer, and for how many seconds nobody shall answer after it."""
        key = request.headers.get("x-sim-key") or request.query.get("key") or self.default_key
        practice = self.store.practice(key)
        if practice is None:
            raise Refusal(404, "unknown_practice", "no practice has this key")
        match request.method, request.path.split("/")[2:]:
            case "GET", [what]:
                return self._shown(what, practice, request.query), 0
            case "POST", ["faults"]:
                return self._set_faults(practice, request.json())
            case "POST", ["practices"]:
                return self._add_practice(request.fields()), 0
            case "POST", ["expire-cursor"]:
                self._renew(practice, empty=False)
                return as_json({}), 0
            case "POST", ["reset"]:
                self._renew(practice, empty=True)
                return as_json({}), 0
            case "POST", ["bookings", *words]:
                with self.store.transaction() as db:
                    return _patient_does(db, practice, words, request), 0
        raise Refusal(404, "unknown_path", "no such call")

    def _shown(self, what: str, practice: Practice, query: dict[str, str]) -> Answer:
        if what == "faults":
            return as_json({"faults": self.script.left(practice.id)})
        if what not in SHOWN:
            raise Refusal(404, "unknown_path", "no such call")
        with self.store.transaction() as db:
            return as_json({"calls" if what == "log" else what: SHOWN[what](db, practice, query)})

    def _set_faults(self, practice: Practice, lines: Any) -> tuple[Answer, float]:
        """What was left before is gone. `down` begins at once, for everybody."""
        if not isinstance(lines, list) or not all(isinstance(line, dict) for line in lines):
            raise Refusal(422, "invalid", "the body is a list of {on, kind, times, seconds}")
        faults = [fault_of(line) for line in lines]
        self.script.replace(practice.id, [fault for fault in faults if fault.kind != DOWN])
        seconds = max((fault.seconds for fault in faults if fault.kind == DOWN), default=0.0)
        return as_json({"faults": self.script.left(practice.id)}), seconds

    def _add_practice(self, fields: Fields) -> Answer:
        key, lines = text_of(fields, "key"), fields.get("calendars")
        if not isinstance(lines, list) or not 1 <= len(lines) <= MOST_CALENDARS:
            raise Refusal(422, "invalid", f"calendars is a list of 1 to {MOST_CALENDARS}")
        calendars = [_calendar_of(line) for line in lines]
        if len({calendar.id for calendar in calendars}) < len(calendars):
            raise Refusal(422, "invalid", "an id stands in it twice")
        self.store.add_practice(key, calendars)
        return as_json({"key": key, "calendars": [asdict(calendar) for calendar in calendars]}, 201)

    def _renew(self, practice: Practice, *, empty: bool) -> None:
        with self.store.transaction() as db:
            db.execute("update practice set epoch = ? where id = ?", (new_epoch(), practice.id))
            if empty:
                for clear in EMPTYING:
                    db.execute(clear, (practice.id,))
        if empty:
            self.script.replace(practice.id, [])


EMPTYING = (
    "delete from booking where practice = ?",
    "delete from lock where practice = ?",
    "delete from change where practice = ?",
    "delete from call where practice = ?",
)


def patient_of(fields: Fields) -> dict[str, str]:
    given = fields.get("patient")
    if not isinstance(given, dict):
        raise Refusal(422, "invalid", "patient is missing")
    return {name: str(given.get(name) or "")[:200] for name in PATIENT_FIELDS}


def _calendar_of(line: object) -> Calendar:
    if not isinstance(line, dict):
        raise Refusal(422, "invalid", "a calendar is {id, name, slot_minutes, timezone}")
    minutes = line.get("slot_minutes", 15)
    if not isinstance(minutes, int) or not 1 <= minutes <= 480:
        raise Refusal(422, "invalid", "slot_minutes is a number from 1 to 480")
    zone = str(line.get("timezone", "Europe/Berlin"))
    instants.zone(zone)
    return Calendar(text_of(line, "id"), text_of(line, "name"), minutes, zone)


def _patient_does(db: sqlite3.Connection, practice: Practice, words: list[str], request: Request) -> Answer:
    fields = request.fields() if request.body else {}
    force = fields.get("force") is True
    match words:
        case []:
            calendar = practice.calendar(text_of(fields, "calendar"))
            starts, ends = instants.span(fields)
            patient = patient_of(fields)
            row = bookings.book(db, practice, calendar=calendar, starts=starts, ends=ends, patient=patient, force=force)
        case [number, "cancel"]:
            row = bookings.cancel(db, practice, bookings.find(db, practice, number), by="patient")
        case [number, "move"]:
            booking = bookings.find(db, practice, number)
            starts, ends = instants.span(fields)
            calendar = practice.calendar(str(fields.get("calendar") or booking["calendar"]))
            row = bookings.move(db, practice, booking, calendar=calendar, starts=starts, ends=ends, force=force)
        case _:
            raise Refusal(404, "unknown_path", "no such call")
    return as_json(bookings.represented(row, practice), 200 if words else 201)


def _bookings(db: sqlite3.Connection, practice: Practice, query: dict[str, str]) -> list[dict[str, Any]]:
    rows = db.execute("select * from booking where practice = ? order by n", (practice.id,)).fetchall()
    return [bookings.represented(row, practice) for row in rows]


def _locks(db: sqlite3.Connection, practice: Practice, query: dict[str, str]) -> list[dict[str, str]]:
    word = query.get("calendar")
    calendars = [practice.calendar(word)] if word else list(practice.calendars.values())
    return [
        locks.represented_lock(lock, calendar)
        for calendar in calendars
        for lock in locks.starting_in(db, practice, calendar, *ALWAYS)
    ]


def _placements(db: sqlite3.Connection, practice: Practice, query: dict[str, str]) -> list[dict[str, Any]]:
    rows = db.execute("select * from booking where practice = ? and placed is not null order by n", (practice.id,))
    return [
        {
            "booking_id": bookings.id_of(row["n"]),
            "result": row["placed"],
            "practice_ref": row["placed_ref"],
            "at": instants.written_in_utc(row["placed_at"]),
        }
        for row in rows
    ]


def _calls(db: sqlite3.Connection, practice: Practice, query: dict[str, str]) -> list[dict[str, Any]]:
    """`all=1` shows the calls of every practice: a load test asks once instead of a thousand times."""
    after, everybody = count_of(query, "after", default=0, most=0), query.get("all") == "1"
    words = "select n, at, method, path, status from call where n > ? and (? or practice = ?) order by n"
    rows = db.execute(words, (after, everybody, practice.id))
    return [{**dict(row), "at": instants.written_in_utc(row["at"])} for row in rows]


SHOWN = {"bookings": _bookings, "locks": _locks, "placements": _placements, "log": _calls}
