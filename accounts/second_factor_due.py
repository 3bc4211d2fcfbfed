from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone

from accounts.models import User

# So long before the day it is said on every page.
SAID_BEFORE = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class FactorDue:
    """`from_on`: the day from which it must be there; None for operators, who always need one."""

    from_on: date | None
    is_over: bool


def second_factor_due(user: object, now: datetime) -> FactorDue | None:
    """For somebody who should set up a second factor, soon or at once; None for everybody else."""
    if not isinstance(user, User) or user.has_second_factor:
        return None
    from_on = user.practice.second_factor_from if user.practice and not user.is_superuser else None
    if user.needs_second_factor(now):
        return FactorDue(from_on, is_over=True)
    is_soon = from_on is not None and from_on <= timezone.localdate(now) + SAID_BEFORE
    return FactorDue(from_on, is_over=False) if is_soon else None
