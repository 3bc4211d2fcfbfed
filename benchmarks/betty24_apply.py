"""10,000 news of the portal applied page by page, beside the same appointments booked by the service directly."""

import time
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.utils import timezone

from benchmarks.betty24_world import COLUMNS, Bound, build_many, scope, slots
from benchmarks.report import Line
from integrations.betty24.client import PAGE
from integrations.betty24.services.applying import Progress, apply_bookings
from integrations.betty24.wire import PortalBooking
from scheduling.services import NewAppointment, Person, book_appointment

NEWS = 10_000
# Both ways in turns, so that a slow moment of the machine meets both.
PARTS = 10


def measure() -> list[Line]:
    applied, direct = build_many("apply", 2, host="http://127.0.0.1:1", key="x", poll_seconds=3600)
    first = date(2027, 1, 4)
    wanted = [(number % COLUMNS, start) for start in slots(first, NEWS // COLUMNS) for number in range(COLUMNS)]
    pages = list(_pages(wanted))
    seconds = {"applied": 0.0, "direct": 0.0}
    size = NEWS // PARTS
    for part in range(PARTS):
        began = time.perf_counter()
        _book(direct, wanted[part * size : (part + 1) * size])
        middle = time.perf_counter()
        _apply(applied, pages[part * size // PAGE : (part + 1) * size // PAGE])
        seconds["direct"] += middle - began
        seconds["applied"] += time.perf_counter() - middle
    rate, floor = NEWS / seconds["applied"], NEWS / seconds["direct"]
    return [
        Line(
            id="betty24-apply", figure=rate, unit="1/s", floor=floor, ratio=rate / floor, target="ratio >= 0.7",
            held=rate / floor >= 0.7, about=f"{NEWS} bookings, pages of {PAGE}, 1 process; floor: book_appointment",
        )
    ]  # fmt: skip


def _book(bound: Bound, wanted: list[tuple[int, datetime]]) -> None:
    with scope(practice=bound.practice):
        for column, starts_at in wanted:
            new = NewAppointment(
                column=bound.columns[column], starts_at=starts_at, minutes=15,
                person=Person(last_name="Mustermann", first_name="Erika", birth_date=date(1964, 8, 12)),
            )  # fmt: skip
            book_appointment(practice=bound.practice, wanted=new, actor=None, now=timezone.now())


def _apply(bound: Bound, pages: list[tuple[int, list[PortalBooking]]]) -> None:
    with scope(practice=bound.practice):
        for number, page in pages:
            progress = Progress(expected=bound.connection.cursor, next=str(number))
            counts = apply_bookings(bound.connection, page, now=timezone.now(), progress=progress)
            assert counts["booked"] == len(page), counts


def _pages(wanted: list[tuple[int, datetime]]) -> Iterator[tuple[int, list[PortalBooking]]]:
    for start in range(0, len(wanted), PAGE):
        yield start // PAGE + 1, [_booking(start + n, *one) for n, one in enumerate(wanted[start : start + PAGE])]


def _booking(number: int, column: int, starts_at: datetime) -> PortalBooking:
    return PortalBooking(
        id=f"b-{number}", version=1, calendar_id=f"cal-{column + 1}", starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=15), is_cancelled=False, booked_at=None, cancelled_at=None,
        cancelled_by="", reason="", last_name="Mustermann", first_name="Erika", birth_date=date(1964, 8, 12),
        phone="0201 123456", email="erika@example.org", insurance="gesetzlich",
    )  # fmt: skip
