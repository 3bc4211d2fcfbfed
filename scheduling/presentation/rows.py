"""Rows of the grid: their times in the gutter, what is over, what a phone may fold away."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from scheduling.presentation.cells import Raster
from scheduling.presentation.clock import hhmm

HOUR = 60


@dataclass(slots=True)
class Row:
    minute: int
    is_past: bool
    label: str = ""
    label_rows: int = 1
    now_at: str = ""
    now_time: str = ""
    cells: list[str] = field(default_factory=list)
    folds: list[int] = field(default_factory=list)

    def html(self) -> str:
        names = ["hour"] if self.minute % HOUR == 0 else []
        names += ["past"] if self.is_past else []
        names += [f"f{position}" for position in self.folds]
        css = f' class="{" ".join(names)}"' if names else ""
        return f'<tr data-t="{hhmm(self.minute)}"{css}>{self._gutter()}{"".join(self.cells)}</tr>'

    def _gutter(self) -> str:
        if not self.label_rows:
            return ""
        span = f' rowspan="{self.label_rows}"' if self.label_rows > 1 else ""
        return f'<th scope="row"{span}><span>{self.label}</span>{self._now() if self.now_at else ""}</th>'

    def _now(self) -> str:
        y = self.now_at
        return (
            f'<svg class="nowmark" aria-hidden="true"><line x2="100%" y1="{y}" y2="{y}"/>'
            f'<svg y="{y}" overflow="visible"><rect x="3" y="-8" width="42" height="16" rx="3"/>'
            f'<text x="24" y="4">{self.now_time}</text></svg></svg>'
        )


def label_step(raster: Raster) -> int:
    """Every how many minutes the gutter says the time: once per line of text, at round minutes."""
    step = raster.slot if HOUR % raster.slot == 0 else 15
    return step if step % raster.step == 0 else raster.step


def labels(first: int, last: int, raster: Raster) -> Iterator[tuple[int, str, int]]:
    """Minute, words and number of rows of each time in the gutter."""
    step = label_step(raster)
    starts = [first, *(m for m in range(first - first % step + step, last, step))]
    for start, end in zip(starts, [*starts[1:], last], strict=True):
        is_full = start % HOUR == 0 or start == first or HOUR % step != 0
        yield start, hhmm(start) if is_full else f"{start % HOUR:02}", max(1, (end - start) // raster.step)


def build_rows(first: int, last: int, raster: Raster, past_until: int) -> list[Row]:
    rows = [Row(m, is_past=m + raster.step <= past_until, label_rows=0) for m in range(first, last, raster.step)]
    for minute, words, count in labels(first, last, raster):
        row = rows[(minute - first) // raster.step]
        row.label, row.label_rows = words, count
    return rows


def mark_now(rows: Sequence[Row], raster: Raster, now_minute: float) -> None:
    """Phones fold rows away, so there the line hangs on the time it belongs to, not on the whole table."""
    for row in rows:
        length = row.label_rows * raster.step
        if row.label_rows and row.minute <= now_minute < row.minute + length:
            row.now_time = hhmm(int(now_minute))
            row.now_at = f"{(now_minute - row.minute) / length:.1%}"
