"""The table of the calendar: lanes side by side, rows of one common step."""

from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field
from datetime import date
from math import gcd

from django.urls import reverse
from django.utils.safestring import SafeString

from scheduling.presentation.cells import LaneCells, Raster
from scheduling.presentation.clock import DAY_MINUTES, hhmm
from scheduling.presentation.heads import Head, head_rows, still_free
from scheduling.presentation.lanes import Lane, Piece
from scheduling.presentation.marks import Look
from scheduling.presentation.rows import Row, build_rows, mark_now

EMPTY_FROM, EMPTY_UNTIL, USUAL_SLOT = 8 * 60, 17 * 60, 15
MOST_PARTS = 15
NARROW_LANES = 20
# calendar-phone.css knows so many; with more a phone scrolls sideways.
MOST_ON_PHONE = 60


@dataclass(frozen=True, kw_only=True)
class NowLine:
    """Percentages of the grid's height and width, for SVG attributes."""

    time: str
    y: str
    x1: str
    x2: str


@dataclass(frozen=True, kw_only=True)
class Grid:
    """`parts`: into how many rows a line of text is divided. `shown`: the position a phone shows, 0 for all."""

    heads: list[Head]
    head: SafeString
    body: SafeString
    columns: SafeString
    parts: int
    is_days: bool
    shown: int
    now: NowLine | None

    @property
    def width_class(self) -> str:
        """Class that keeps columns wide enough to read."""
        n = len(self.heads)
        return f"cols-{n}" if n <= NARROW_LANES else f"cols-{-(-n // 5) * 5}"


@dataclass(frozen=True)
class GridWish:
    """`now_minute`: minute of today, seconds as a fraction. `shown`: id of the column a phone shows. `holidays`: names
    by day."""

    lanes: Sequence[Lane]
    look: Look
    _: KW_ONLY
    today: date
    now_minute: float
    shown: int | None = None
    holidays: Mapping[date, str] = field(default_factory=dict)


def build_grid(wish: GridWish) -> Grid:
    raster, last = geometry(wish.lanes)
    cut = [lane.pieces(raster.first, last) for lane in wish.lanes]
    heads = [
        Head(lane=lane, position=n, free=still_free(pieces, after), after=after)
        for n, (lane, pieces) in enumerate(zip(wish.lanes, cut, strict=True), 1)
        for after in [_from_minute(lane, wish)]
    ]
    is_days = len({lane.day for lane in wish.lanes}) > 1
    rows = build_rows(raster.first, last, raster, -1 if is_days or not wish.lanes else _past_until(wish.lanes[0], wish))
    shown = next((n for n, lane in enumerate(wish.lanes) if lane.column.pk == wish.shown), 0)
    _fill(wish, raster, cut, rows, shown=shown, marks_past=is_days)
    now = _now_line(wish, raster.first, last)
    if now:
        mark_now(rows, raster, wish.now_minute)
    return Grid(
        heads=heads,
        head=SafeString(head_rows(heads, raster.first, last, today=wish.today, holidays=wish.holidays)),
        body=SafeString("\n".join(row.html() for row in rows)),
        columns=SafeString("".join(f'<col class="k{head.position}">' for head in heads)),
        parts=min(raster.slot // raster.step, MOST_PARTS),
        is_days=is_days,
        shown=shown + 1 if len(heads) <= MOST_ON_PHONE else 0,
        now=now,
    )


def geometry(lanes: Sequence[Lane]) -> tuple[Raster, int]:
    """The largest step on which everything begins and ends, and the shortest slot, which is one line of text high."""
    edges = set().union(*(lane.edges() for lane in lanes)) or {EMPTY_FROM, EMPTY_UNTIL}
    lengths = {end - start for lane in lanes for start, end in lane.slots} or {USUAL_SLOT}
    first, last = min(edges), max(edges)
    step = gcd(*(edge - first for edge in edges), *lengths)
    last += -(last - first) % step
    return Raster(first=first, step=step, slot=min(lengths)), last


def _past_until(lane: Lane, wish: GridWish) -> int:
    """Minute of the lane's day up to which it is over."""
    if lane.day == wish.today:
        return int(wish.now_minute)
    return DAY_MINUTES if lane.day < wish.today else 0


def _from_minute(lane: Lane, wish: GridWish) -> int | None:
    return None if lane.day < wish.today else _past_until(lane, wish)


def _fill(
    wish: GridWish, raster: Raster, cut: Sequence[list[Piece]], rows: list[Row], *, shown: int, marks_past: bool
) -> None:
    stop = _tab_stop(wish, cut, shown)
    new_url = reverse("entry_new")
    previous_day = wish.lanes[0].day if wish.lanes else None
    for index, (lane, pieces) in enumerate(zip(wish.lanes, cut, strict=True)):
        starts_day, previous_day = lane.day != previous_day, lane.day
        writer = LaneCells(
            lane=lane, position=index + 1, raster=raster, look=wish.look, new_url=new_url,
            past_until=_past_until(lane, wish), marks_past=marks_past, first_stop=stop[1] if stop[0] == index else None,
            extra_class=" ds" if starts_day else "",
        )  # fmt: skip
        for row, html in writer.write(pieces):
            rows[row].cells.append(html)
        _fold(pieces, raster, rows, index + 1)


def _fold(pieces: Sequence[Piece], raster: Raster, rows: Sequence[Row], position: int) -> None:
    """Of closed hours one line of text stays on a phone."""
    for piece in pieces:
        if not piece.entries and not piece.is_open:
            begin = (piece.start - raster.first + raster.slot) // raster.step
            for row in rows[begin : (piece.end - raster.first) // raster.step]:
                row.folds.append(position)


def _tab_stop(wish: GridWish, cut: Sequence[list[Piece]], shown: int) -> tuple[int, int]:
    """Lane and minute of the one cell that Tab reaches: the first free one from now on, else the first of all."""
    order = [*range(shown, len(cut)), *range(shown)]
    for index in order:
        begin = _from_minute(wish.lanes[index], wish)
        for piece in cut[index]:
            if piece.is_open and begin is not None and piece.end > begin:
                return index, piece.start
    return (shown, cut[shown][0].start) if cut else (0, 0)


def _now_line(wish: GridWish, first: int, last: int) -> NowLine | None:
    """Across today's lanes only."""
    todays = [n for n, lane in enumerate(wish.lanes) if lane.day == wish.today]
    if not todays or not first <= wish.now_minute < last:
        return None
    count = len(wish.lanes)
    return NowLine(
        time=hhmm(int(wish.now_minute)),
        y=f"{(wish.now_minute - first) / (last - first):.3%}",
        x1=f"{todays[0] / count:.2%}",
        x2=f"{(todays[-1] + 1) / count:.2%}",
    )
