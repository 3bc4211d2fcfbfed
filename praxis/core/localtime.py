"""Wall clock of a practice to instants: the one place that knows what a change night does."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_SECOND = timedelta(seconds=1)


def to_instant(day: date, wall: time, zone: ZoneInfo) -> datetime:
    """The UTC instant at which clocks in `zone` show `wall` on `day`.

    A time that the spring gap skips becomes the first valid instant after it; in the doubled hour the first one counts.
    `wall` is naive.
    """
    if wall.tzinfo is not None:
        raise ValueError("wall must be naive: the zone is an argument of its own")
    local = datetime.combine(day, wall.replace(fold=0), tzinfo=zone)
    instant = local.astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) == local.replace(tzinfo=None):
        return instant
    return _end_of_gap(local, instant)


def _end_of_gap(local: datetime, after: datetime) -> datetime:
    """PEP 495: fold=1 reads a skipped time with the later offset, fold=0 with the earlier: the change lies between."""
    zone = local.tzinfo
    before = local.replace(fold=1).astimezone(UTC).replace(microsecond=0)
    new_offset = after.astimezone(zone).utcoffset()
    seconds_low, seconds_high = 0, int((after - before) / _SECOND) + 1
    while seconds_high - seconds_low > 1:
        middle = (seconds_low + seconds_high) // 2
        if (before + middle * _SECOND).astimezone(zone).utcoffset() == new_offset:
            seconds_high = middle
        else:
            seconds_low = middle
    return before + seconds_high * _SECOND


def day_bounds(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The half-open range of instants that are `day` in `zone`: 23, 24 or 25 hours long."""
    return to_instant(day, time.min, zone), to_instant(day + timedelta(days=1), time.min, zone)


def local_day(instant: datetime, zone: ZoneInfo) -> date:
    return instant.astimezone(zone).date()
