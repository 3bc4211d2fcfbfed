"""Which figures are measured, in which order."""

from collections.abc import Sequence
from functools import cache

import django
from django.core.management import call_command

from benchmarks.report import Line, head, show


def run_all(only: Sequence[str]) -> list[Line]:
    """`only`: names of groups (free-slots, day-view, booking, memory, betty24-latency, betty24-apply, betty24-many,
    etermin, messages, konto, warm-start, video-calls, waiting-rooms); empty: all."""
    django.setup()
    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    from benchmarks import (
        betty24_apply,
        betty24_latency,
        betty24_many,
        booking,
        day_view,
        etermin,
        free_slots,
        konto,
        memory,
        messages,
        video_calls,
        waiting_rooms,
        warm_start,
        world,
    )
    from benchmarks.server import serving

    small = cache(lambda: world.build("acht", columns=8, fill=0.6))
    full = cache(lambda: world.build("acht-voll", columns=8, fill=0.9))
    large = cache(lambda: world.build("zwanzig", columns=20, fill=0.9))
    groups = {
        "free-slots": lambda server: free_slots.measure(server, small()) + free_slots.measure(server, full()),
        "day-view": lambda server: day_view.measure(server, large()),
        "memory": lambda server: memory.measure(server, small()),
        "booking": lambda server: booking.measure(server, small()),
        "betty24-latency": betty24_latency.measure,
        "etermin": etermin.measure,
        "video-calls": video_calls.measure,
        "waiting-rooms": waiting_rooms.measure,
    }
    alone = {
        "betty24-apply": betty24_apply.measure,
        "betty24-many": betty24_many.measure,
        "konto": konto.measure,
        "messages": messages.measure,
        "warm-start": warm_start.measure,
    }
    workers = {"booking": 2}
    lines: list[Line] = []
    head()
    for name, measure in groups.items():
        if only and name not in only:
            continue
        with serving(workers.get(name, 1)) as server:
            for line in measure(server):
                show(line)
                lines.append(line)
    for name, measure_alone in alone.items():
        if not only or name in only:
            for line in measure_alone():
                show(line)
                lines.append(line)
    return lines
