from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.events import PracticeChanged
from accounts.models import Practice, User
from praxis.core.events import publish
from praxis.core.exceptions import PraxisError

# Time to give everybody a passkey, not a way to do without.
LONGEST_GRACE = timedelta(days=90)
LONGEST_UNUSED_DAYS = 3650


class SignInRulesInvalid(PraxisError):
    """A date too far away, or a number of days that is none."""


@transaction.atomic
def set_sign_in_rules(
    *, practice: Practice, second_factor_from: date, long_unused_days: int, actor: User | None, now: datetime
) -> Practice:
    """From when on staff need a second factor, and after how many days an account counts as long unused.

    Raises SignInRulesInvalid.
    """
    today = now.astimezone(ZoneInfo(practice.time_zone)).date()
    # A date that stands already may stay, however far it is.
    if second_factor_from > max(today + LONGEST_GRACE, practice.second_factor_from):
        raise SignInRulesInvalid(
            _("Der zweite Faktor kann höchstens %(days)d Tage warten.") % {"days": LONGEST_GRACE.days},
            field="second_factor_from",
        )
    if not 1 <= long_unused_days <= LONGEST_UNUSED_DAYS:
        raise SignInRulesInvalid(_("Bitte eine Zahl von Tagen zwischen 1 und 3650 angeben."), field="long_unused_days")
    if (second_factor_from, long_unused_days) == (practice.second_factor_from, practice.long_unused_days):
        return practice
    practice.second_factor_from, practice.long_unused_days = second_factor_from, long_unused_days
    practice.save(update_fields=["second_factor_from", "long_unused_days"])
    publish(PracticeChanged(practice_id=practice.pk, actor_id=actor.pk if actor else None))
    return practice
