"""Instants are whole seconds since 1970 in the store and ISO-8601 with offset on the wire."""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from simulators.betty24.answers import Refusal

# Half-open, in the calendar's zone, Monday to Friday.
ONLINE_HOURS = ((time(8), time(12)), (time(14), time(18)))
SATURDAY = 5
YEARS = range(1900, 2200)


@lru_cache(maxsize=64)
def zone(name: str) -> ZoneInfo:
    """Raises Refusal for a zone nobody knows."""
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        raise Refusal(422, "invalid", f"timezone {name!r} is not known") from None


def instant(value: object, name: str) -> int:
    """Raises Refusal when this is no instant with an offset."""
    try:
        # A plus that was not escaped in a query arrives as a blank.
        moment = datetime.fromisoformat(str(value).replace(" ", "+"))
        if moment.tzinfo is None or moment.year not in YEARS:
            raise ValueError
        return int(moment.timestamp())
    except (ValueError, OverflowError):
        raise Refusal(422, "invalid", f"{name} must be ISO-8601 with offset") from None


def day(value: object, name: str) -> date:
    try:
        found = date.fromisoformat(str(value))
        if found.year not in YEARS:
            raise ValueError
        return found
    except ValueError:
        raise Refusal(422, "invalid", f"{name} must be a date") from None


def span(fields: dict[str, object]) -> tuple[int, int]:
    """[start, end) of a body; raises Refusal when it is none."""
    starts, ends = instant(fields.get("start"), "start"), instant(fields.get("end"), "end")
    if ends <= starts:
        raise Refusal(422, "invalid", "end must be after start")
    return starts, ends


def written(seconds: int, zone_name: str) -> str:
    return datetime.fromtimestamp(seconds, zone(zone_name)).isoformat()


def written_in_utc(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z")


def day_bounds(on: date, zone_name: str) -> tuple[int, int]:
    """Midnight to midnight, 23 or 25 hours at the change of clocks."""
    midnights = (datetime.combine(each, time(), zone(zone_name)) for each in (on, on + timedelta(days=1)))
    starts, ends = (int(midnight.timestamp()) for midnight in midnights)
    return starts, ends


def online_hours(on: date, zone_name: str) -> list[tuple[int, int]]:
    if on.weekday() >= SATURDAY:
        return []
    hours = [[datetime.combine(on, edge, zone(zone_name)).timestamp() for edge in pair] for pair in ONLINE_HOURS]
    return [(int(opens), int(closes)) for opens, closes in hours]


def is_online_time(starts: int, ends: int, zone_name: str) -> bool:
    on = datetime.fromtimestamp(starts, zone(zone_name)).date()
    return any(opens <= starts and ends <= closes for opens, closes in online_hours(on, zone_name))
