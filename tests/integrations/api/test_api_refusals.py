"""Every refusal is a problem (RFC 9457) in German; nothing that is sent makes a 5xx."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client

from accounts.models import Practice, User
from scheduling.models import CalendarColumn, Entry
from tests.factories import at, make_appointment, make_column, make_patient, make_type

GOOD = {"starts_at": "2026-11-23T09:00:00+01:00", "patient": {"last_name": "Berg"}}
PATHS = (
    "columns", "appointment-types", "free-slots", "appointments", "appointments/1", "patients", "patients/1",
)  # fmt: skip


def problem(answer: Any, status: int, code: str) -> dict[str, Any]:
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    told: dict[str, Any] = answer.json()
    assert (told["status"], told["code"], told["type"]) == (status, code, f"urn:praxis:problem:{code}")
    assert told["title"]
    assert told["detail"]
    return told


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    ("header", "code"),
    [
        ({}, "token_missing"),
        ({"Authorization": "Basic YTpi"}, "token_missing"),
        ({"Authorization": "Bearer"}, "token_missing"),
        ({"Authorization": "Bearer praxis_wrong"}, "invalid_token"),
        ({"Authorization": "Bearer \u00fc\u0080"}, "invalid_token"),
    ],
)
def test_no_valid_token_answers_401(db: None, path: str, header: dict[str, str], code: str) -> None:
    answer = Client().get(f"/api/v1/{path}", headers=header)

    problem(answer, 401, code)
    assert answer["WWW-Authenticate"].startswith('Bearer realm="praxis"')


def test_a_session_opens_no_door(client: Client, reception: User) -> None:
    client.force_login(reception)

    assert client.get("/api/v1/columns").status_code == 401


@pytest.mark.parametrize(
    ("method", "path", "scope"),
    [
        ("GET", "columns", "calendar:read"), ("GET", "appointment-types", "calendar:read"),
        ("GET", "free-slots", "calendar:read"), ("GET", "appointments", "calendar:read"),
        ("POST", "appointments", "calendar:write"), ("GET", "appointments/1", "calendar:read"),
        ("PATCH", "appointments/1", "calendar:write"), ("DELETE", "appointments/1", "calendar:write"),
        ("GET", "patients?q=a", "patients:read"), ("POST", "patients", "patients:write"),
        ("GET", "patients/1", "patients:read"),
    ],
)  # fmt: skip
def test_a_token_without_the_right_answers_403(
    api_for: Callable[..., Any], reception: User, method: str, path: str, scope: str
) -> None:
    others = {"calendar:read", "calendar:write", "patients:read", "patients:write"} - {scope}
    answer = api_for(reception, *others).send(method, path, {} if method in ("POST", "PATCH") else None)

    told = problem(answer, 403, "scope_missing")
    assert scope in told["detail"]
    assert f'scope="{scope}"' in answer["WWW-Authenticate"]


@pytest.mark.parametrize(
    "path", ["", "v1", "v1/", "v1/nothing", "v2", "v2/call", "v1/appointments/abc", "v1/columns/x/"]
)
def test_an_unknown_address_answers_404(db: None, path: str) -> None:
    problem(Client().get(f"/api/{path}"), 404, "not_found")


def test_a_slash_too_many_does_no_harm(api: Any, column: CalendarColumn) -> None:
    answer = api.post("appointments/", GOOD | {"column": column.pk})

    assert answer.status_code == 201
    assert api.get(f"appointments/{answer.json()['id']}/").status_code == 200


@pytest.mark.parametrize(("method", "path"), [("PUT", "columns"), ("DELETE", "patients"), ("OPTIONS", "appointments")])
def test_an_unknown_method_answers_405(api: Any, method: str, path: str) -> None:
    answer = api.send(method, path)

    problem(answer, 405, "method_not_allowed")
    assert "GET" in answer["Allow"]


def test_another_format_answers_415(api: Any) -> None:
    answer = api.http.post("/api/v1/appointments", {"column": 1}, headers=api.headers)

    problem(answer, 415, "unsupported_media_type")


@pytest.mark.parametrize(
    "body",
    [b"{", b"\xff\xfe", b'{"column": NaN}', b"[" * 60_000, b'{"column": ' + b"9" * 5000 + b"}", "nul", "﻿{}"],
)
def test_malformed_json_answers_400(api: Any, body: Any) -> None:
    problem(api.send("POST", "appointments", body), 400, "malformed")


def test_a_huge_body_answers_413(api: Any) -> None:
    problem(api.send("POST", "appointments", b'{"a": "' + b"x" * 70_000 + b'"}'), 413, "too_large")


@pytest.mark.parametrize("body", [[], 1, "x", True, [{"column": 1}]])
def test_a_body_that_is_no_object_answers_400(api: Any, body: Any) -> None:
    problem(api.send("POST", "appointments", body if body != "x" else '"x"'), 400, "invalid")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"column": None}, "column"),
        ({"column": "1"}, "column"),
        ({"column": True}, "column"),
        ({"column": 0}, "column"),
        ({"column": 10**30}, "column"),
        ({"column": 1.5}, "column"),
        ({"column": 1e300}, "column"),
        ({"starts_at": "2026-11-23T09:00:00"}, "starts_at"),
        ({"starts_at": "2026-11-23"}, "starts_at"),
        ({"starts_at": "2026-02-30T09:00:00Z"}, "starts_at"),
        ({"starts_at": "0001-01-01T00:00:00+14:00"}, "starts_at"),
        ({"starts_at": "9999-12-31T23:59:00-14:00"}, "starts_at"),
        ({"starts_at": "２026-11-23T09:00:00Z"}, "starts_at"),
        ({"starts_at": 1764000000}, "starts_at"),
        ({"patient": "Berg"}, "patient"),
        ({"patient": []}, "patient"),
        ({"patient": {}}, "patient.last_name"),
        ({"patient": {"last_name": " "}}, "patient.last_name"),
        ({"patient": {"last_name": 5}}, "patient.last_name"),
        ({"patient": {"last_name": "Be\0rg"}}, "patient.last_name"),
        ({"patient": {"last_name": "Be\ud800rg"}}, "patient.last_name"),
        ({"patient": {"last_name": "x" * 61}}, "patient.last_name"),
        ({"patient": {"last_name": "Berg", "birth_date": "1.2.1960"}}, "patient.birth_date"),
        ({"patient": {"last_name": "Berg", "birth_date": "1960-02-30"}}, "patient.birth_date"),
        ({"patient": {"last_name": "Berg", "name": "x"}}, "patient.name"),
        ({"minutes": 0}, "minutes"),
        ({"minutes": 10**9}, "minutes"),
        ({"status": "arrived"}, "status"),
        ({"text": "x" * 201}, "text"),
        ({"text": "a\0b"}, "text"),
        ({"extra": 1}, "extra"),
        ({"minute": 45}, "minute"),
        ({"\ud800": 1}, "?"),
    ],
)  # fmt: skip
def test_a_wrong_value_answers_400_and_names_the_field(
    api: Any, column: CalendarColumn, change: dict[str, Any], field: str
) -> None:
    answer = api.post("appointments", {"column": column.pk} | GOOD | change)

    told = problem(answer, 400, "invalid")
    assert [error["field"] for error in told["errors"]] == [field]
    assert not Entry.objects.exists()


def test_a_missing_field_is_named(api: Any) -> None:
    told = problem(api.post("appointments", {}), 400, "invalid")

    assert {error["field"] for error in told["errors"]} == {"column", "starts_at", "patient"}
    assert "erforderlich" in told["errors"][0]["message"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"starts_at": "1999-12-31T09:00:00+01:00"}, "starts_at"),
        ({"starts_at": "9999-01-01T09:00:00Z"}, "starts_at"),
        ({"starts_at": "2026-11-23T09:00:30+01:00"}, "starts_at"),
    ],
)
def test_an_impossible_time_answers_422(api: Any, column: CalendarColumn, change: dict[str, Any], field: str) -> None:
    told = problem(api.post("appointments", {"column": column.pk} | GOOD | change), 422, "impossible")

    assert told["errors"][0]["field"] == field


def test_german_is_spoken_whatever_the_browser_prefers(api: Any) -> None:
    answer = api.post("appointments", {}, Accept_Language="en", Accept="text/html")

    assert "Dieses Feld ist zwingend erforderlich." in answer.content.decode()


@pytest.mark.parametrize("path", ["appointments/{entry}", "patients/{patient}"])
def test_a_foreign_object_answers_404(api: Any, neighbour: Practice, path: str) -> None:
    entry = make_appointment(make_column(neighbour, "Fremd"), at(9))
    address = path.format(entry=entry.pk, patient=make_patient(neighbour).pk)

    for method in ("GET", "PATCH", "DELETE") if "app" in path else ("GET",):
        missing = api.send(method, path.format(entry=10**25, patient=10**25), {} if method == "PATCH" else None)
        answer = api.send(method, address, {"text": "x"} if method == "PATCH" else None)
        problem(answer, 404, "not_found")
        assert (answer.status_code, answer.content) == (missing.status_code, missing.content)


@pytest.mark.parametrize("field", ["column", "appointment_type", "patient"])
def test_a_foreign_object_in_the_body_answers_404(
    api: Any, column: CalendarColumn, neighbour: Practice, field: str
) -> None:
    foreign = {
        "column": make_column(neighbour, "Fremd"), "appointment_type": make_type(neighbour, "Fremd"),
        "patient": make_patient(neighbour),
    }[field]  # fmt: skip
    body = {"column": column.pk} | GOOD | {field: foreign.pk}
    own = make_appointment(column, at(11))

    for answer in (api.post("appointments", body), api.patch(f"appointments/{own.pk}", {field: foreign.pk})):
        assert problem(answer, 404, "not_found")["errors"][0]["field"] == field


def test_foreign_columns_and_types_in_the_query_answer_404(api: Any, neighbour: Practice) -> None:
    foreign, kind = make_column(neighbour, "Fremd"), make_type(neighbour, "Fremd")

    for path in (f"free-slots?column={foreign.pk}", f"appointments?column={foreign.pk}", f"free-slots?type={kind.pk}"):
        problem(api.get(path), 404, "not_found")


def test_a_database_that_is_away_answers_503(api: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*args: Any) -> None:
        raise OperationalError

    monkeypatch.setattr("integrations.api.views.columns.active_columns", away)
    answer = api.get("columns")

    problem(answer, 503, "unavailable")
    assert answer["Retry-After"]


def test_a_fault_of_ours_is_a_problem_without_insides(
    api: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*args: Any) -> None:
        raise KeyError("secret")

    monkeypatch.setattr("integrations.api.views.columns.active_columns", broken)
    answer = api.get("columns")

    problem(answer, 500, "internal")
    assert b"secret" not in answer.content
    assert "Columns failed" in caplog.text
