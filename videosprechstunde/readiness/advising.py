"""Advice for appointments of the calendar: facts are read, then judged."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from accounts.models import Practice
from praxis.core.asking import asked_once
from praxis.core.localtime import day_bounds, local_day
from scheduling.models import Entry
from scheduling.selectors.video import is_to_be_held, video_appointments, video_ids_among, video_ids_between
from videosprechstunde.readiness.advice import give_advice
from videosprechstunde.readiness.finding import find_facts
from videosprechstunde.readiness.terms import Advice

Advised = tuple[Entry, Advice]


def advise(entry: Entry, *, reader_id: int | None, now: datetime) -> Advice | None:
    """None: it is over or cancelled. `entry` as video_appointments answers it."""
    if not is_to_be_held(entry, now):
        return None
    return give_advice(find_facts([entry], reader_id=reader_id, now=now)[entry.pk])


def advise_among(entry_ids: Collection[int], now: datetime) -> list[Advised]:
    """Those of the entries that are video appointments still to be held."""
    return _advise_all(tuple(video_ids_among(entry_ids, now)), now)


def advise_days(practice: Practice, *, first: date, days: int, now: datetime) -> list[Advised]:
    """Video appointments still to be held that begin on these days."""
    zone = ZoneInfo(practice.time_zone)
    starts_at, _end = day_bounds(first, zone)
    _start, ends_at = day_bounds(first + timedelta(days=days - 1), zone)
    return _advise_all(tuple(video_ids_between(starts_at, ends_at, now)), now)


def advise_today(practice: Practice, now: datetime) -> list[Advised]:
    return advise_days(practice, first=local_day(now, ZoneInfo(practice.time_zone)), days=1, now=now)


@asked_once
def _advise_all(entry_ids: tuple[int, ...], now: datetime) -> list[Advised]:
    """The signs of a calendar page and the notices above it want the same appointments."""
    entries = video_appointments(entry_ids) if entry_ids else []
    facts = find_facts(entries, reader_id=None, now=now)
    return [(entry, give_advice(facts[entry.pk])) for entry in entries]
