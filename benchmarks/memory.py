"""Resident memory of one web process: after 5,000 and after 10,000 requests of the usual mix."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from django.conf import settings
from django.test import Client

from benchmarks.report import Line
from benchmarks.server import Server, ask
from benchmarks.world import World

REQUESTS = 10_000
LIMIT_MB = 220
# Noise of an allocator; a leak of one kilobyte a request would show as 5 MB.
GROWTH_MB = 4

# As many as the threads of a web process: each has its own connection and its own corner of the heap.
CLIENTS = 8
Wanted = tuple[str, dict[str, str]]


def measure(server: Server, world: World) -> list[Line]:
    client = Client(headers={"host": "localhost"})
    client.force_login(world.user)
    page = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"}
    api = {"Authorization": f"Bearer {world.token}"}
    days = [world.today + timedelta(days=n) for n in range(5)]
    slots = f"/api/v1/free-slots?type={world.appointment_type.pk}"
    mix: list[Wanted] = [(f"{slots}&from={day}&to={day}", api) for day in days] * 2
    mix += [("/api/v1/columns", api), (f"/api/v1/appointments?from={days[1]}&to={days[2]}&limit=20", api)] * 4
    mix += [(f"/kalender/teile/?tag={days[0]}", page), ("/healthz", {})]
    half = [mix[number % len(mix)] for number in range(REQUESTS // 2)]
    _send(server, half)
    halfway = server.memory_mb()
    _send(server, half)
    after = server.memory_mb()
    held = after < LIMIT_MB and after - halfway < GROWTH_MB
    return [
        Line(
            id="memory-web-process", figure=after, unit="MB", floor=halfway, ratio=after / halfway,
            target=f"< {LIMIT_MB} MB, growth < {GROWTH_MB} MB", held=held,
            about=f"floor: after {REQUESTS // 2} requests; {REQUESTS} requests; {world.about}",
        )
    ]  # fmt: skip


def _send(server: Server, wanted: list[Wanted]) -> None:
    def client(own: list[Wanted]) -> None:
        connection = server.connect()
        for path, headers in own:
            status, _body, _seconds = ask(connection, "GET", path, headers)
            assert status == 200, path

    with ThreadPoolExecutor(CLIENTS) as clients:
        list(clients.map(client, [wanted[number::CLIENTS] for number in range(CLIENTS)]))
