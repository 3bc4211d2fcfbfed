"""One column of one day cut into the pieces of the grid. Pure: minutes since midnight, half-open.

Every minute of the visible range belongs to exactly one piece. Entries that overlap share a piece, so none is hidden.
"""

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from scheduling.models import CalendarColumn
from scheduling.models.entry import Kind
from scheduling.presentation.clock import DayClock, of_day
from scheduling.selectors.page import EntryLine
from scheduling.slots import Rule

Span = tuple[int, int]


@dataclass(slots=True)
class Piece:
    """A stretch of a lane. Neither entries nor `is_open`: closed hours. `is_slot`: exactly one slot of the raster."""

    start: int
    end: int
    is_open: bool = False
    is_slot: bool = False
    entries: list[EntryLine] = field(default_factory=list)
    notes: list[EntryLine] = field(default_factory=list)

    @property
    def length(self) -> int:
        return self.end - self.start


@dataclass(slots=True)
class Lane:
    column: CalendarColumn
    day: date
    clock: DayClock
    openings: list[Span]
    slots: list[Span]
    busy: list[tuple[int, int, EntryLine]]
    notes: list[tuple[int, int, EntryLine]]

    @property
    def works(self) -> bool:
        return bool(self.openings or self.busy or self.notes)

    def edges(self) -> set[int]:
        """Minutes at which something begins or ends."""
        spans: list[Span] = [*self.openings, *self.slots]
        spans += [(start, end) for start, end, _line in (*self.busy, *self.notes)]
        return {minute for span in spans for minute in span}

    def pieces(self, from_minute: int, until_minute: int) -> list[Piece]:
        taken = _clusters(self.busy)
        noted = [(start, end) for start, end, _note in self.notes]
        usable = _without(joined([*self.openings, *noted]), [(p.start, p.end) for p in taken])
        found = [*taken, *(piece for span in usable for piece in _cut(span, self.slots, noted))]
        found.sort(key=lambda piece: piece.start)
        _spread_notes(found, self.notes)
        return _with_closed(found, from_minute, until_minute)


def build_lane(column: CalendarColumn, clock: DayClock, rules: Iterable[Rule], lines: Iterable[EntryLine]) -> Lane:
    """`rules` are those that hold on the day, `lines` those that reach into it."""
    rules = list(rules)
    placed = [(*clock.span(line.starts_at, line.ends_at), line) for line in lines]
    return Lane(
        column=column,
        day=clock.day,
        clock=clock,
        openings=joined([(of_day(r.from_time), of_day(r.until_time)) for r in rules]),
        slots=_raster(rules),
        busy=[p for p in placed if p[2].kind != Kind.NOTE],
        notes=[p for p in placed if p[2].kind == Kind.NOTE],
    )


def _raster(rules: Sequence[Rule]) -> list[Span]:
    """Slots by their start; of two with the same start the shorter one."""
    shortest: dict[int, int] = {}
    for rule in rules:
        step = rule.slot_minutes
        for start in range(of_day(rule.from_time), of_day(rule.until_time) - step + 1, step):
            shortest[start] = min(start + step, shortest.get(start, start + step))
    return sorted(shortest.items())


def joined(spans: Iterable[Span]) -> list[Span]:
    """Sorted, touching and overlapping ones as one."""
    result: list[Span] = []
    for start, end in sorted(spans):
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        elif start < end:
            result.append((start, end))
    return result


def _clusters(busy: Sequence[tuple[int, int, EntryLine]]) -> list[Piece]:
    result: list[Piece] = []
    for start, end, line in sorted(busy, key=lambda item: item[:2]):
        if result and start < result[-1].end:
            result[-1].end = max(end, result[-1].end)
            result[-1].entries.append(line)
        else:
            result.append(Piece(start, end, entries=[line]))
    return result


def _without(spans: Sequence[Span], taken: Sequence[Span]) -> list[Span]:
    """What is left of the spans; both are sorted, neither overlaps itself."""
    left: list[Span] = []
    for start, end in spans:
        position = start
        for busy_start, busy_end in taken:
            if busy_end <= position or busy_start >= end:
                continue
            if busy_start > position:
                left.append((position, busy_start))
            position = max(position, busy_end)
        if position < end:
            left.append((position, end))
    return left


def _cut(span: Span, slots: Sequence[Span], noted: Sequence[Span]) -> list[Piece]:
    """A free stretch along the raster: whole slots where they fit, what is left between them as pieces of its own."""
    position, end = span
    pieces: list[Piece] = []
    for start, stop in slots:
        if start < position:
            continue
        if start >= end:
            break
        pieces += _leftover(position, start, noted)
        pieces.append(Piece(start, min(stop, end), is_open=True, is_slot=stop <= end))
        position = min(stop, end)
    return pieces + _leftover(position, end, noted)


def _leftover(start: int, end: int, noted: Sequence[Span]) -> list[Piece]:
    """Without a raster a note's own bounds are all there is to cut by."""
    cuts = sorted({start, end, *(minute for span in noted for minute in span if start < minute < end)})
    return [Piece(a, b, is_open=True) for a, b in itertools.pairwise(cuts)]


def _spread_notes(pieces: Sequence[Piece], notes: Iterable[tuple[int, int, EntryLine]]) -> None:
    for start, end, note in notes:
        for piece in pieces:
            if piece.start < end and start < piece.end:
                piece.notes.append(note)


def _with_closed(pieces: Sequence[Piece], from_minute: int, until_minute: int) -> list[Piece]:
    whole: list[Piece] = []
    position = from_minute
    for piece in pieces:
        if piece.start > position:
            whole.append(Piece(position, piece.start))
        whole.append(piece)
        position = piece.end
    if position < until_minute:
        whole.append(Piece(position, until_minute))
    return whole
