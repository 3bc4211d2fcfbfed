"""What an answer's status and headers mean, in words and spans."""

from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

_LONGEST_WAIT = timedelta(hours=24)


def reason_of(status: int) -> str:
    if status in {401, 403}:
        return "erkennt die Zugangsdaten nicht an"
    if status == 429:
        return "bittet um eine Pause"
    if 300 <= status < 400:
        return "verweist auf eine andere Adresse"
    return "meldet eine Störung" if status >= 500 else "lehnt die Anfrage ab"


def wait_asked_for(value: str, *, now: datetime) -> timedelta | None:
    """Seconds or an HTTP date (RFC 9110); None when neither."""
    if value.isascii() and value.isdigit():
        wait = timedelta(seconds=min(int(value), int(_LONGEST_WAIT.total_seconds())))
    else:
        try:
            wait = parsedate_to_datetime(value) - now
        except (TypeError, ValueError):
            return None
    return min(max(wait, timedelta()), _LONGEST_WAIT)
