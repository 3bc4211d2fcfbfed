"""What uvicorn serves, over real HTTP: threads that keep their connections, and browsers that misbehave."""

import itertools
import logging
import socket
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.db import connection, connections
from django.test import Client
from django.utils import timezone
from django_scopes import scope

from accounts.models import User
from accounts.services.tokens import create_token
from praxis.asgi import ThreadedHandler
from tests import factories
from tests.browser.server import serving

# Codecs that Python finds and that make no text, or none that a database takes.
CHARSETS = ("hex", "base64", "rot13", "zip", "utf-7", "undefined", "nonsense")
KINDS = ("text/html", "application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x")

pytestmark = pytest.mark.usefixtures("transactional_db")


@pytest.fixture
def handler(monkeypatch: pytest.MonkeyPatch) -> Iterator[ThreadedHandler]:
    """One thread, which keeps its connection as it does outside of tests."""
    monkeypatch.setitem(connections.databases["default"], "CONN_MAX_AGE", None)
    handler = ThreadedHandler(1)
    yield handler
    handler.threads.submit(connections.close_all).result()


@pytest.fixture
def browser(handler: ThreadedHandler) -> Iterator[httpx.Client]:
    """Signed in, on a real socket."""
    client = Client()
    user = factories.make_user(factories.make_practice("demo"), "empfang@demo.example")
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
    cookies = {settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value}
    with serving(handler) as address, httpx.Client(base_url=address, cookies=cookies, timeout=10) as browser:
        yield browser


def backend_of(handler: ThreadedHandler) -> int:
    """The process of PostgreSQL that serves the thread."""
    return handler.threads.submit(lambda: connections["default"].connection.info.backend_pid).result()


def end_backend(pid: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
        assert cursor.fetchone() == (True,)


def test_a_thread_keeps_its_connection_and_replaces_one_that_was_ended(
    browser: httpx.Client, handler: ThreadedHandler
) -> None:
    assert browser.get("/patienten/").status_code == 200
    first = backend_of(handler)
    assert browser.get("/patienten/").status_code == 200
    assert backend_of(handler) == first
    end_backend(first)
    assert browser.get("/patienten/").status_code == 200
    assert backend_of(handler) != first


def test_static_files_are_served_whole(browser: httpx.Client) -> None:
    path = finders.find("css/calendar.css")
    assert isinstance(path, str)
    with open(path, "rb") as file:
        content = file.read()
    answer = browser.get("/static/css/calendar.css")
    assert (answer.status_code, answer.content) == (200, content)
    assert answer.headers["content-type"].startswith("text/css")
    part = browser.get("/static/css/calendar.css", headers={"Range": "bytes=2-9"})
    assert (part.status_code, part.content) == (206, content[2:10])
    unchanged = browser.get("/static/css/calendar.css", headers={"If-Modified-Since": answer.headers["last-modified"]})
    assert (unchanged.status_code, unchanged.content) == (304, b"")


def test_head_answers_like_get_without_a_body(browser: httpx.Client) -> None:
    for path in ("/patienten/", "/kalender/", "/static/css/calendar.css", "/healthz"):
        answer = browser.head(path)
        assert (answer.status_code, answer.content) == (200, b""), path
        assert browser.get(path).status_code == 200, "the connection is still in step"
    for path in ("/patienten/", "/static/css/calendar.css"):
        assert browser.head(path).headers["content-length"] == browser.get(path).headers["content-length"]


@pytest.mark.parametrize("path", ["/patienten/?q=%C3%BC", "/konto/login/", "/kalender/neu/?q=a", "/gibt-es-nicht/?q=a"])
def test_text_in_a_charset_that_is_none_is_the_callers_mistake(browser: httpx.Client, path: str) -> None:
    for method, kind, charset in itertools.product(("GET", "POST"), KINDS, CHARSETS):
        answer = browser.request(
            method, path, headers={"Content-Type": f"{kind}; charset={charset}"}, content=b"q=%C3%BC"
        )
        # Python does not know the last one, so it is as if nothing had been said.
        wrong = range(200, 500) if charset == "nonsense" else range(400, 500)
        assert answer.status_code in wrong, (method, kind, charset, answer.text[:300])


@pytest.mark.parametrize("path", ["columns?q=a", "appointments?q=%C3%BC", "gibt-es-nicht?q=a"])
def test_the_api_reads_utf_8_whatever_the_header_says(browser: httpx.Client, path: str) -> None:
    with scope(practice=User.objects.get().practice):
        secret = create_token(user=User.objects.get(), scopes=["calendar:read", "calendar:write"], now=timezone.now())[
            1
        ]
    for method, kind, charset in itertools.product(("GET", "POST", "PATCH"), KINDS, CHARSETS):
        headers = {"Content-Type": f"{kind}; charset={charset}", "Authorization": f"Bearer {secret}"}
        answer = browser.request(method, f"/api/v1/{path}", headers=headers, content=b'{"column": "\xc3\xbc"}')
        expected = range(200, 500) if method == "GET" else range(400, 500)
        assert answer.status_code in expected, (method, kind, charset, answer.text[:300])


def test_a_browser_that_leaves_in_the_middle_of_its_body_disturbs_nobody(
    browser: httpx.Client, caplog: pytest.LogCaptureFixture
) -> None:
    where = urlsplit(str(browser.base_url))
    head = f"POST /kalender/neu/ HTTP/1.1\r\nHost: {where.netloc}\r\nContent-Length: 5000\r\n\r\nspalte="
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            with socket.create_connection((where.hostname or "", where.port or 0)) as leaving:
                leaving.sendall(head.encode())
                time.sleep(0.05)
        assert browser.get("/patienten/").status_code == 200
    assert [record.getMessage() for record in caplog.records] == []
