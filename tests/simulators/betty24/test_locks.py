"""What the practice tells the portal about taken time."""

import hashlib
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.betty24_portal import Portal, PortalRefused, Reply

BERLIN = ZoneInfo("Europe/Berlin")
# A Tuesday far enough from now that nothing depends on today.
NINE = datetime(2031, 3, 4, 9, 0, tzinfo=BERLIN)
QUARTER = timedelta(minutes=15)
DAY = timedelta(days=1)


def put(portal: Portal, ref: str, start: datetime, minutes: int = 15, *, calendar: str = "cal-1") -> Reply:
    fields = {"start": start.isoformat(), "end": (start + timedelta(minutes=minutes)).isoformat(), "kind": "lock"}
    return portal.v1("PUT", f"/calendars/{calendar}/locks/{ref}", fields)


def upload(portal: Portal, *ranges: tuple[str, datetime], calendar: str = "cal-1") -> Reply:
    lines = [
        {"practice_ref": ref, "start": start.isoformat(), "end": (start + QUARTER).isoformat(), "kind": "appointment"}
        for ref, start in ranges
    ]
    window = {"start": NINE.replace(hour=0).isoformat(), "end": (NINE + DAY).replace(hour=0).isoformat()}
    return portal.v1("PUT", f"/calendars/{calendar}/not-free", {"window": window, "ranges": lines})


def test_it_describes_its_calendars_to_whoever_has_the_key(portal: Portal) -> None:
    found = portal.v1("GET", "/calendars").json()["calendars"]

    assert [(one["id"], one["name"]) for one in found] == [
        ("cal-1", "Dr. Reuter (Hausärztin)"),
        ("cal-2", "Dr. Brandes"),
    ]
    assert {(one["slot_minutes"], one["timezone"]) for one in found} == {(15, "Europe/Berlin")}
    refused = portal.v1("GET", "/calendars", key="wrong")
    assert refused.status == 401
    assert refused.json()["code"] == "unknown_key"


def test_a_lock_is_set_once_however_often_it_is_sent(portal: Portal) -> None:
    first, second = put(portal, "entry-1", NINE), put(portal, "entry-1", NINE)

    assert (first.status, second.status) == (201, 200)
    assert first.json() == second.json() == portal.locks("cal-1")[0]
    assert len(portal.locks()) == 1


def test_a_lock_moves_with_its_reference_even_to_another_calendar(portal: Portal) -> None:
    put(portal, "entry-1", NINE)
    put(portal, "entry-1", NINE + QUARTER, calendar="cal-2")

    assert portal.locks("cal-1") == []
    assert [lock["start"] for lock in portal.locks("cal-2")] == [(NINE + QUARTER).isoformat()]


def test_unlocking_frees_the_time_and_may_be_repeated(portal: Portal) -> None:
    put(portal, "entry-1", NINE)
    with pytest.raises(PortalRefused, match="not_free"):
        portal.book("cal-1", NINE)

    answers = [portal.v1("DELETE", "/calendars/cal-1/locks/entry-1").status for _ in range(2)]

    assert answers == [204, 204]
    assert portal.book("cal-1", NINE)["status"] == "booked"


def test_a_lock_on_a_booking_nobody_knows_yet_loses(portal: Portal) -> None:
    booking = portal.book("cal-1", NINE)

    refused = put(portal, "entry-1", NINE - QUARTER, 30)

    assert refused.status == 409
    assert refused.json()["code"] == "already_booked"
    assert refused.json()["booking"] == booking
    assert portal.locks() == []
    assert put(portal, "entry-2", NINE - QUARTER).status == 201
    assert put(portal, "entry-3", NINE, calendar="cal-2").status == 201


@pytest.mark.parametrize("result", ["slot", "extra"])
def test_a_placed_booking_lets_the_lock_of_the_practice_pass(portal: Portal, result: str) -> None:
    booking = portal.book("cal-1", NINE)

    placed = portal.v1("POST", f"/bookings/{booking['id']}/placement", {"result": result, "practice_ref": "entry-1"})

    assert placed.json() == {"id": booking["id"], "version": 1}
    assert put(portal, "entry-1", NINE).status in (200, 201)


@pytest.mark.parametrize(
    ("calendar", "fields", "status"),
    [
        ("cal-9", {"start": NINE.isoformat(), "end": (NINE + QUARTER).isoformat(), "kind": "lock"}, 404),
        ("cal-1", {"start": "2031-03-04T09:00:00", "end": "2031-03-04T10:00:00", "kind": "lock"}, 422),
        ("cal-1", {"start": NINE.isoformat(), "end": NINE.isoformat(), "kind": "lock"}, 422),
        ("cal-1", {"start": NINE.isoformat(), "end": (NINE + QUARTER).isoformat(), "kind": "party"}, 422),
        ("cal-1", {}, 422),
        ("cal-1", [], 422),
        ("cal-1", b"no json", 422),
    ],
)
def test_a_lock_that_makes_no_sense_is_refused_in_words(
    portal: Portal, calendar: str, fields: object, status: int
) -> None:
    refused = portal.v1("PUT", f"/calendars/{calendar}/locks/entry-1", fields)

    assert refused.status == status
    assert set(refused.json()) == {"code", "message"}


def test_not_free_makes_a_window_exactly_what_was_sent(portal: Portal) -> None:
    put(portal, "same", NINE)
    put(portal, "later", NINE + QUARTER)
    put(portal, "gone", NINE + 2 * QUARTER)
    put(portal, "elsewhere", NINE, calendar="cal-2")
    put(portal, "next-day", NINE + DAY)
    portal.v1("PUT", "/calendars/cal-1/locks/same", {**portal.locks("cal-1")[0], "kind": "appointment"})

    answer = upload(
        portal, ("same", NINE), ("later", NINE + 4 * QUARTER), ("elsewhere", NINE), ("new", NINE + 8 * QUARTER)
    )

    counts = {name: answer.json()[name] for name in ("added", "changed", "removed", "unchanged")}
    assert counts == {"added": 1, "changed": 2, "removed": 1, "unchanged": 1}
    assert {lock["practice_ref"] for lock in portal.locks("cal-1")} == {"same", "later", "elsewhere", "new", "next-day"}
    assert portal.locks("cal-2") == []


def test_not_free_names_what_a_booking_stands_against(portal: Portal) -> None:
    booking = portal.book("cal-1", NINE)

    answer = upload(portal, ("entry-1", NINE), ("entry-2", NINE + QUARTER)).json()

    assert answer["conflicts"] == [{"practice_ref": "entry-1", "booking": booking}]
    assert [lock["practice_ref"] for lock in portal.locks()] == ["entry-2"]


def test_not_free_refuses_a_reference_named_twice_or_outside_the_window(portal: Portal) -> None:
    assert upload(portal, ("entry-1", NINE), ("entry-1", NINE + QUARTER)).status == 422
    assert upload(portal, ("entry-1", NINE + DAY)).status == 422
    assert portal.locks() == []


def test_digests_cover_each_local_day_also_at_the_change_of_clocks(portal: Portal) -> None:
    # 23:30 in Berlin is another day in UTC; on 30 March 2031 the clocks go forward.
    evening = datetime(2031, 3, 30, 23, 30, tzinfo=BERLIN)
    put(portal, "entry-2", evening)
    put(portal, "entry-1", evening - timedelta(hours=23))
    put(portal, "entry-3", evening + timedelta(hours=1))

    found = portal.v1("GET", "/calendars/cal-1/digests", **{"from": "2031-03-30", "to": "2031-03-31"}).json()["digests"]

    lines = "entry-1|2031-03-29T23:30:00Z|2031-03-29T23:45:00Z\nentry-2|2031-03-30T21:30:00Z|2031-03-30T21:45:00Z"
    assert found == [{"date": "2031-03-30", "count": 2, "hash": hashlib.sha256(lines.encode()).hexdigest()}]


def test_locks_are_listed_by_start_within_half_open_bounds(portal: Portal) -> None:
    put(portal, "second", NINE + QUARTER)
    put(portal, "first", NINE)
    put(portal, "outside", NINE + 2 * QUARTER)

    window = {"from": NINE.isoformat(), "to": (NINE + 2 * QUARTER).isoformat()}
    found = portal.v1("GET", "/calendars/cal-1/locks", **window).json()["locks"]

    assert [lock["practice_ref"] for lock in found] == ["first", "second"]


def test_practices_of_one_portal_do_not_see_each_other(portal: Portal) -> None:
    other = portal.add_practice("other-key", "cal-1")
    put(portal, "entry-1", NINE)
    booking = other.book("cal-1", NINE)

    assert other.locks() == []
    assert portal.bookings() == []
    assert portal.v1("POST", f"/bookings/{booking['id']}/cancel", {}).status == 404
    assert put(other, "entry-1", NINE + QUARTER).status == 201
    assert portal.locks()[0]["start"] == NINE.isoformat()
