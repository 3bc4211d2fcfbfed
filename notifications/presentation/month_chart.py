"""The month as bars, drawn by the server; the same figures stand in the table below them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from notifications.selectors.months import DayFigures

WIDTH, HEIGHT, FOOT = 33, 160, 20
# Of a bar; the rest is air.
THICK = 21


@dataclass(frozen=True)
class Part:
    css: str
    y: int
    height: int


@dataclass(frozen=True)
class Bar:
    day: DayFigures
    x: int
    parts: list[Part]
    label_x: int
    # Mondays and the first carry their number.
    number: str


@dataclass(frozen=True)
class Chart:
    bars: list[Bar]
    width: int
    height: int
    base: int
    thick: int
    label_y: int
    top: int


@dataclass(frozen=True)
class Sums:
    sent: int
    delivered: int
    failed: int
    unclear: int
    credits: int
    euros: str


def chart(days: Sequence[DayFigures]) -> Chart:
    """Delivered at the bottom, sent without news above, then unclear and failed."""
    top = max((_whole(day) for day in days), default=0) or 1
    bars = [_bar(day, number * WIDTH, top) for number, day in enumerate(days)]
    return Chart(bars, len(days) * WIDTH, HEIGHT + FOOT, HEIGHT, THICK, HEIGHT + 15, top)


def _whole(day: DayFigures) -> int:
    return sum(n for _css, n in _stacked(day))


def _stacked(day: DayFigures) -> list[tuple[str, int]]:
    """`sent` includes what was delivered and what was refused later."""
    waiting = max(0, day.sent - day.delivered - day.failed)
    return [("ok", day.delivered), ("sent", waiting), ("unclear", day.unclear), ("danger", day.failed)]


def _bar(day: DayFigures, x: int, top: int) -> Bar:
    parts, y = [], HEIGHT
    for css, n in _stacked(day):
        if n:
            height = max(2, round(n / top * (HEIGHT - 8)))
            y -= height
            parts.append(Part(css, y, height))
    has_number = day.day.weekday() == 0 or day.day.day == 1
    return Bar(day, x + (WIDTH - THICK) // 2, parts, x + WIDTH // 2, f"{day.day.day}." if has_number else "")


def sums(days: Sequence[DayFigures]) -> Sums:
    points = sum(day.price_points for day in days)
    return Sums(
        sum(day.sent for day in days), sum(day.delivered for day in days), sum(day.failed for day in days),
        sum(day.unclear for day in days), sum(day.credits for day in days), euros(points),
    )  # fmt: skip


def euros(points: int) -> str:
    """Hundredths of a cent as euros; empty when the gateway names no prices."""
    return f"{points / 10_000:.2f}".replace(".", ",") if points else ""


def month_before(first: date) -> date:
    return (first - timedelta(days=1)).replace(day=1)


def month_after(first: date) -> date:
    return (first + timedelta(days=32)).replace(day=1)
