"""What patients did, as the practice reads it, and what becomes of their time."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.betty24_portal import PATIENT, Portal, PortalRefused

NINE = datetime(2031, 3, 4, 9, 0, tzinfo=ZoneInfo("Europe/Berlin"))
QUARTER = timedelta(minutes=15)


def changes(portal: Portal, **query: object) -> dict[str, Any]:
    answer = portal.v1("GET", "/changes", **query)
    assert answer.status == 200
    return dict(answer.json())


def place(portal: Portal, booking: dict[str, Any], result: str, ref: str = "entry-1", **more: object) -> None:
    fields = {"result": result, "practice_ref": ref, **more}
    assert portal.v1("POST", f"/bookings/{booking['id']}/placement", fields).status == 200


def lock(portal: Portal, ref: str, start: datetime) -> int:
    fields = {"start": start.isoformat(), "end": (start + QUARTER).isoformat(), "kind": "appointment"}
    return portal.v1("PUT", f"/calendars/cal-1/locks/{ref}", fields).status


def test_the_feed_tells_every_step_of_a_patient_in_order(portal: Portal) -> None:
    booking = portal.book("cal-1", NINE)
    portal.move(booking["id"], NINE + QUARTER, calendar="cal-2")
    portal.cancel(booking["id"])

    feed = changes(portal)

    told = [(one["type"], one["booking"]["version"], one["booking"]["calendar_id"]) for one in feed["changes"]]
    assert told == [("booked", 1, "cal-1"), ("moved", 2, "cal-2"), ("cancelled", 3, "cal-2")]
    numbers = [one["seq"] for one in feed["changes"]]
    assert numbers == sorted(set(numbers))
    assert feed["changes"][0]["booking"] == booking
    assert booking["patient"] == PATIENT
    last = feed["changes"][2]["booking"]
    assert (last["status"], last["cancelled_by"], bool(last["cancelled_at"])) == ("cancelled", "patient", True)


def test_the_cursor_goes_on_where_it_stopped(portal: Portal) -> None:
    starts = [NINE + count * QUARTER for count in range(5)]
    for start in starts:
        portal.book("cal-1", start)

    first = changes(portal, limit=3)
    rest = changes(portal, cursor=first["next_cursor"], limit=3)

    assert (len(first["changes"]), first["has_more"]) == (3, True)
    assert (len(rest["changes"]), rest["has_more"]) == (2, False)
    nothing = changes(portal, cursor=rest["next_cursor"])
    assert (nothing["changes"], nothing["next_cursor"]) == ([], rest["next_cursor"])


@pytest.mark.parametrize("cursor", ["nonsense", "1.1", "99999999999999999999", "."])
def test_an_unknown_cursor_is_gone(portal: Portal, cursor: str) -> None:
    answer = portal.v1("GET", "/changes", cursor=cursor)

    assert answer.status == 410
    assert answer.json()["code"] == "cursor_expired"


@pytest.mark.parametrize("renew", ["expire_cursor", "reset"])
def test_cursors_handed_out_before_answer_410_and_a_full_read_starts_anew(portal: Portal, renew: str) -> None:
    portal.book("cal-1", NINE)
    cursor = changes(portal)["next_cursor"]

    getattr(portal, renew)()

    assert portal.v1("GET", "/changes", cursor=cursor).status == 410
    fresh = portal.v1("GET", "/bookings").json()
    assert len(fresh["bookings"]) == (1 if renew == "expire_cursor" else 0)
    portal.book("cal-2", NINE)
    assert [one["booking"]["calendar_id"] for one in changes(portal, cursor=fresh["cursor"])["changes"]] == ["cal-2"]


def test_the_full_list_has_cancelled_ones_and_pages_by_id(portal: Portal) -> None:
    made = [portal.book("cal-1", NINE + count * QUARTER)["id"] for count in range(4)]
    portal.book("cal-2", NINE)
    portal.cancel(made[1])
    window = {"from": NINE.isoformat(), "to": (NINE + 3 * QUARTER).isoformat(), "calendar": "cal-1", "limit": 2}

    first = portal.v1("GET", "/bookings", **window).json()
    second = portal.v1("GET", "/bookings", **window, after=first["next_after"]).json()

    assert [one["id"] for one in first["bookings"] + second["bookings"]] == made[:3]
    assert [one["status"] for one in first["bookings"]] == ["booked", "cancelled"]
    assert second["next_after"] is None


def test_what_the_practice_cancels_is_no_news_and_stays_cancelled(portal: Portal) -> None:
    booking = portal.book("cal-1", NINE)

    answers = [portal.v1("POST", f"/bookings/{booking['id']}/cancel", {"reason": "Urlaub"}) for _ in range(2)]

    assert answers[0].json() == answers[1].json()
    cancelled = answers[0].json()
    assert (cancelled["cancelled_by"], cancelled["reason"], cancelled["version"]) == ("practice", "Urlaub", 2)
    assert [one["type"] for one in changes(portal)["changes"]] == ["booked"]
    with pytest.raises(PortalRefused, match="cancelled"):
        portal.move(booking["id"], NINE + QUARTER)
    assert portal.book("cal-1", NINE)["id"] != booking["id"]


def test_two_patients_cannot_have_the_same_time_unless_forced(portal: Portal) -> None:
    portal.book("cal-1", NINE, NINE + 2 * QUARTER)

    with pytest.raises(PortalRefused) as refused:
        portal.book("cal-1", NINE + QUARTER)

    assert refused.value.reply.status == 409
    assert portal.book("cal-1", NINE + 2 * QUARTER)["status"] == "booked"
    assert portal.book("cal-1", NINE + QUARTER, force=True)["status"] == "booked"


@pytest.mark.parametrize("start", [NINE.replace(hour=7), NINE.replace(hour=12), NINE + timedelta(days=4)])
def test_there_is_nothing_to_book_outside_the_online_hours(portal: Portal, start: datetime) -> None:
    with pytest.raises(PortalRefused, match="not_free"):
        portal.book("cal-1", start)


def test_once_placed_as_slot_the_lock_of_the_practice_stands_for_a_booking(portal: Portal) -> None:
    booking = portal.book("cal-1", NINE)
    place(portal, booking, "slot")
    lock(portal, "entry-1", NINE)
    with pytest.raises(PortalRefused):
        portal.book("cal-1", NINE)

    lock(portal, "entry-1", NINE + 4 * QUARTER)

    assert portal.book("cal-1", NINE)["status"] == "booked"
    with pytest.raises(PortalRefused):
        portal.book("cal-1", NINE + 4 * QUARTER)


def test_an_extra_booking_goes_on_holding_its_own_time(portal: Portal) -> None:
    booking = portal.book("cal-1", NINE)
    place(portal, booking, "extra")

    with pytest.raises(PortalRefused):
        portal.book("cal-1", NINE)

    portal.cancel(booking["id"])
    assert portal.book("cal-1", NINE)["status"] == "booked"
    found = portal.placements()
    assert [(one["booking_id"], one["result"], one["practice_ref"]) for one in found] == [
        (booking["id"], "extra", "entry-1")
    ]


def test_a_moved_booking_holds_its_new_time_until_it_is_placed_there(portal: Portal) -> None:
    booking = portal.book("cal-1", NINE)
    place(portal, booking, "slot")
    lock(portal, "entry-1", NINE)

    # Its own lock does not stand in its way.
    moved = portal.move(booking["id"], NINE + QUARTER / 3, NINE + QUARTER / 3 + QUARTER)

    assert lock(portal, "entry-1", NINE + QUARTER / 3) == 409
    place(portal, booking, "slot", version=1)
    assert lock(portal, "entry-1", NINE + QUARTER / 3) == 409
    place(portal, moved, "slot", version=2)
    assert lock(portal, "entry-1", NINE + QUARTER / 3) == 200


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("bookings", {"calendar": "cal-1"}),
        ("bookings", {"calendar": "cal-1", "start": "x", "end": "y", "patient": {}}),
        ("bookings", {"calendar": "cal-1", "start": NINE.isoformat(), "end": (NINE + QUARTER).isoformat()}),
        ("faults", {"on": "pull"}),
        ("faults", [{"on": "everything", "kind": "500"}]),
        ("faults", [{"on": "pull", "kind": "500", "times": 0}]),
        ("practices", {"key": "k", "calendars": []}),
        ("practices", {"key": "k", "calendars": [{"id": "a", "name": "A", "timezone": "Mond"}]}),
    ],
)
def test_control_calls_that_make_no_sense_are_refused_in_words(portal: Portal, path: str, fields: object) -> None:
    with pytest.raises(PortalRefused) as refused:
        portal.sim("POST", path, fields)

    assert refused.value.reply.status == 422
    assert set(refused.value.reply.json()) == {"code", "message"}


def test_another_page_in_the_browser_cannot_use_the_control_surface(portal: Portal) -> None:
    answer = portal.request("POST", "/sim/reset", {}, headers={"Sec-Fetch-Site": "cross-site"})

    assert answer.status == 403
