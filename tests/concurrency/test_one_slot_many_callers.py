"""Mission S8 over real HTTP: whoever comes first gets the time, all others a clear no.

PRAXIS_RUNS=20 gives away twenty times, as the issue's figure asks for.
"""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from django_scopes import scope

from accounts.models import Practice, User
from accounts.services.tokens import create_token
from scheduling.models import CalendarColumn, Entry
from tests.concurrency.barrage import Got, Sent, fire
from tests.factories import at, make_appointment, make_column
from tests.notifications.runs import RUNS

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = max(2, RUNS)
CALLERS = 100
PAIRS = 12


@pytest.fixture
def headers(reception: User) -> dict[str, str]:
    with scope(practice=reception.practice):
        _token, secret = create_token(user=reception, scopes=["calendar:write"], now=timezone.now())
    return {"Authorization": f"Bearer {secret}"}


@pytest.fixture
def long_day(practice: Practice) -> CalendarColumn:
    """Open round the clock: as many slots as there are rounds, all of them on one day."""
    return make_column(practice, "Lang", opens=at(0).time().replace(hour=0), closes=at(0).time().replace(hour=23))


def booking(column: CalendarColumn, starts_at: datetime, number: int, headers: dict[str, str], **more: Any) -> Sent:
    person = {"last_name": f"Anrufer{number}", "first_name": "A", "birth_date": "1990-01-01"}
    body = {"column": column.pk, "starts_at": starts_at.isoformat(), "patient": person} | more
    return Sent("POST", "/api/v1/appointments", body, headers)


def counted(answers: list[Got]) -> Counter[int]:
    return Counter(answer.status for answer in answers)


@pytest.mark.timeout(300)
def test_of_a_hundred_callers_exactly_one_gets_the_slot(
    web: int, long_day: CalendarColumn, headers: dict[str, str]
) -> None:
    for number in range(ROUNDS):
        starts_at = at(8) + timedelta(minutes=15 * number)
        answers = fire(web, [booking(long_day, starts_at, caller, headers) for caller in range(CALLERS)])

        assert counted(answers) == {201: 1, 409: CALLERS - 1}, f"round {number}"
        with scope(practice=long_day.practice):
            (winner,) = Entry.objects.filter(column=long_day, starts_at=starts_at)
        told = next(answer for answer in answers if answer.status == 201).json()
        assert told["id"] == winner.pk
        loser = next(answer for answer in answers if answer.status == 409)
        assert len(loser.json()["next_free"]) == 3
        assert b"Anrufer" not in loser.body


def test_lengths_that_overlap_are_one_slot_too(web: int, long_day: CalendarColumn, headers: dict[str, str]) -> None:
    wanted = [
        booking(long_day, at(8) + timedelta(minutes=5 * (number % 6)), number, headers, minutes=30)
        for number in range(48)
    ]

    assert counted(fire(web, wanted)) == {201: 1, 409: 47}


def test_one_key_books_once_however_often_it_is_sent_at_once(
    web: int, long_day: CalendarColumn, headers: dict[str, str]
) -> None:
    keyed = headers | {"Idempotency-Key": "again"}
    answers = fire(web, [booking(long_day, at(8), 1, keyed, extra=True) for _sending in range(20)])

    assert counted(answers) == {201: 20}
    assert len({answer.body for answer in answers}) == 1
    with scope(practice=long_day.practice):
        assert Entry.objects.count() == 1


def test_two_columns_in_opposite_directions_wait_and_never_break(
    web: int, practice: Practice, headers: dict[str, str]
) -> None:
    left, right = make_column(practice, "Links"), make_column(practice, "Rechts")
    from_left = [make_appointment(left, at(8) + timedelta(minutes=5 * n), minutes=5).pk for n in range(PAIRS)]
    from_right = [make_appointment(right, at(10) + timedelta(minutes=5 * n), minutes=5).pk for n in range(PAIRS)]
    for _round in range(ROUNDS):
        moves = [
            Sent("PATCH", f"/api/v1/appointments/{entry}", {"column": column.pk}, headers)
            for pair in zip(from_left, from_right, strict=True)
            for entry, column in zip(pair, (right, left), strict=True)
        ]

        assert counted(fire(web, moves)) == {200: len(moves)}
        left, right = right, left


def test_cancelling_at_once_is_one_cancellation(web: int, long_day: CalendarColumn, headers: dict[str, str]) -> None:
    entry = make_appointment(long_day, at(8))
    answers = fire(web, [Sent("DELETE", f"/api/v1/appointments/{entry.pk}", None, headers) for _call in range(20)])

    assert counted(answers) == {204: 20}
    with scope(practice=long_day.practice):
        assert Entry.objects.get().version == 2
