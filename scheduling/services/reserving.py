import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import product
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from accounts.models import Practice, User
from praxis.core.exceptions import PraxisError
from praxis.core.localtime import to_instant
from scheduling.events import TimeReserved
from scheduling.models import CalendarColumn, Entry
from scheduling.models.entry import Kind
from scheduling.models.history import Action
from scheduling.services.changing import create_entries, create_entry
from scheduling.services.conflicts import ensure_free, overlapping
from scheduling.services.locking import in_column_transaction, lock_columns
from scheduling.services.marking import words_of
from scheduling.services.timing import TimeInvalid, ends_after, minutes_of

# One action reserves at most this many stretches; more is a change of the raster.
MOST_STRETCHES = 400


class TimeInTheWay(PraxisError):
    """Entries stand in the time that was to be reserved; nothing was reserved. `in_the_way` lists them all."""

    def __init__(self, in_the_way: Sequence[Entry]) -> None:
        super().__init__(
            _("In dieser Zeit stehen schon %(n)d Einträge. Bitte verschieben oder nur die freien Zeiten reservieren.")
            % {"n": len(in_the_way)}
        )
        self.in_the_way = list(in_the_way)


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """Wall-clock hours on each of `days` in each of `columns`."""

    columns: Sequence[CalendarColumn]
    days: Sequence[date]
    from_time: time
    until_time: time


@in_column_transaction
def reserve_time(
    *, practice: Practice, stretch: Stretch, text: str, actor: User | None, now: datetime, around: bool = False
) -> list[Entry]:
    """Reserve in one action, undone in one action. One entry per column and day.

    `around`: leave out what is taken and reserve the gaps; otherwise anything in the way raises TimeInTheWay.
    Raises TimeInTheWay, TimeInvalid, TextMissing.
    """
    if len(stretch.columns) * len(stretch.days) > MOST_STRETCHES:
        raise TimeInvalid(_("Bitte höchstens %(n)d Spalten-Tage auf einmal reservieren.") % {"n": MOST_STRETCHES})
    words = words_of(text)
    zone = ZoneInfo(practice.time_zone)
    lock_columns([column.pk for column in stretch.columns])
    hours = {day: _hours(stretch, day, zone) for day in stretch.days}
    taken = _taken_by_column(stretch, hours)
    pieces: list[tuple[CalendarColumn, datetime, datetime]] = []
    in_the_way: list[Entry] = []
    for column, (starts_at, ends_at) in product(stretch.columns, hours.values()):
        standing = [e for e in taken.get(column.pk, ()) if e.starts_at < ends_at and e.ends_at > starts_at]
        in_the_way += standing
        pieces += [(column, start, end) for start, end in gaps_between(standing, starts_at, ends_at)]
    if in_the_way and not around:
        raise TimeInTheWay(in_the_way)
    batch = uuid.uuid4()
    entries = [
        Entry(
            practice=practice, column=column, kind=Kind.RESERVATION, starts_at=start, ends_at=end, text=words,
            batch=batch,
        )
        for column, start, end in pieces
    ]  # fmt: skip
    return create_entries(entries, action=Action.RESERVE, event=TimeReserved, actor=actor, now=now, batch=batch)


def _hours(stretch: Stretch, day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    starts_at, ends_at = to_instant(day, stretch.from_time, zone), to_instant(day, stretch.until_time, zone)
    return starts_at, ends_after(starts_at, minutes_of(starts_at, ends_at))


def _taken_by_column(stretch: Stretch, hours: Mapping[date, tuple[datetime, datetime]]) -> dict[int, list[Entry]]:
    """One query for all columns and days: colleagues wait for the locks meanwhile."""
    if not hours:
        return {}
    first = min(starts_at for starts_at, _ends_at in hours.values())
    last = max(ends_at for _starts_at, ends_at in hours.values())
    taken: dict[int, list[Entry]] = {}
    for entry in overlapping([column.pk for column in stretch.columns], first, last):
        taken.setdefault(entry.column_id, []).append(entry)
    return taken


@in_column_transaction
def reserve_span(
    *, practice: Practice, column: CalendarColumn, starts_at: datetime, minutes: int, text: str, actor: User | None,
    now: datetime,
) -> Entry:  # fmt: skip
    """One stretch of one column. Raises SlotTaken, TimeInvalid, TextMissing."""
    entry = Entry(
        practice=practice, column=column, kind=Kind.RESERVATION, starts_at=starts_at,
        ends_at=ends_after(starts_at, minutes), text=words_of(text),
    )  # fmt: skip
    lock_columns([column.pk])
    ensure_free(column, entry.starts_at, entry.ends_at, now=now)
    return create_entry(entry, action=Action.RESERVE, event=TimeReserved, actor=actor, now=now)


def gaps_between(taken: Sequence[Entry], starts_at: datetime, ends_at: datetime) -> list[tuple[datetime, datetime]]:
    """What of the stretch no entry takes. `taken` is ordered by start."""
    gaps = []
    position = starts_at
    for entry in taken:
        if entry.starts_at > position:
            gaps.append((position, entry.starts_at))
        position = max(position, entry.ends_at)
    if position < ends_at:
        gaps.append((position, ends_at))
    return gaps
