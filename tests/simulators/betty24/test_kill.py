"""kill -9 in the middle of work: what was answered is there after the restart."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from tests.betty24_portal import Portal

NINE = datetime(2031, 3, 4, 9, 0, tzinfo=ZoneInfo("Europe/Berlin"))
QUARTER = timedelta(minutes=15)
CALLERS = 4
ENOUGH = 40


def test_nothing_that_was_answered_is_lost(portal: Portal) -> None:
    answered: list[str] = []
    is_enough = threading.Event()

    def push(caller: int) -> None:
        for count in range(10_000):
            ref = f"entry-{caller}-{count}"
            start = NINE + timedelta(days=count)
            fields = {"start": start.isoformat(), "end": (start + QUARTER).isoformat(), "kind": "lock"}
            try:
                if portal.v1("PUT", f"/calendars/cal-1/locks/{ref}", fields).status != 201:
                    return
            except OSError:
                return
            answered.append(ref)
            if len(answered) >= ENOUGH:
                is_enough.set()

    with ThreadPoolExecutor(CALLERS) as pool:
        calls = [pool.submit(push, caller) for caller in range(CALLERS)]
        assert is_enough.wait(30)
        portal.kill()
    portal.start()

    assert [call.exception() for call in calls] == [None] * CALLERS
    kept = {lock["practice_ref"] for lock in portal.locks("cal-1")}
    assert set(answered) <= kept
    # At most the one call of each caller whose answer was on its way.
    assert len(kept - set(answered)) <= CALLERS


def test_bookings_cursor_and_log_go_on_after_a_kill(portal: Portal) -> None:
    booking = portal.book("cal-1", NINE)
    cursor = portal.v1("GET", "/changes").json()["next_cursor"]
    last_call = portal.log()[-1]["n"]

    portal.kill()
    portal.start()
    portal.move(booking["id"], NINE + QUARTER)

    feed = portal.v1("GET", "/changes", cursor=cursor).json()
    assert [(one["type"], one["booking"]["id"]) for one in feed["changes"]] == [("moved", booking["id"])]
    assert [one["path"] for one in portal.log(after=last_call)] == ["/v1/changes"]
