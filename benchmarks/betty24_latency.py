"""How long a change takes to be seen on the other side: staff's at the portal, a patient's in an open calendar."""

import http.client
import json
import threading
import time
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.services.tokens import create_token
from benchmarks.betty24_world import Bound, build_many, scope, slots
from benchmarks.portal import KEY, Portal, portal_running, workers_running
from benchmarks.report import Line, percentile
from benchmarks.server import Server, ask
from integrations.betty24.services.switching import switch_on

CHANGES = 40
POLL_SECONDS = 5
LONGEST_SECONDS = 30


def measure(server: Server) -> list[Line]:
    with portal_running() as portal:
        calendars = [{"id": f"cal-{n}", "name": f"Kalender {n}"} for n in range(1, 5)]
        portal.ask("POST", "practices", {"key": f"{KEY}-0", "calendars": calendars})
        [bound] = build_many("latency", 1, host=portal.url, key=KEY, poll_seconds=POLL_SECONDS)
        with workers_running(2), scope(practice=bound.practice):
            user = User.objects.create_user("latency@bench.example", None, practice=bound.practice)
            switch_on(connection=bound.connection, actor=None, now=timezone.now())
            _wait_for_contact(bound)
            pushed = [_push(server, portal, bound, user, number) for number in range(CHANGES)]
            pulled = _pull_all(server, portal, user)
    limit = POLL_SECONDS + 1.5
    about = f"{CHANGES} changes one after the other"
    return [
        _line("betty24-push-p95", pushed, 2.0, about),
        _line("betty24-pull-p95", pulled, limit, f"{about}; asked every {POLL_SECONDS} s, target: interval + 1.5 s"),
    ]


def _line(name: str, seconds: list[float], limit: float, about: str) -> Line:
    p95 = percentile(seconds, 0.95)
    return Line(
        id=name,
        figure=p95,
        unit="s",
        floor=None,
        ratio=None,
        target=f"P95 < {limit:g} s",
        held=p95 < limit,
        about=about,
    )


def _wait_for_contact(bound: Bound) -> None:
    until = time.monotonic() + LONGEST_SECONDS
    while time.monotonic() < until:
        bound.connection.refresh_from_db()
        if bound.connection.last_pull_at is not None:
            return
        time.sleep(0.2)
    raise TimeoutError("the workers did not speak to the portal")


def _push(server: Server, portal: Portal, bound: Bound, user: User, number: int) -> float:
    """From the answer to the person who books until the portal shows the lock."""
    _token, secret = create_token(user=user, scopes=["calendar:write"], now=timezone.now())
    starts_at = slots(timezone.localdate() + timedelta(days=30), CHANGES)[number]
    body = {
        "column": bound.columns[0].pk,
        "starts_at": starts_at.isoformat(),
        "minutes": 15,
        "patient": {"last_name": "M"},
    }
    headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}
    status, content, _seconds = ask(server.connect(), "POST", "/api/v1/appointments", headers, json.dumps(body))
    assert status == 201, content
    began = time.monotonic()
    while len(portal.ask("GET", "locks", key=f"{KEY}-0")["locks"]) <= number:
        assert time.monotonic() < began + LONGEST_SECONDS, "the lock did not arrive"
        time.sleep(0.02)
    return time.monotonic() - began


def _pull_all(server: Server, portal: Portal, user: User) -> list[float]:
    client = Client(headers={"host": "localhost"})
    client.force_login(user)
    cookie = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"}
    page = OpenPage(server, cookie)
    day = timezone.localdate() + timedelta(days=60)
    seconds = []
    for number, starts_at in enumerate(slots(day, CHANGES)):
        patient = {"last_name": f"Online{number:03}", "first_name": "Erika", "birth_date": "1964-08-12"}
        times = {"start": starts_at.isoformat(), "end": (starts_at + timedelta(minutes=15)).isoformat()}
        portal.ask(
            "POST", "bookings", {"calendar": "cal-2", "patient": patient, "force": True, **times}, key=f"{KEY}-0"
        )
        seconds.append(page.seconds_until_shown(patient["last_name"], starts_at))
        # Not in step with the polling.
        time.sleep(0.37 * (number % 5))
    return seconds


class OpenPage:
    """Hears the live stream as a browser does and fetches the parts of the page when it says that something changed."""

    def __init__(self, server: Server, cookie: dict[str, str]) -> None:
        self._server = server
        self._cookie = cookie
        self._changed = threading.Event()
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self._server.port, timeout=300)
        connection.request("GET", "/live/", headers=self._cookie)
        stream = connection.getresponse()
        while line := stream.readline():
            if line.startswith(b"data:"):
                self._changed.set()

    def seconds_until_shown(self, name: str, starts_at: datetime) -> float:
        began = time.monotonic()
        path = f"/kalender/teile/?tag={starts_at.astimezone(UTC).date()}"
        while time.monotonic() < began + LONGEST_SECONDS:
            self._changed.wait(1)
            self._changed.clear()
            _status, body, _seconds = ask(self._server.connect(), "GET", path, self._cookie)
            if name.lower().encode() in body.lower():
                return time.monotonic() - began
        raise TimeoutError(f"{name} did not appear")
