"""Instants as eTermin writes them: "2026-05-10T10:00:00", "2026-05-10 10:00", "20260510 100000"."""

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from praxis.core.exceptions import PraxisError
from scheduling.services.timing import EARLIEST, LATEST

SHAPE = re.compile(
    r"(\d{4})-?(\d\d)-?(\d\d)[T ](\d\d):?(\d\d)(?::?(\d\d)(?:[.,]\d{1,9})?)?(Z|[+-]\d\d:?\d\d)?", re.ASCII
)


class NoInstant(PraxisError):
    """Unreadable, or a time that does not exist. The message quotes nothing."""


def read_instant(text: str, zone: ZoneInfo) -> datetime:
    """UTC, whole minutes. `zone` counts where the text names no offset; in the doubled hour the first one.

    Raises NoInstant, also for the hour that spring skips.
    """
    match = SHAPE.fullmatch(text.strip())
    if match is None:
        raise NoInstant("Beginn oder Ende ist kein lesbarer Zeitpunkt.")
    year, month, day, hour, minute, second = (int(part or 0) for part in match.groups()[:6])
    try:
        wall = datetime(year, month, day, hour, minute, second, tzinfo=UTC).replace(second=0, tzinfo=None)
        if match[7]:
            instant = datetime.fromisoformat(f"{wall.isoformat()}{match[7]}").astimezone(UTC)
        else:
            instant = wall.replace(tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise NoInstant("Beginn oder Ende nennt ein Datum oder eine Uhrzeit, die es nicht gibt.") from error
    if not match[7] and instant.astimezone(zone).replace(tzinfo=None) != wall:
        raise NoInstant("Beginn oder Ende liegt in der Stunde, die durch die Sommerzeit ausfällt.")
    if not EARLIEST <= instant.date() <= LATEST:
        raise NoInstant("Beginn oder Ende liegt außerhalb des Kalenders.")
    return instant
