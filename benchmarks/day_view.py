"""The day of 20 columns as a signed-in person gets it, beside the page's own SELECTs sent by plain psycopg."""

import gzip
import time
from typing import Any

import psycopg
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.db import connection as django_connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from benchmarks.report import Line, percentile
from benchmarks.server import Server, ask
from benchmarks.world import World

ROUNDS = 200


def measure(server: Server, world: World) -> list[Line]:
    client = Client(headers={"host": "localhost"})
    client.force_login(world.user)
    path = f"/kalender/?tag={world.today}"
    with CaptureQueriesContext(django_connection) as captured:
        response = client.get(path)
    assert response.status_code == 200
    assert client.session[SESSION_KEY]
    headers = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"}
    http_connection = server.connect()
    seconds: list[float] = []
    bare: list[float] = []
    with psycopg.connect(dsn()) as plain:
        for _round in range(ROUNDS + 20):
            bare.append(replay(plain, captured.captured_queries))
            status, body, took = ask(http_connection, "GET", path, headers)
            assert status == 200
            seconds.append(took)
    p95, floor = percentile(seconds[20:], 0.95) * 1000, percentile(bare[20:], 0.95) * 1000
    size = len(gzip.compress(body, 6)) / 1024
    queries = len(captured.captured_queries)
    about = f"{queries} queries; {world.about}"
    return [
        Line(
            id="day-view-20-columns", figure=p95, unit="ms", floor=floor, ratio=p95 / floor, target="P95 < 120 ms",
            held=p95 < 120, about=about,
        ),
        Line(
            id="day-view-20-columns-size", figure=size, unit="kB", floor=None, ratio=None, target="< 60 kB gzipped",
            held=size < 60, about=f"{len(body) / 1024:.0f} kB plain",
        ),
    ]  # fmt: skip


def dsn() -> str:
    database = settings.DATABASES["default"]
    return psycopg.conninfo.make_conninfo(
        host=database["HOST"], port=database["PORT"], user=database["USER"], password=database["PASSWORD"] or None,
        dbname=database["NAME"],
    )  # fmt: skip


def replay(plain: "psycopg.Connection[Any]", queries: list[dict[str, str]]) -> float:
    started = time.perf_counter()
    for query in queries:
        if query["sql"].startswith("SELECT"):
            plain.execute(query["sql"].encode()).fetchall()
    return time.perf_counter() - started
