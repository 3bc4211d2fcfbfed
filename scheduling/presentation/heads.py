"""Column heads: name, place, what is still free, and the load of the day in one stroke."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.utils import formats
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from scheduling.models.entry import Kind
from scheduling.presentation.address import PageAddress
from scheduling.presentation.clock import hhmm
from scheduling.presentation.lanes import Lane, Piece
from scheduling.selectors.page import EntryLine

EARLY_CLOSING = 14 * 60


@dataclass(frozen=True, kw_only=True)
class Head:
    """`position`: place on screen from 1. `free`: slots that can still be booked from the minute `after` on; None for
    both when the day is over."""

    lane: Lane
    position: int
    free: int | None
    after: int | None = None

    @property
    def words(self) -> str:
        lane = self.lane
        if not lane.openings:
            return _("keine Sprechzeit")
        is_over = self.free is None or (self.after is not None and self.after >= lane.openings[-1][1])
        parts = [] if is_over else [ngettext("%(n)d frei", "%(n)d frei", self.free or 0) % {"n": self.free}]
        if lane.openings[-1][1] <= EARLY_CLOSING:
            parts.append(_("bis %(time)s") % {"time": hhmm(lane.openings[-1][1])})
        return " · ".join(parts)

    def html(self, first: int, last: int) -> str:
        column = self.lane.column
        where = f'<span class="where">{escape(column.location)}</span>' if column.location else ""
        return (
            f'<th scope="col" class="k{self.position}"><div class="colhead"><div class="t"><span>{escape(column.name)}'
            f'</span>{where}</div><div class="s"><span>{escape(self.words)}</span></div>'
            f"{load_line(self.lane, first, last)}</div></th>"
        )


def still_free(pieces: Sequence[Piece], from_minute: int | None) -> int | None:
    """Whole slots from a minute on; None: the day is over."""
    if from_minute is None:
        return None
    return sum(1 for piece in pieces if piece.is_slot and piece.start >= from_minute)


def load_line(lane: Lane, first: int, last: int) -> str:
    whole = last - first
    strokes = "".join(
        f'<rect{_stroke(line)} x="{(start - first) / whole:.2%}" width="{(end - start) / whole:.2%}" height="4"/>'
        for start, end, line in lane.busy
    )
    return f'<svg class="load" aria-hidden="true"><rect class="bg" width="100%" height="4"/>{strokes}</svg>'


def _stroke(line: EntryLine) -> str:
    if line.kind != Kind.APPOINTMENT:
        return ' class="h"'
    return ' class="v"' if line.is_video else ""


def head_rows(heads: Sequence[Head], first: int, last: int, *, today: date, holidays: Mapping[date, str]) -> str:
    """One row of columns; above it a row of days when the page shows several."""
    columns = "".join(head.html(first, last) for head in heads)
    days = [(day, list(group)) for day, group in groupby(heads, key=lambda head: head.lane.day)]
    corner = f'<span class="vh">{_("Uhrzeit")}</span>'
    if len(days) < 2:
        return f'<tr><th scope="col">{corner}</th>{columns}</tr>'
    cells = "".join(_day_head(day, group, day == today, holidays.get(day, "")) for day, group in days)
    return f'<tr class="days"><th scope="col" rowspan="2">{corner}</th>{cells}</tr><tr>{columns}</tr>'


def _day_head(day: date, heads: Sequence[Head], is_today: bool, holiday: str) -> str:
    names = " ".join(f"k{head.position}" for head in heads)
    css = f"{names} today" if is_today else names
    url = PageAddress(day=day).url()
    named = formats.date_format(day, "D, d.m.")
    if holiday:
        named = f'<span class="ho" title="{escape(holiday)}">{named}</span> <small>{escape(holiday)}</small>'
    return f'<th scope="colgroup" colspan="{len(heads)}" class="{css}"><a href="{url}">{named}</a></th>'
