"""The same Idempotency-Key never acts twice."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from accounts.models import ApiToken, Practice, User
from integrations.models import IdempotencyKey
from praxis.core.retention import erase_due
from scheduling.models import CalendarColumn, Entry
from tests.factories import at, make_appointment

PERSON = {"last_name": "Berg", "first_name": "Ida", "birth_date": "1984-05-06"}


def body(column: CalendarColumn, **more: Any) -> dict[str, Any]:
    return {"column": column.pk, "starts_at": "2026-11-23T09:00:00+01:00", "patient": PERSON, "extra": True} | more


def test_the_same_key_and_body_get_the_first_answer(api: Any, column: CalendarColumn) -> None:
    first = api.post("appointments", body(column), Idempotency_Key="k-1")
    again = api.post("appointments", body(column), Idempotency_Key="k-1")
    reordered = api.post("appointments/", dict(reversed(body(column).items())), Idempotency_Key="k-1")

    assert (first.status_code, "Idempotent-Replayed" in first) == (201, False)
    for answer in (again, reordered):
        assert (answer.status_code, answer.content, answer["Location"]) == (201, first.content, first["Location"])
        assert answer["Idempotent-Replayed"] == "true"
    assert Entry.objects.count() == 1


def test_the_first_answer_stays_also_when_the_world_moved_on(api: Any, column: CalendarColumn) -> None:
    taken = make_appointment(column, at(9))
    first = api.post("appointments", body(column, extra=False), Idempotency_Key="k-1")
    api.delete(f"appointments/{taken.pk}")
    again = api.post("appointments", body(column, extra=False), Idempotency_Key="k-1")

    assert (first.status_code, again.status_code, again.content) == (409, 409, first.content)
    assert again["Content-Type"] == "application/problem+json"
    assert api.post("appointments", body(column, extra=False), Idempotency_Key="k-2").status_code == 201


def test_the_same_key_with_another_request_answers_422(api: Any, column: CalendarColumn) -> None:
    entry_id = api.post("appointments", body(column), Idempotency_Key="k-1").json()["id"]
    others = (
        api.post("appointments", body(column, text="anders"), Idempotency_Key="k-1"),
        api.patch(f"appointments/{entry_id}", {"text": "x"}, Idempotency_Key="k-1"),
        api.delete(f"appointments/{entry_id}", Idempotency_Key="k-1"),
        api.post("patients", {"last_name": "Berg"}, Idempotency_Key="k-1"),
    )

    for answer in others:
        assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")
    assert Entry.objects.get().status == "definite"


def test_changing_and_cancelling_repeat_their_answers_too(api: Any, column: CalendarColumn) -> None:
    entry = make_appointment(column, at(9))
    path = f"appointments/{entry.pk}"
    first = api.patch(path, {"minutes": 30, "version": 1}, Idempotency_Key="k-1")
    again = api.patch(path, {"minutes": 30, "version": 1}, Idempotency_Key="k-1")
    gone = [api.delete(path, Idempotency_Key="k-2") for _time in range(2)]

    assert (again.status_code, again.content) == (200, first.content)
    assert [(answer.status_code, answer.content) for answer in gone] == [(204, b"")] * 2


def test_a_request_that_was_refused_itself_may_be_corrected(api: Any, column: CalendarColumn) -> None:
    assert api.post("appointments", body(column, minutes="30"), Idempotency_Key="k-1").status_code == 400
    assert api.post("appointments", body(column) | {"column": 10**12}, Idempotency_Key="k-1").status_code == 404
    assert api.post("appointments", body(column), Idempotency_Key="k-1").status_code == 201


def test_keys_of_two_tokens_do_not_meet(
    api: Any, api_for: Callable[..., Any], reception: User, column: CalendarColumn
) -> None:
    other = api_for(reception)
    answers = [one.post("appointments", body(column), Idempotency_Key="k-1") for one in (api, other)]

    assert answers[0].json()["id"] != answers[1].json()["id"]


@pytest.mark.parametrize("key", ["", "a b", "ü", "x" * 256])
def test_an_unusable_key_answers_400(api: Any, column: CalendarColumn, key: str) -> None:
    answer = api.post("appointments", body(column), Idempotency_Key=key)

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "Idempotency-Key"


def test_what_is_kept_is_unreadable_and_gone_after_two_days(
    api: Any, column: CalendarColumn, token: ApiToken, now: Any, in_practice: Practice
) -> None:
    api.post("appointments", body(column), Idempotency_Key="k-1")
    with connection.cursor() as cursor:
        cursor.execute("SELECT body FROM integrations_idempotencykey")
        assert "Berg" not in cursor.fetchone()[0]

    erase_due(now + timedelta(hours=47))
    assert IdempotencyKey.objects.count() == 1
    erase_due(now + timedelta(hours=49))
    assert IdempotencyKey.objects.count() == 0
