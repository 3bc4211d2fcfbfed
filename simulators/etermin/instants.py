"""Times as eTermin writes them: of the account's zone, or UTC, without saying so."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from simulators.betty24.answers import Refusal


def instant_of(value: object, zone: ZoneInfo) -> datetime:
    """UTC. Without an offset it is a time of the account's zone. Raises Refusal."""
    try:
        found = datetime.fromisoformat(str(value))
    except ValueError:
        raise Refusal(422, "invalid", "start and end are ISO times") from None
    return (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC)


def iso(instant: datetime, zone: ZoneInfo | None = None) -> str:
    return instant.astimezone(zone or UTC).strftime("%Y-%m-%dT%H:%M:%S")


def compact(instant: datetime, zone: ZoneInfo | None = None) -> str:
    return instant.astimezone(zone or UTC).strftime("%Y%m%d %H%M%S")
