"""Whom somebody looks for in the edit footer in vain, and why: the question that is asked before any other."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import OnlineAccount, OnlineParticipant
from accounts.selectors.online import online_participants
from videosprechstunde.models import LegacyParticipant
from videosprechstunde.selectors.konto import free_targets
from videosprechstunde.selectors.konto_suggestions import plain_name

MOST = 3


@dataclass(frozen=True, slots=True)
class Unavailable:
    """`url`: where it can be put right; empty: in the list itself."""

    name: str
    why: str
    url: str


def unavailable_for(legacy: LegacyParticipant, query: str) -> list[Unavailable]:
    """Those with the same name, or those that are searched; neither free nor the one assigned already."""
    free = set(free_targets().values_list("pk", flat=True))
    others = [one for one in online_participants() if one.pk not in free and one.pk != legacy.assigned_to_id]
    meant = [one for one in others if _is_meant(one, legacy, query)][:MOST]
    holders = LegacyParticipant.objects.filter(assigned_to__in=meant).values_list("assigned_to", "name")
    taken_by: dict[int | None, str] = dict(holders)
    return [_reason(one, taken_by.get(one.pk, "")) for one in meant]


def _is_meant(one: OnlineParticipant, legacy: LegacyParticipant, query: str) -> bool:
    if not query:
        return plain_name(one.name) == plain_name(legacy.name)
    said = f"{one.name} {one.account.licensee}".casefold()
    return all(word in said for word in query.casefold().split())


def _reason(one: OnlineParticipant, taken_by: str) -> Unavailable:
    account = one.account
    if taken_by:
        why = _("%(old)s wird schon auf diesen Teilnehmer übertragen.") % {"old": taken_by}
        return Unavailable(one.name, why, "")
    if account.state == OnlineAccount.State.WAITING:
        why = _("Das Online-Konto „%(account)s“ ist noch nicht bestätigt.")
    elif account.state == OnlineAccount.State.INACTIVE:
        why = _("Das Online-Konto „%(account)s“ ist deaktiviert.")
    else:
        why = _("In „%(account)s“ ist dieser Teilnehmer deaktiviert.")
    url = reverse("online_account", args=[account.pk])
    return Unavailable(one.name, why % {"account": account.licensee}, url)
