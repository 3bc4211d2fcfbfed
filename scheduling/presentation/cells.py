"""HTML of the cells of a lane. Strings are built here, not by a template: a full page has a thousand of them."""

from dataclasses import dataclass
from functools import cached_property
from html import escape

from scheduling.models.entry import Kind
from scheduling.presentation import marks
from scheduling.presentation.clock import hhmm
from scheduling.presentation.lanes import Lane, Piece
from scheduling.presentation.marks import Look
from scheduling.presentation.wording import gettext as _
from scheduling.selectors.page import EntryLine

NOON, MIDDAY_FROM, MIDDAY_UNTIL, LONGEST_BREAK = 12 * 60, 11 * 60, 15 * 60, 3 * 60


@dataclass(frozen=True, kw_only=True)
class Raster:
    """Geometry of the rows: `slot` is the shortest slot, one line of text high."""

    first: int
    step: int
    slot: int

    def rows(self, piece: Piece) -> int:
        return max(1, (piece.end - piece.start) // self.step)


@dataclass(frozen=True, kw_only=True)
class LaneCells:
    """Writes the cells of one lane. `position`: its place on screen, from 1. `first_stop`: minute of the Tab stop."""

    lane: Lane
    position: int
    raster: Raster
    look: Look
    new_url: str
    past_until: int
    marks_past: bool
    first_stop: int | None
    extra_class: str = ""

    def write(self, pieces: list[Piece]) -> list[tuple[int, str]]:
        """Row index and HTML of each cell."""
        cells = []
        shown_notes: set[int] = set()
        for piece in pieces:
            if piece.entries:
                html = self._taken(piece)
            elif piece.is_open:
                html = self._free(piece, shown_notes)
            else:
                html = self._closed(piece)
            cells.append(((piece.start - self.raster.first) // self.raster.step, html))
        return cells

    @cached_property
    def _place(self) -> str:
        return f'data-col="{self.lane.column.pk}" data-day="{self.lane.day}" '

    def _open_tag(self, css: str, piece: Piece, more: str = "") -> str:
        rows = self.raster.rows(piece)
        span = f' rowspan="{rows}"' if rows > 1 else ""
        stop = "0" if piece.start == self.first_stop else "-1"
        past = " past" if self.marks_past and piece.end <= self.past_until else ""
        return (
            f'<td class="{css}{past}{self.extra_class} k{self.position}" role="gridcell" tabindex="{stop}"{span} '
            f'{self._place}data-start="{self.lane.clock.iso(piece.start)}" data-minutes="{piece.length}"{more}>'
        )

    def _link(self, piece: Piece, words: str) -> str:
        start = self.lane.clock.iso(piece.start).replace("+", "%2B")
        return (
            f'<a class="slot" href="{self.new_url}?spalte={self.lane.column.pk}&amp;beginn={start}" tabindex="-1">'
            f'<span class="vh">{escape(words)}</span></a>'
        )

    def _free(self, piece: Piece, shown_notes: set[int]) -> str:
        link = self._link(piece, _("%(time)s frei") % {"time": hhmm(piece.start)})
        if not piece.notes:
            return f"{self._open_tag('free', piece)}{link}</td>"
        inner = "".join(
            marks.mark(
                note, self.look, lines=self._lines(piece), brief=self._brief(piece), again=note.id in shown_notes
            )
            for note in piece.notes[:1]
        )
        inner += marks.note_sign(piece.notes[1:], self.look)
        shown_notes.update(note.id for note in piece.notes)
        return f"{self._open_tag('free noted', piece)}{link}{inner}</td>"

    def _closed(self, piece: Piece) -> str:
        words = closed_words(self.lane, piece)
        spoken = _("%(time)s außerhalb der Sprechzeit vergeben") % {"time": hhmm(piece.start)}
        shown = f"<span>{escape(words)}</span>" if words else ""
        return f"{self._open_tag('closed', piece)}{self._link(piece, spoken)}{shown}</td>"

    def _taken(self, piece: Piece) -> str:
        first = piece.entries[0]
        more = marks.handle(first)
        if first.text and first.kind == Kind.APPOINTMENT:
            more += f' data-note="{escape(first.text)}"'
        if len(piece.entries) == 1:
            return f"{self._open_tag('taken', piece, more)}{self._entry(first, piece)}</td>"
        stacked = "".join(self._entry(line, piece, share=len(piece.entries)) for line in piece.entries)
        return f'{self._open_tag("taken stack", piece, more)}<div class="stacked">{stacked}</div></td>'

    def _entry(self, line: EntryLine, piece: Piece, share: int = 1) -> str:
        lines = max(1, self._lines(piece) // share)
        brief = self._brief(piece) or piece.length // share < self.raster.slot
        if line.kind != Kind.APPOINTMENT:
            return marks.mark(line, self.look, lines=lines, brief=brief)
        under = marks.note_sign(piece.notes, self.look) if line is piece.entries[0] else ""
        where = self.lane.column.location
        return marks.appointment(line, self.look, lines=lines, brief=brief, where=where, note_mark=under)

    def _lines(self, piece: Piece) -> int:
        return max(1, piece.length // self.raster.slot)

    def _brief(self, piece: Piece) -> bool:
        return piece.length < self.raster.slot


def closed_words(lane: Lane, piece: Piece) -> str:
    """Why nobody works then, or from when on somebody does."""
    before = [end for _start, end in lane.openings if end <= piece.start]
    after = [start for start, _end in lane.openings if start >= piece.end]
    if not before and not after:
        return _("keine Sprechzeit")
    if not before:
        return _("ab %(time)s") % {"time": hhmm(after[0])}
    if not after:
        return _("keine Sprechzeit") if piece.start < MIDDAY_UNTIL else ""
    if piece.start >= MIDDAY_FROM and piece.end <= MIDDAY_UNTIL and piece.length <= LONGEST_BREAK:
        return _("Mittag bis %(time)s") % {"time": hhmm(after[0])}
    return _("wieder ab %(time)s") % {"time": hhmm(after[0])}
