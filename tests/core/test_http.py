import logging
import socket
from datetime import timedelta

import pytest
from django.db import transaction

from praxis.core import http
from praxis.core.exceptions import OutsideError
from tests.core import outside_server as outside
from tests.core.outside_server import answering, serving


def call(
    url: str, *, method: str = "GET", idempotent: bool = True, timeout: float = 2, **options: object
) -> http.Answer:
    return http.request(method, url, timeout=timeout, idempotent=idempotent, allow_private=True, **options)


def refusal(behaviour: outside.Behaviour, **options: object) -> OutsideError:
    with serving(behaviour) as server, pytest.raises(OutsideError) as refused:
        call(server.url, **options)
    return refused.value


def test_it_sends_what_was_given_and_returns_status_headers_and_content() -> None:
    with serving(answering(201, b'{"id": 7}', X_Reference="abc")) as server:
        answer = call(server.url, method="POST", json={"a": 1}, headers={"Authorization": "Bearer t"})
    assert (answer.status, answer.json(), answer.headers["x-reference"]) == (201, {"id": 7}, "abc")
    [sent] = server.requests
    assert sent.startswith(b"POST /path?patient=Mustermann HTTP/1.1")
    assert b'{"a":1}' in sent
    assert b"Authorization: Bearer t" in sent
    assert f"Host: {server.url.split('/')[2]}".encode() in sent


@pytest.mark.parametrize(
    ("behaviour", "idempotent", "permanent", "unknown"),
    [
        (answering(400), False, True, False),
        (answering(401), False, True, False),
        (answering(404), True, True, False),
        (answering(409), False, True, False),
        (answering(302, Location="/other"), True, True, False),
        (answering(408), False, False, False),
        (answering(425), False, False, False),
        (answering(429), False, False, False),
        (answering(500), True, False, False),
        (answering(500), False, False, True),
        (answering(503), False, False, True),
        (outside.resetting, True, False, False),
        (outside.resetting, False, False, True),
        (outside.hanging, True, False, False),
        (outside.hanging, False, False, True),
        (outside.half_an_answer, True, False, False),
        (outside.half_an_answer, False, False, True),
        (outside.dripping, False, False, True),
        (outside.garbage, False, False, True),
    ],
)
def test_each_way_to_fail_says_whether_to_ask_again_and_whether_it_may_have_happened(
    behaviour: outside.Behaviour, idempotent: bool, permanent: bool, unknown: bool
) -> None:
    error = refusal(behaviour, method="POST", idempotent=idempotent, timeout=0.25)
    assert (error.permanent, error.outcome_unknown) == (permanent, unknown)
    assert "127.0.0.1" in error.message


def test_a_refused_connection_never_happened() -> None:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]
    with pytest.raises(OutsideError, match="nicht erreichbar") as refused:
        call(f"http://127.0.0.1:{port}/", idempotent=False)
    assert (refused.value.permanent, refused.value.outcome_unknown) == (False, False)


def test_redirects_are_not_followed() -> None:
    with serving(answering(302, Location="/other")) as server, pytest.raises(OutsideError, match="andere Adresse"):
        call(server.url)
    assert len(server.requests) == 1


def test_a_status_that_the_caller_expects_is_an_answer() -> None:
    with serving(answering(409, b'{"why": "taken"}')) as server:
        assert call(server.url, accept={201, 409}).json() == {"why": "taken"}


@pytest.mark.parametrize(
    ("header", "wait"),
    [
        ("120", timedelta(seconds=120)),
        ("999999999", timedelta(hours=24)),
        ("Wed, 01 Jan 2020 00:00:00 GMT", timedelta()),
        ("soon", None),
        ("-5", None),
        ("", None),
    ],
)
def test_retry_after_is_understood_or_ignored(header: str, wait: timedelta | None) -> None:
    assert refusal(answering(429, Retry_After=header)).retry_after == wait


def test_too_large_an_answer_is_cut_off() -> None:
    error = refusal(answering(200, b"x" * 2000), max_bytes=1000)
    assert (error.permanent, error.outcome_unknown) == (True, False)
    assert refusal(answering(200, b"x" * 2000), max_bytes=1000, idempotent=False).outcome_unknown


def test_what_is_not_json_is_an_outside_error_of_unknown_outcome_when_it_may_not_be_repeated() -> None:
    for idempotent in (True, False):
        with serving(answering(200, b"<html>")) as server:
            answer = call(server.url, idempotent=idempotent)
        with pytest.raises(OutsideError, match="unverständlich") as refused:
            answer.json()
        assert refused.value.outcome_unknown is not idempotent


@pytest.mark.parametrize("url", ["ftp://example.org/", "file:///etc/passwd", "example.org", "http://", ""])
def test_addresses_of_another_kind_are_refused(url: str) -> None:
    with pytest.raises(OutsideError) as refused:
        call(url)
    assert refused.value.permanent


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "10.1.2.3", "192.168.0.1", "169.254.169.254", "[::1]", "[::ffff:127.0.0.1]"],
)
def test_without_permission_no_address_inside_is_reached(host: str) -> None:
    with pytest.raises(OutsideError, match="im eigenen Netz") as refused:
        http.request("GET", f"http://{host}/", timeout=1, idempotent=True)
    assert refused.value.permanent


def test_the_connection_goes_to_the_checked_address_under_the_original_name(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(answering(200)) as server:
        monkeypatch.setattr(http, "public_addresses", lambda host: ["127.0.0.2", "127.0.0.1"])
        server_port = server.listening.getsockname()[1]
        http.request("GET", f"http://portal.example:{server_port}/x", timeout=2, idempotent=True)
    assert f"Host: portal.example:{server_port}".encode() in server.requests[0]


def test_an_unknown_name_may_be_known_later(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(OutsideError, match="Name ist unbekannt") as refused:
        http.request("GET", "https://portal.example/", timeout=1, idempotent=False)
    assert (refused.value.permanent, refused.value.outcome_unknown) == (False, False)


@pytest.mark.django_db
def test_it_refuses_to_call_inside_a_transaction() -> None:
    with transaction.atomic(), pytest.raises(RuntimeError, match="commit first"):
        call("http://127.0.0.1/")


def test_logs_hold_neither_query_nor_path_nor_body(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, logger="praxis"), caplog.at_level(logging.INFO):
        with serving(answering(200, b'{"name": "Mustermann"}')) as server:
            call(server.url, method="POST", json={"name": "Mustermann"})
        refusal(answering(500, b"Mustermann"), method="POST")
        refusal(outside.resetting)
    assert "POST 127.0.0.1: 200" in caplog.text
    assert "Mustermann" not in caplog.text
    assert "/path" not in caplog.text
