"""Resident memory of one web process: after 5,000 and after 10,000 requests of the usual mix."""

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


def measure(server: Server, world: World) -> list[Line]:
    client = Client(headers={"host": "localhost"})
    client.force_login(world.user)
    page = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"}
    api = {"Authorization": f"Bearer {world.token}"}
    days = [world.today + timedelta(days=n) for n in range(5)]
    mix = [(f"/kalender/teile/?tag={days[0]}", page)]
    mix += [(f"/api/v1/free-slots?type={world.appointment_type.pk}&from={day}&to={day}", api) for day in days]
    mix += [("/api/v1/columns", api), ("/healthz", {}), (f"/api/v1/appointments?from={days[1]}&to={days[2]}", api)]
    connection = server.connect()
    halfway = 0.0
    for number in range(REQUESTS):
        path, headers = mix[number % len(mix)]
        status, _body, _seconds = ask(connection, "GET", path, headers)
        assert status == 200, path
        if number == REQUESTS // 2:
            halfway = server.memory_mb()
    after = server.memory_mb()
    held = after < LIMIT_MB and after - halfway < GROWTH_MB
    return [
        Line(
            id="memory-web-process", figure=after, unit="MB", floor=halfway, ratio=after / halfway,
            target=f"< {LIMIT_MB} MB, growth < {GROWTH_MB} MB", held=held,
            about=f"floor: after {REQUESTS // 2} requests; {REQUESTS} requests; {world.about}",
        )
    ]  # fmt: skip
