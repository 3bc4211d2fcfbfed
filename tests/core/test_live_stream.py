"""The stream over real HTTP, on the real application."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from weakref import WeakKeyDictionary

import httpx
import pytest
import redis
from django.conf import settings
from django.db import connection, transaction
from django.test import Client

from accounts.models import User
from praxis.asgi import application
from praxis.core import live, live_hub, views
from tests import factories
from tests.browser.server import serving
from tests.second_factors import add_app

MONDAY = date(2026, 11, 23)

pytestmark = pytest.mark.usefixtures("transactional_db", "empty_stream")


@pytest.fixture
def empty_stream() -> None:
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        client.delete(live.STREAM)


@pytest.fixture(scope="module")
def url(django_db_setup: None) -> Iterator[str]:
    with serving(application) as address:
        yield f"{address}/live/"


@pytest.fixture
def user() -> User:
    return factories.make_user(factories.make_practice("demo"), "empfang@demo.example")


def cookies_of(user: User) -> dict[str, str]:
    client = Client()
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
    return {settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value}


class Stream:
    def __init__(self, response: httpx.Response) -> None:
        self.response = response
        self._lines = response.iter_lines()
        assert self.next_block() == [f"retry: {views.RETRY_MS}"]

    def next_block(self) -> list[str]:
        block: list[str] = []
        for line in self._lines:
            if not line:
                return block
            block.append(line)
        return block

    def next_event(self) -> dict[str, str]:
        return dict(line.split(": ", 1) for line in self.next_block())


@contextmanager
def opened(url: str, user: User, since: str = "", last_id: str = "") -> Iterator[Stream]:
    headers = {"Last-Event-ID": last_id} if last_id else {}
    query = {"since": since} if since else {}
    with (
        httpx.Client(cookies=cookies_of(user), timeout=10) as client,
        client.stream("GET", url, headers=headers, params=query) as response,
    ):
        yield Stream(response)


def announce(user: User, *columns: int) -> None:
    with transaction.atomic():
        live.announce(user.practice_id, columns, [MONDAY, MONDAY, MONDAY + timedelta(days=1)])


def soon(holds: Callable[[], bool], seconds: float = 5) -> bool:
    until = time.monotonic() + seconds
    while not holds() and time.monotonic() < until:
        time.sleep(0.01)
    return holds()


def test_a_change_arrives_within_a_second_with_no_more_than_columns_and_days(url: str, user: User) -> None:
    with opened(url, user) as stream:
        started = time.monotonic()
        threading.Timer(0.05, lambda: (announce(user, 8, 7, 7), connection.close())).start()
        event = stream.next_event()
        assert time.monotonic() - started < 1
    assert json.loads(event["data"]) == {"columns": [7, 8], "days": ["2026-11-23", "2026-11-24"]}
    assert set(event) == {"id", "data"}


def test_nothing_between_reading_the_page_and_opening_the_stream_is_lost(url: str, user: User) -> None:
    position = live.position()
    announce(user, 1)
    with opened(url, user, since=position) as stream:
        assert json.loads(stream.next_event()["data"])["columns"] == [1]
        announce(user, 2)
        assert json.loads(stream.next_event()["data"])["columns"] == [2]


def test_a_browser_that_reconnects_goes_on_after_its_last_event(url: str, user: User) -> None:
    announce(user, 1)
    seen = live.position()
    announce(user, 2)
    with opened(url, user, since="0-0", last_id=seen) as stream:
        assert json.loads(stream.next_event()["data"])["columns"] == [2]


@pytest.mark.parametrize("since", ["nonsense", "1-1'; DROP", "9" * 50 + "-0"])
def test_a_position_that_is_none_means_from_now(url: str, user: User, since: str) -> None:
    announce(user, 1)
    with opened(url, user, since=since) as stream:
        announce(user, 2)
        assert json.loads(stream.next_event()["data"])["columns"] == [2]


def test_a_rolled_back_change_is_not_told(url: str, user: User) -> None:
    with opened(url, user) as stream:
        with transaction.atomic():
            live.announce(user.practice_id, [1], [MONDAY])
            transaction.set_rollback(True)
        announce(user, 2)
        assert json.loads(stream.next_event()["data"])["columns"] == [2]


def test_the_neighbour_hears_nothing_of_it(url: str, user: User) -> None:
    stranger = factories.make_user(factories.make_practice("nachbar"), "empfang@nachbar.example")
    with opened(url, stranger) as stream:
        announce(user, 1)
        announce(stranger, 2)
        assert json.loads(stream.next_event()["data"])["columns"] == [2]


def test_headers_keep_caches_and_proxies_from_holding_it_back(url: str, user: User) -> None:
    with opened(url, user) as stream:
        headers = stream.response.headers
    assert headers["content-type"] == "text/event-stream"
    assert headers["cache-control"] == "no-store"
    assert headers["x-accel-buffering"] == "no"


def test_an_idle_stream_is_kept_alive_and_ends_in_time(url: str, user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "PING_SECONDS", 0.05)
    monkeypatch.setattr(views, "LIFE_SECONDS", 0.3)
    with opened(url, user) as stream:
        assert stream.next_block() == [": ping"]
        while block := stream.next_block():
            assert block == [": ping"]


def test_nobody_gets_a_stream_without_signing_in_or_without_a_practice(url: str, user: User) -> None:
    operator = User.objects.create_superuser("betrieb@example.org", factories.PASSWORD)
    add_app(operator)
    assert httpx.get(url).status_code == 403
    assert httpx.get(url, cookies=cookies_of(operator)).status_code == 403
    assert httpx.post(url, cookies=cookies_of(user)).status_code in {403, 405}


def test_an_open_stream_holds_no_database_connection(url: str, user: User) -> None:
    def others() -> set[int]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            return {int(pid) for (pid,) in cursor.fetchall()}

    # By number of process: one left by an earlier test must neither fail this nor hide one that a stream holds.
    before = others()
    with opened(url, user) as _first, opened(url, user) as _second:
        assert soon(lambda: not others() - before)


def test_a_booking_does_not_fail_without_redis(settings: object, caplog: pytest.LogCaptureFixture, user: User) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    announce(user, 1)
    assert live.position() == ""
    assert "Live line not sent" in caplog.text


def test_a_page_that_was_closed_leaves_nothing_behind(url: str, user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    hubs: list[live_hub.Hub] = []
    remembered = live_hub.Hub.__init__

    def remember(self: live_hub.Hub, redis_url: str) -> None:
        hubs.append(self)
        remembered(self, redis_url)

    monkeypatch.setattr(live_hub.Hub, "__init__", remember)
    monkeypatch.setattr(live_hub, "_hubs", WeakKeyDictionary())
    with opened(url, user) as stream:
        announce(user, 1)
        stream.next_event()
        assert hubs[0].pages == 1
    assert soon(lambda: hubs[0].pages == 0)
