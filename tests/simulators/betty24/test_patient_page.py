"""The page of the patients, by plain HTTP as a browser without scripts sends it."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from urllib.parse import urlencode

import pytest

from tests.betty24_portal import PATIENT, Portal, Reply

TYPED = {**PATIENT, "birth_date": "12.08.1964"}
TIME = re.compile(r'href="(/buchen\?[^"]+)"')


class Browser:
    """Keeps the one cookie."""

    def __init__(self, portal: Portal) -> None:
        self.portal = portal
        self.cookie = ""

    def get(self, path: str) -> str:
        return self._call("GET", path).body.decode()

    def post(self, path: str, fields: dict[str, str]) -> Reply:
        return self._call("POST", path, urlencode(fields).encode())

    def _call(self, method: str, path: str, body: bytes | None = None) -> Reply:
        reply = self.portal.request(method, path, body, headers={"Cookie": self.cookie})
        self.cookie = reply.headers.get("set-cookie", self.cookie).partition(";")[0]
        return reply

    def free(self, calendar: str = "cal-1") -> list[dict[str, str]]:
        """Of a day next week, so that no time passes during a test."""
        next_week = datetime.now(UTC).date() + timedelta(days=7)
        addresses = TIME.findall(unescape(self.get(f"/?kalender={calendar}&ab={next_week}")))
        return [dict(pair.split("=") for pair in address.partition("?")[2].split("&")) for address in addresses]

    def book(self, wanted: dict[str, str], **typed: str) -> Reply:
        return self.post("/buchen", TYPED | typed | wanted)


@pytest.fixture
def browser(portal: Portal) -> Browser:
    return Browser(portal)


def test_a_patient_books_in_three_clicks_and_sees_the_appointment(portal: Portal, browser: Browser) -> None:
    wanted = browser.free()[0]
    assert "Ihre Angaben" in browser.get(f"/buchen?{urlencode(wanted)}")

    booked = browser.book(wanted)

    assert (booked.status, booked.headers["location"]) == (303, "/?meldung=gebucht")
    page = browser.get("/?meldung=gebucht")
    assert "Ihr Termin ist gebucht" in page
    assert "Ihre Termine" in page
    (booking,) = portal.bookings()
    assert booking["patient"] == PATIENT
    assert datetime.fromisoformat(booking["start"]).timestamp() == int(wanted["beginn"])
    assert wanted not in browser.free()


def test_it_says_that_it_is_a_simulator_and_loads_nothing_foreign(portal: Portal) -> None:
    page = portal.request("GET", "/")

    assert "Demo-Portal (Simulator)" in page.body.decode()
    assert "default-src 'none'" in page.headers["content-security-policy"]
    for forbidden in (b"<script", b"style=", b"<style", b"onclick", b"http://", b"https://"):
        assert forbidden not in page.body
    assert portal.request("GET", "/seite.css").headers["content-type"].startswith("text/css")
    assert portal.request("GET", "/zeichen.svg").status == 200


def test_what_was_typed_wrong_is_named_and_nothing_is_lost(portal: Portal, browser: Browser) -> None:
    wanted = browser.free()[0]

    answer = browser.book(wanted, birth_date="31.02.1960", phone="", email="nobody", first_name='<b>"Zoë"')

    page = answer.body.decode()
    assert answer.status == 422
    assert "Dieses Datum gibt es nicht" in page
    assert "Telefonnummer" in page
    assert "E-Mail-Adresse" in page
    assert page.count('aria-invalid="true"') == 3
    assert 'value="&lt;b&gt;&quot;Zoë&quot;"' in page
    assert 'value="31.02.1960"' in page
    assert portal.bookings() == []


@pytest.mark.parametrize("typed", ["12.08.1964", "12.8.1964", "12081964", "1964-08-12", " 12 08 1964 "])
def test_a_birth_date_may_be_typed_as_people_do(portal: Portal, browser: Browser, typed: str) -> None:
    browser.book(browser.free()[0], birth_date=typed)

    assert portal.bookings()[0]["patient"]["birth_date"] == "1964-08-12"


def test_whoever_comes_second_is_offered_other_times_and_types_nothing_again(portal: Portal, browser: Browser) -> None:
    wanted = browser.free()[0]
    Browser(portal).book(wanted)

    late = browser.book(wanted)

    page = late.body.decode()
    assert late.status == 409
    assert "soeben vergeben" in page
    assert 'value="Mustermann"' in page
    others = re.findall(r'type="radio" name="beginn" value="(\d+)"', page)
    assert len(others) == 3
    assert browser.book(wanted | {"beginn": others[0]}).status == 303


def test_a_patient_moves_the_appointment(portal: Portal, browser: Browser) -> None:
    free = browser.free()
    browser.book(free[0])
    number = portal.bookings()[0]["id"]
    page = browser.get(f"/?verschieben={number}")
    assert "Termin verschieben" in page
    assert f'value="{free[2]["beginn"]}"' in page
    assert f'value="{free[0]["beginn"]}"' not in page

    moved = browser.post(f"/termine/{number}/verschieben", free[2])

    assert moved.headers["location"] == "/?meldung=verschoben"
    assert portal.bookings()[0]["version"] == 2
    assert free[0] in browser.free()


def test_moving_to_a_time_that_was_just_taken_shows_the_others(portal: Portal, browser: Browser) -> None:
    free = browser.free()
    browser.book(free[0])
    number = portal.bookings()[0]["id"]
    Browser(portal).book(free[1])

    late = browser.post(f"/termine/{number}/verschieben", free[1])

    assert late.status == 409
    assert "soeben vergeben" in late.body.decode()
    assert "Termin verschieben" in late.body.decode()
    assert portal.bookings()[0]["version"] == 1


def test_a_patient_cancels_after_being_asked(portal: Portal, browser: Browser) -> None:
    browser.book(browser.free()[0])
    number = portal.bookings()[0]["id"]
    assert "Termin behalten" in browser.get(f"/termine/{number}/absagen")
    assert portal.bookings()[0]["status"] == "booked"

    browser.post(f"/termine/{number}/absagen", {})

    assert portal.bookings()[0]["cancelled_by"] == "patient"
    assert "abgesagt" in browser.get("/")


def test_what_the_practice_cancels_is_shown_as_such(portal: Portal, browser: Browser) -> None:
    browser.book(browser.free()[0])
    portal.v1("POST", f"/bookings/{portal.bookings()[0]['id']}/cancel", {"reason": "Urlaub"})

    assert "von der Praxis abgesagt" in browser.get("/")


def test_appointments_of_others_are_out_of_reach(portal: Portal, browser: Browser) -> None:
    browser.book(browser.free()[0])
    number = portal.bookings()[0]["id"]
    stranger = Browser(portal)

    assert "Ihre Termine" not in stranger.get("/")
    assert stranger.post(f"/termine/{number}/absagen", {}).status == 404
    assert stranger.post(f"/termine/{number}/verschieben", browser.free()[3]).status == 404
    assert portal.bookings()[0]["status"] == "booked"


def test_time_the_practice_has_locked_is_not_offered(portal: Portal, browser: Browser) -> None:
    wanted = browser.free()[0]
    start = datetime.fromtimestamp(int(wanted["beginn"])).astimezone()
    fields = {"start": start.isoformat(), "end": start.replace(hour=23).isoformat(), "kind": "reservation"}
    portal.v1("PUT", "/calendars/cal-1/locks/entry-1", fields)

    assert wanted not in browser.free()
    assert browser.free("cal-2")
    assert browser.book(wanted).status == 409


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/nirgends", 404),
        ("/buchen", 404),
        ("/buchen?kalender=cal-9&beginn=1", 404),
        ("/buchen?kalender=cal-1&beginn=99999999999999", 404),
        ("/?verschieben=B24-1", 404),
        ("/?kalender=cal-9&tag=gestern&ab=9999-12-31", 200),
        ("/?tag=1900-01-01", 200),
    ],
)
def test_an_odd_address_is_answered_with_a_page(portal: Portal, path: str, status: int) -> None:
    answer = portal.request("GET", path)

    assert answer.status == status
    assert b"betty24" in answer.body
