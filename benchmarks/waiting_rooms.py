"""Thirty waiting rooms at once: each patient holds a stream and asks every four seconds, each doctor does.

They come within four seconds; their first questions count as well. Apart from that all streams are opened anew in one
moment, as after a restart of the web process. The floor: the queries of one question, sent by plain psycopg.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import psycopg
from django.conf import settings
from django.db import connection as django_connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_scopes import scope

from accounts.models import Practice, User
from benchmarks.day_view import dsn, replay
from benchmarks.report import Line, percentile
from benchmarks.server import Server, ask
from tests.videosprechstunde.cast import make_video_house
from videosprechstunde.models import CallMember

ROOMS = 30
SECONDS = 30.0
EVERY = 4.0
P95_MS, CPU = 100, 1.0
# No later than everybody's next question.
REOPENED_S = EVERY


@dataclass
class Page:
    """One open page: a question every four seconds, and the stream that says when to ask at once."""

    server: Server
    base: str
    headers: dict[str, str]
    phase: float
    took: list[float] = field(default_factory=list)
    reopened: float = 0.0
    statuses: set[int] = field(default_factory=set)

    def run(self, until: float) -> None:
        next_at = time.monotonic() + self.phase
        time.sleep(self.phase)
        stream = self.server.connect()
        stream.request("GET", f"{self.base}strom", headers=self.headers)
        connection = self.server.connect()
        while (now := time.monotonic()) < until:
            if now < next_at:
                time.sleep(min(next_at, until) - now)
                continue
            next_at += EVERY
            status, _body, took = ask(connection, "GET", f"{self.base}stand?seit=0&epoche=0&tab=t", self.headers)
            self.took.append(took)
            self.statuses.add(status)
        stream.close()

    def reopen(self) -> None:
        began = time.monotonic()
        stream = self.server.connect()
        stream.request("GET", f"{self.base}strom", headers=self.headers)
        self.statuses.add(stream.getresponse().status)
        self.reopened = time.monotonic() - began
        stream.close()


def measure(server: Server) -> list[Line]:
    pages, sample = _pages(server)
    floor = _floor(sample)
    family = [server.process, *server.process.children(recursive=True)]
    before, began = sum(_cpu(one) for one in family), time.monotonic()
    _all_at_once([partial(page.run, began + SECONDS) for page in pages])
    cores = (sum(_cpu(one) for one in family) - before) / (time.monotonic() - began)
    _all_at_once([page.reopen for page in pages])
    reopened = max(page.reopened for page in pages)
    took = [one for page in pages for one in page.took]
    assert {status for page in pages for status in page.statuses} == {200}
    p95 = percentile(took, 0.95) * 1000
    about = f"{len(took)} questions of {len(pages)} pages in {SECONDS:.0f} s"
    about += f", median {percentile(took, 0.5) * 1000:.0f} ms"
    return [
        Line(
            id="video-waiting-rooms-30", figure=p95, unit="ms", floor=floor, ratio=p95 / floor,
            target=f"P95 < {P95_MS} ms", held=p95 < P95_MS, about=about,
        ),
        Line(
            id="video-waiting-rooms-30-cpu", figure=cores, unit="cores", floor=None, ratio=None,
            target=f"< {CPU:.0f} core of the web process", held=cores < CPU,
        ),
        Line(
            id="video-waiting-rooms-30-reopened", figure=reopened, unit="s", floor=None, ratio=None,
            target=f"< {REOPENED_S:.0f} s", held=reopened < REOPENED_S, about=f"{len(pages)} streams in one moment",
        ),
    ]  # fmt: skip


def _all_at_once(jobs: list[Callable[[], None]]) -> None:
    threads = [threading.Thread(target=job) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _cpu(process: Any) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def _pages(server: Server) -> tuple[list[Page], list[dict[str, Any]]]:
    """And the queries of one question of a patient."""
    practice = Practice.objects.create(slug="warteraeume", name="Video")
    pages: list[Page] = []
    with scope(practice=practice):
        doctor = User.objects.create_user("arzt@warten.example", None, practice=practice, role=User.Role.DOCTOR)
        house = make_video_house(practice, doctor, doctor, timezone.now())
        desk = Client(headers={"host": "localhost"})
        desk.force_login(doctor)
        for number in range(ROOMS):
            entry = house.book(patient=house.patient(f"Haas{number}"))
            tan = CallMember.objects.get(call__entry=entry, side=CallMember.Side.PATIENT).tan
            client = Client(headers={"host": "localhost"})
            assert client.post("/video/login/", {"tan": tan}).status_code == 302
            pages.append(Page(server, "/video/gespraech/", _cookie(client), EVERY * number / ROOMS))
            pages.append(Page(server, f"/video/termin/{entry.pk}/gespraech/", _cookie(desk), EVERY * number / ROOMS))
    with CaptureQueriesContext(django_connection) as captured:
        client.get("/video/gespraech/stand")
    return pages, captured.captured_queries


def _cookie(client: Client) -> dict[str, str]:
    name = settings.SESSION_COOKIE_NAME
    return {"Cookie": f"{name}={client.cookies[name].value}"}


def _floor(queries: list[dict[str, Any]]) -> float:
    """P95 of the same statements, alone, in ms."""
    with psycopg.connect(dsn(), autocommit=True) as plain:
        return percentile([replay(plain, queries) for _round in range(100)], 0.95) * 1000
