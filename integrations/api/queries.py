"""The part of an address behind the question mark, read as strictly as a body. Refusals name the parameter."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.http import QueryDict
from django.utils.translation import gettext as _

from integrations.api.fields import LARGEST_ID, parse_day, parse_instant
from integrations.api.parsing import shown_name
from integrations.api.problems import invalid
from praxis.core.localtime import day_bounds, local_day
from scheduling.services.timing import EARLIEST, LATEST

USUAL_DAYS = 28
MOST_DAYS = 84
ONE_DAY = timedelta(days=1)
# A plus that was not encoded arrives as a blank: "2026-11-23T09:00:00 01:00".
_LOST_PLUS = re.compile(r"^(.{10}T.*) ([0-9]{2}:?[0-9]{2})$", re.IGNORECASE)


@dataclass(frozen=True)
class Period:
    """Half-open instants and the local days they touch, last one included."""

    starts_at: datetime
    ends_at: datetime
    first_day: date
    last_day: date


def check_names(query: QueryDict, *, single: Iterable[str] = (), repeated: Iterable[str] = ()) -> None:
    """Refuses unknown parameters, and a second value where only one counts."""
    single = frozenset(single)
    for name in query:
        if name not in single and name not in repeated:
            raise invalid(shown_name(name), _("Diesen Parameter gibt es hier nicht."))
        if name in single and len(query.getlist(name)) > 1:
            raise invalid(name, _("Bitte nur einen Wert angeben."))


def read_number(query: QueryDict, name: str, *, largest: int = LARGEST_ID) -> int | None:
    return _number(str(query[name]), name, largest) if name in query else None


def read_numbers(query: QueryDict, name: str) -> list[int]:
    return [_number(text, name, LARGEST_ID) for text in query.getlist(name)]


def _number(text: str, name: str, largest: int) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 20 and 1 <= int(text) <= largest):
        raise invalid(name, _("Bitte eine ganze Zahl von 1 bis %(n)d angeben.") % {"n": largest})
    return int(text)


def read_period(query: QueryDict, *, zone: ZoneInfo, now: datetime) -> Period:
    """`from` and `to`: whole days of the practice, or instants. A date in `to` includes that day."""
    starts_at = _edge(query, "from", zone, last=False) or day_bounds(local_day(now, zone), zone)[0]
    first_day = local_day(starts_at, zone)
    usual_end = day_bounds(min(first_day + (USUAL_DAYS - 1) * ONE_DAY, LATEST), zone)[1]
    ends_at = _edge(query, "to", zone, last=True) or usual_end
    if ends_at <= starts_at:
        raise invalid("to", _("Das Ende liegt nicht nach dem Beginn."))
    last_day = local_day(ends_at - timedelta(microseconds=1), zone)
    if (last_day - first_day).days >= MOST_DAYS:
        raise invalid("to", _("Bitte höchstens %(n)d Tage auf einmal abfragen.") % {"n": MOST_DAYS})
    return Period(starts_at, ends_at, first_day, last_day)


def _edge(query: QueryDict, name: str, zone: ZoneInfo, *, last: bool) -> datetime | None:
    if name not in query:
        return None
    text = str(query[name])
    try:
        if len(text) == len("2026-11-23"):
            edge = day_bounds(_within(parse_day(text)), zone)[last]
        else:
            edge = parse_instant(_LOST_PLUS.sub(r"\1+\2", text))
            _within(edge.date())
    except ValueError as error:
        raise invalid(name, str(error)) from error
    return edge


def _within(day: date) -> date:
    if not EARLIEST <= day <= LATEST:
        raise ValueError(_("Dieses Datum liegt außerhalb des Kalenders."))
    return day
