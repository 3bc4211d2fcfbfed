from dataclasses import dataclass

from django.db import connection
from django.db.models import F, QuerySet

from accounts.models import Practice
from accounts.selectors import latest_mandant_id, mandanten
from notifications.models import CreditAccount, CreditLine, MessageSettings
from praxis.core.rows import scoped_practice_id

_RUNNING_OUT = """
    SELECT m.name, a.balance - a.reserved FROM notifications_creditaccount a
    JOIN accounts_mandant m ON m.id = a.mandant_id
    JOIN notifications_messagesettings s ON s.practice_id = a.practice_id
    WHERE a.practice_id = %s AND s.check_credit AND (s.reminders_on OR s.birthday_on)
        AND a.balance < a.reserved + s.minimum_credit
    ORDER BY m.name
"""


def credit_accounts() -> QuerySet[CreditAccount]:
    return CreditAccount.objects.select_related("mandant").order_by("mandant__name")


def credit_lines(account: CreditAccount) -> QuerySet[CreditLine]:
    return CreditLine.objects.filter(account=account).select_related("actor").order_by("-pk")


def accounts_below_minimum(practice: Practice) -> list[CreditAccount]:
    """Of a practice that checks its credit (N6); none while messages are switched off."""
    settings = MessageSettings.objects.filter(practice=practice).first()
    if settings is None or not settings.check_credit or not (settings.reminders_on or settings.birthday_on):
        return []
    return list(credit_accounts().filter(balance__lt=F("reserved") + settings.minimum_credit))


@dataclass(frozen=True, slots=True)
class RunningOut:
    mandant: str
    available: int


def accounts_running_out() -> list[RunningOut]:
    """The same for the practice of the scope, in one short statement: the calendar asks on every page."""
    with connection.cursor() as cursor:
        cursor.execute(_RUNNING_OUT, [scoped_practice_id()])
        return [RunningOut(*row) for row in cursor.fetchall()]


def payer_of(patient_id: int) -> int | None:
    """The Mandant who pays for messages to this patient: of the latest treatment, else the one of the settings, else
    the practice's own. None: nobody."""
    treating = latest_mandant_id(patient_id)
    if treating is not None:
        return treating
    chosen = MessageSettings.objects.exclude(default_mandant=None).values_list("default_mandant_id", flat=True).first()
    return chosen or mandanten().filter(is_default=True).values_list("pk", flat=True).first()
