from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from praxis.core.exceptions import PraxisError
from scheduling.selectors.entries import LONGEST

ONE_MINUTE = timedelta(minutes=1)
# The first day is a Monday, so that every week of the calendar is a whole one.
EARLIEST, LATEST = date(2000, 1, 3), date(2100, 12, 31)


class TimeInvalid(PraxisError):
    """No possible stretch of time for an entry."""


def ends_after(starts_at: datetime, minutes: int) -> datetime:
    """End of a stretch of whole minutes. Raises TimeInvalid."""
    if not 1 <= minutes <= LONGEST // ONE_MINUTE:
        raise TimeInvalid(_("Die Dauer muss zwischen einer Minute und 24 Stunden liegen."), field="minutes")
    if not EARLIEST <= starts_at.date() <= LATEST:
        raise TimeInvalid(_("Dieses Datum liegt außerhalb des Kalenders."), field="starts_at")
    if starts_at.second or starts_at.microsecond:
        raise TimeInvalid(_("Termine beginnen zu vollen Minuten."), field="starts_at")
    return starts_at + timedelta(minutes=minutes)


def minutes_of(starts_at: datetime, ends_at: datetime) -> int:
    return round((ends_at - starts_at).total_seconds() / 60)
