"""Values from addresses and hidden fields: whatever makes no sense reads as None, never as an error."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from praxis.core.localtime import to_instant
from scheduling.services.timing import EARLIEST, LATEST

# Longest decimal that fits a bigint whatever its digits.
LONGEST_ID = 18


def read_id(text: str | None) -> int | None:
    if not text or not text.isascii() or not text.isdecimal() or len(text) > LONGEST_ID:
        return None
    return int(text)


def read_instant(text: str | None, zone: ZoneInfo) -> datetime | None:
    """ISO 8601; without an offset it is the practice's wall clock. A "+" that an address turned to a blank is one."""
    try:
        found = datetime.fromisoformat((text or "").strip().replace(" ", "+"))
    except ValueError:
        return None
    if not EARLIEST <= found.date() <= LATEST:
        return None
    if found.tzinfo is None:
        return to_instant(found.date(), found.time(), zone)
    return found.astimezone(UTC)
