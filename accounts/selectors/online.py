from django.db.models import Count, Q, QuerySet

from accounts.models import OnlineAccount, OnlineParticipant

IS_USABLE = Q(deactivated_at=None, account__confirmed_at__isnull=False, account__deactivated_at=None)


def usable_participants() -> QuerySet[OnlineParticipant]:
    """The only ones that may be used elsewhere: active participants of active accounts, with account and person."""
    return OnlineParticipant.objects.filter(IS_USABLE).select_related("account", "user").order_by("name", "pk")


def online_accounts() -> QuerySet[OnlineAccount]:
    """Each says `active_participants`, a number."""
    active = Count("participants", filter=Q(participants__deactivated_at=None))
    return OnlineAccount.objects.annotate(active_participants=active).order_by("licensee", "pk")


def online_participants() -> QuerySet[OnlineParticipant]:
    """All of them, also those that cannot be used, with their accounts."""
    return OnlineParticipant.objects.select_related("account").order_by("name", "pk")


def participants_of(account: OnlineAccount) -> QuerySet[OnlineParticipant]:
    return account.participants.select_related("user").order_by("name", "pk")


def active_participants_of(account: OnlineAccount) -> list[OnlineParticipant]:
    return list(participants_of(account).filter(deactivated_at=None))
