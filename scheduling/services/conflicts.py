from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models.sql import Query
from django.utils import formats
from django.utils.translation import gettext as _

from praxis.core.exceptions import PraxisError
from praxis.core.rows import build, columns_of, select
from scheduling.models import CalendarColumn, Entry
from scheduling.models.entry import TAKES_TIME, Kind
from scheduling.models.history import Action
from scheduling.selectors.entries import LONGEST
from scheduling.selectors.free import next_free_slots
from scheduling.services.locking import LOCK, lock_parameters
from scheduling.slots import Slot

# Actions that take time, and how long ago "just now" is.
TAKING = (Action.BOOK, Action.MOVE, Action.RESIZE, Action.COPY, Action.RESERVE, Action.REMARK, Action.EDIT, Action.UNDO)
LATELY = timedelta(minutes=10)


class SlotTaken(PraxisError):
    """Somebody else has the time. `message` names who and offers `next_free`; `public_message` names nobody."""

    def __init__(self, *, message: str, public_message: str, next_free: Sequence[Slot] = ()) -> None:
        super().__init__(message)
        self.public_message = public_message
        self.next_free = list(next_free)


def overlapping(column_ids: Iterable[int], starts_at: datetime, ends_at: datetime) -> list[Entry]:
    """What takes time in the stretch, ordered by start. The bounds on the start make the index of column and start
    fit, so that the history of a column does not count."""
    return list(
        Entry.objects.filter(
            TAKES_TIME, column_id__in=list(column_ids), starts_at__gt=starts_at - LONGEST, starts_at__lt=ends_at,
            ends_at__gt=starts_at,
        ).order_by("starts_at")
    )  # fmt: skip


def ensure_free(
    column: CalendarColumn, starts_at: datetime, ends_at: datetime, *, now: datetime, besides: int | None = None,
    type_id: int | None = None, with_lock: bool = False,
) -> None:  # fmt: skip
    """Raises SlotTaken when anything else takes time there. Call it after `lock_columns`; or `with_lock`, where it is
    one column only: lock and question travel in one message."""
    winner = _first_overlapping(column.pk, starts_at, ends_at, besides, with_lock=with_lock)
    if winner is None:
        return
    zone = ZoneInfo(column.practice.time_zone)
    minutes = round((ends_at - starts_at).total_seconds() / 60)
    slots = next_free_slots([column.pk], after=max(starts_at, now), zone=zone, type_id=type_id, minutes=minutes)
    raise slot_taken(winner, slots, zone, now)


def _first_overlapping(
    column_id: int, starts_at: datetime, ends_at: datetime, besides: int | None, *, with_lock: bool
) -> Entry | None:
    statement, condition = _overlapping_statement()
    parameters = [*condition, column_id, starts_at - LONGEST, ends_at, starts_at, besides or 0]
    with connection.cursor() as cursor:
        if with_lock:
            # The second statement looks when the first has got its lock, and sees what the holder before wrote.
            cursor.execute(f"{LOCK}; {statement}", lock_parameters(column_id) + parameters)
            cursor.nextset()
        else:
            cursor.execute(statement, parameters)
        values = cursor.fetchone()
    return None if values is None else build(Entry, values)


@cache
def _overlapping_statement() -> tuple[str, Sequence[Any]]:
    """The first of `overlapping`, compiled once: every booking asks this, and nearly always the answer is none."""
    query = Query(Entry, alias_cols=False)
    condition, parameters = query.build_where(TAKES_TIME).as_sql(query.get_compiler(connection=connection), connection)
    stretch = "column_id = %s AND starts_at > %s AND starts_at < %s AND ends_at > %s AND id <> %s"
    tail = f"FROM scheduling_entry e WHERE {condition} AND {stretch} ORDER BY starts_at LIMIT 1"
    return select(columns_of(Entry, "e"), tail), parameters


def slot_taken(winner: Entry, slots: Sequence[Slot], zone: ZoneInfo, now: datetime) -> SlotTaken:
    offer = _offer(slots, winner, zone)
    time = f"{winner.starts_at.astimezone(zone):%H:%M}"
    return SlotTaken(
        message=f"{_who(winner, time, now)} {offer}",
        public_message=f"{_('Diese Zeit ist inzwischen vergeben.')} {offer}",
        next_free=slots,
    )


def _who(winner: Entry, time: str, now: datetime) -> str:
    """Who took the time; not who touched the entry last, for example because the patient arrived."""
    taking = winner.changes.filter(action__in=TAKING).select_related("author").order_by("-id").first()
    if taking is None or taking.author is None:
        return _("%(time)s Uhr ist inzwischen vergeben.") % {"time": time}
    words = {
        Kind.RESERVATION: _("%(who)s hat %(time)s Uhr reserviert."),
        Kind.LOCK: _("%(who)s hat %(time)s Uhr gesperrt."),
    }
    lately = now - taking.at < LATELY
    booked = _("%(who)s hat %(time)s Uhr gerade vergeben.") if lately else _("%(who)s hat %(time)s Uhr vergeben.")
    return words.get(Kind(winner.kind), booked) % {"who": taking.author.display_name, "time": time}


def _offer(slots: Sequence[Slot], winner: Entry, zone: ZoneInfo) -> str:
    if not slots:
        return _("In dieser Spalte ist im nächsten halben Jahr nichts frei.")
    wanted_day = winner.starts_at.astimezone(zone).date()
    times = []
    for slot in slots:
        local = slot.starts_at.astimezone(zone)
        day = "" if local.date() == wanted_day else formats.date_format(local, "D d.m. ")
        times.append(f"{day}{local:%H:%M}")
    listed = times[0] if len(times) == 1 else _(" und ").join([", ".join(times[:-1]), times[-1]])
    return _("Frei: %(times)s Uhr.") % {"times": listed}
