from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from accounts.models import Practice
from accounts.selectors import latest_mandant_id, mandanten
from notifications.models import CreditAccount, CreditLine, MessageSettings


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


def accounts_running_out() -> list[CreditAccount]:
    """The same for the practice of the scope, in one query: the calendar asks on every page."""
    switched_on = MessageSettings.objects.filter(practice=OuterRef("practice"), check_credit=True).filter(
        Q(reminders_on=True) | Q(birthday_on=True)
    )
    minimum = Subquery(switched_on.values("minimum_credit")[:1])
    return list(credit_accounts().annotate(minimum=minimum).filter(balance__lt=F("reserved") + F("minimum")))


def payer_of(patient_id: int) -> int | None:
    """The Mandant who pays for messages to this patient: of the latest treatment, else the one of the settings, else
    the practice's own. None: nobody."""
    treating = latest_mandant_id(patient_id)
    if treating is not None:
        return treating
    chosen = MessageSettings.objects.exclude(default_mandant=None).values_list("default_mandant_id", flat=True).first()
    return chosen or mandanten().filter(is_default=True).values_list("pk", flat=True).first()
