"""Free slots of 8 columns x 4 weeks over HTTP, beside the same two SELECTs and the pure function without HTTP."""

import json
import time
from datetime import timedelta
from zoneinfo import ZoneInfo

from django_scopes import scope

from benchmarks.report import Line, percentile
from benchmarks.server import Server, ask
from benchmarks.world import World
from scheduling.selectors.free import FreeSlotQuery, find_free_slots

ROUNDS = 200


def measure(server: Server, world: World) -> list[Line]:
    first, last = world.today + timedelta(days=7), world.today + timedelta(days=34)
    query = FreeSlotQuery(
        column_ids=[column.pk for column in world.columns], first_day=first, last_day=last,
        zone=ZoneInfo("Europe/Berlin"), type_id=world.appointment_type.pk, minutes=15,
    )  # fmt: skip
    path = f"/api/v1/free-slots?type={world.appointment_type.pk}&from={first}&to={last}"
    headers = {"Authorization": f"Bearer {world.token}"}
    connection = server.connect()
    over_http: list[float] = []
    without: list[float] = []
    with scope(practice=world.practice):
        for _round in range(ROUNDS + 20):
            started = time.perf_counter()
            slots = find_free_slots(query)
            without.append(time.perf_counter() - started)
            status, body, seconds = ask(connection, "GET", path, headers)
            assert status == 200, body
            over_http.append(seconds)
    assert len(json.loads(body)["slots"]) == len(slots)
    p95, floor = percentile(over_http[20:], 0.95) * 1000, percentile(without[20:], 0.95) * 1000
    return [
        Line(
            id=f"free-slots-{world.fill:.0%}".replace("%", ""), figure=p95, unit="ms", floor=floor, ratio=p95 / floor,
            target="P95 < 50 ms, ratio <= 2.5", held=p95 < 50 and p95 / floor <= 2.5,
            about=f"{len(slots)} slots; {world.about}",
        )
    ]  # fmt: skip
