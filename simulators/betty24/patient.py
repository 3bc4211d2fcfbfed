"""The pages of the patients: choose a time, say who you are, booked. No scripts; a cookie knows one's own bookings."""

import json
import re
import secrets
import sqlite3
import time
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import parse_qsl, quote

from simulators.betty24 import bookings, details, instants, pages
from simulators.betty24.answers import HTML, Answer, Refusal, Request
from simulators.betty24.form import PatientForm, empty_form, read_form
from simulators.betty24.pages import Choice, OwnBooking
from simulators.betty24.store import Calendar, Practice, Store

COOKIE = "betty24_patient"
DAYS_SHOWN = 10
FARTHEST = timedelta(days=365)
FILES = {"/seite.css": ("page.css", "text/css; charset=utf-8"), "/zeichen.svg": ("icon.svg", "image/svg+xml")}
SAFE = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}
OWN_PATH = re.compile(r"/termine/([^/]+)/(verschieben|absagen)")


class PatientPages:
    def __init__(self, store: Store, key: str) -> None:
        self.store = store
        self.practice = store.ensure_practice(key)

    def respond(self, request: Request) -> Answer:
        if request.path in FILES:
            name, content_type = FILES[request.path]
            return Answer(200, (Path(__file__).parent / name).read_bytes(), content_type, {"Cache-Control": "no-cache"})
        try:
            with self.store.transaction() as db:
                answer = Visit(db, self.practice, request).answer()
        except Refusal as refusal:
            answer = _page(pages.sorry(refusal.fields["code"]), refusal.answer().status)
        answer.headers = SAFE | answer.headers
        return answer


class Visit:
    """One request of one patient."""

    def __init__(self, db: sqlite3.Connection, practice: Practice, request: Request) -> None:
        self.db = db
        self.practice = practice
        self.request = request
        self.owner = _cookie(request.headers.get("cookie", ""))
        self.posted = dict(parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True))

    def answer(self) -> Answer:
        own = OWN_PATH.fullmatch(self.request.path)
        match self.request.method, self.request.path:
            case (("GET" | "HEAD"), "/"):
                return self.choosing()
            case (("GET" | "HEAD"), "/buchen"):
                calendar, starts = self._wanted(self.request.query)
                return _page(details.details(calendar, starts, empty_form(self._last_patient())))
            case "POST", "/buchen":
                return self.book()
        if own and own[2] == "verschieben" and self.request.method == "POST":
            return self.move(self._own(own[1]))
        if own and own[2] == "absagen":
            return self.cancel(self._own(own[1]))
        raise Refusal(404, "unknown_page", "no such page")

    def choosing(self, *, message: str = "", status: int = 200) -> Answer:
        query = self.request.query
        moved = self._own(query["verschieben"]) if query.get("verschieben") else None
        calendar = self._calendar(query.get("kalender") or (moved["calendar"] if moved else ""))
        today = bookings.today(calendar)
        present = pages.day_of(moved["starts"], calendar) if moved and not query.get("ab") else None
        wanted = _day(query.get("tag")) or present
        since = min(max(_day(query.get("ab")) or today, today), today + FARTHEST)
        days = bookings.first_days(calendar, since, DAYS_SHOWN)
        if wanted and not days[0] <= wanted <= days[-1] and today <= wanted <= today + FARTHEST:
            days = bookings.first_days(calendar, wanted, DAYS_SHOWN)
        free = {on: self._free(calendar, on, moved) for on in days}
        chosen = wanted if wanted in free else next((on for on in days if free[on]), days[0])
        moving = self._own_booking(moved) if moved else None
        choice = Choice(list(self.practice.calendars.values()), calendar, free, chosen, today, moving)
        own = [self._own_booking(row) for row in self._own_rows()]
        told = message or pages.MESSAGES.get(query.get("meldung", ""), "")
        return _page(pages.choosing(choice, own, told, failed=bool(message)), status)

    def book(self) -> Answer:
        calendar, starts = self._wanted(self.posted)
        form = read_form(self.posted)
        if form.errors:
            return _page(details.details(calendar, starts, form), 422)
        owner = self.owner or secrets.token_urlsafe(24)
        try:
            self._ensure_future(starts)
            ends = starts + calendar.slot_minutes * 60
            bookings.book(
                self.db, self.practice, calendar=calendar, starts=starts, ends=ends, patient=form.patient, owner=owner
            )
        except Refusal:
            return self._taken(calendar, starts, form)
        answer = _see("/?meldung=gebucht")
        answer.headers["Set-Cookie"] = f"{COOKIE}={owner}; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax"
        return answer

    def move(self, booking: sqlite3.Row) -> Answer:
        calendar, starts = self._wanted(self.posted)
        try:
            self._ensure_future(starts)
            ends = starts + booking["ends"] - booking["starts"]
            bookings.move(self.db, self.practice, booking, calendar=calendar, starts=starts, ends=ends)
        except Refusal:
            query = {"verschieben": bookings.id_of(booking["n"]), "kalender": calendar.id}
            self.request.query.update(query, tag=str(pages.day_of(starts, calendar)))
            return self.choosing(message=pages.TAKEN, status=409)
        return _see("/?meldung=verschoben")

    def cancel(self, booking: sqlite3.Row) -> Answer:
        if self.request.method != "POST":
            return _page(details.cancelling(self._own_booking(booking)))
        bookings.cancel(self.db, self.practice, booking, by="patient")
        return _see("/?meldung=abgesagt")

    def _taken(self, calendar: Calendar, starts: int, form: PatientForm) -> Answer:
        """Somebody was faster: what was typed stays, three other times are offered."""
        first = max(pages.day_of(starts, calendar), bookings.today(calendar))
        days = bookings.first_days(calendar, first, DAYS_SHOWN)
        others = [start for on in days for start in self._free(calendar, on, None) if start > starts - 3600]
        return _page(details.details(calendar, starts, form, others=others[:3]), 409)

    def _free(self, calendar: Calendar, on: date, moved: sqlite3.Row | None) -> list[int]:
        return bookings.free_starts(self.db, self.practice, calendar, on, after=int(time.time()), moved=moved)

    def _calendar(self, word: str) -> Calendar:
        return self.practice.calendars.get(word) or next(iter(self.practice.calendars.values()))

    def _wanted(self, given: dict[str, str]) -> tuple[Calendar, int]:
        word = given.get("beginn", "")
        if not (word.isascii() and word.isdecimal() and len(word) < 11):
            raise Refusal(404, "unknown_page", "no such time")
        return self.practice.calendar(given.get("kalender", "")), int(word)

    def _ensure_future(self, starts: int) -> None:
        if starts <= time.time():
            raise Refusal(409, "not_free", "this time has passed")

    def _own_rows(self) -> list[sqlite3.Row]:
        query = "select * from booking where owner = ? and owner <> '' and practice = ? and ends > ? order by starts"
        return self.db.execute(query, (self.owner, self.practice.id, int(time.time()))).fetchall()

    def _own(self, word: str) -> sqlite3.Row:
        row = bookings.find(self.db, self.practice, word)
        if not self.owner or row["owner"] != self.owner or row["status"] != "booked":
            raise Refusal(404, "unknown_booking", "no such booking")
        return row

    def _own_booking(self, row: sqlite3.Row) -> OwnBooking:
        calendar = self._calendar(row["calendar"])
        return OwnBooking(bookings.id_of(row["n"]), calendar, row["starts"], row["status"], row["cancelled_by"])

    def _last_patient(self) -> dict[str, str] | None:
        query = "select patient from booking where owner = ? and owner <> '' order by n desc limit 1"
        row = self.db.execute(query, (self.owner,)).fetchone()
        return json.loads(row["patient"]) if row else None


def _page(html: str, status: int = 200) -> Answer:
    return Answer(status, html.encode(), HTML)


def _see(address: str) -> Answer:
    return Answer(303, headers={"Location": quote(address, safe="/?=&")})


def _cookie(header: str) -> str:
    pairs = (part.strip().partition("=") for part in header.split(";"))
    return next((value for name, _, value in pairs if name == COOKIE and len(value) < 100), "")


def _day(word: str | None) -> date | None:
    try:
        return instants.day(word, "tag") if word else None
    except Refusal:
        return None
