"""Which elements a practice wants, and which of them come by themselves."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Practice, User
from integrations.downloads.events import DownloadAsked, ElementSubscribed, ElementUnsubscribed
from integrations.downloads.models import Element, ElementVersion, Subscription
from integrations.downloads.services.fetching import ask_for
from praxis.core.events import publish
from praxis.core.exceptions import PraxisError


class NotOffered(PraxisError):
    """The publisher has withdrawn it."""


@transaction.atomic
def subscribe(
    *, practice: Practice, element: Element, is_automatic: bool, actor: User | None, now: datetime
) -> Subscription:
    """Subscribe, or change whether newer versions come by themselves. An automatic one asks for the newest at once.

    Raises NotOffered.
    """
    if element.is_gone:
        raise NotOffered(_("Dieses Element bietet der Herausgeber nicht mehr an."))
    subscription, created = Subscription.objects.get_or_create(
        practice=practice, element=element, defaults={"is_automatic": is_automatic, "created_by": actor}
    )
    if not created:
        Subscription.objects.filter(pk=subscription.pk).update(is_automatic=is_automatic)
        subscription.is_automatic = is_automatic
    if is_automatic:
        ask_for(newest_versions([element.pk]), now=now)
    actor_id = actor.pk if actor else None
    publish(ElementSubscribed(practice_id=practice.pk, actor_id=actor_id, element_id=element.pk))
    return subscription


@transaction.atomic
def unsubscribe(*, practice: Practice, element: Element, actor: User | None) -> None:
    """What was fetched stays for the other practices; what was installed stays installed."""
    deleted, _rows = Subscription.objects.filter(practice=practice, element=element).delete()
    if deleted:
        actor_id = actor.pk if actor else None
        publish(ElementUnsubscribed(practice_id=practice.pk, actor_id=actor_id, element_id=element.pk))


@transaction.atomic
def request_download(*, practice: Practice, version: ElementVersion, actor: User | None, now: datetime) -> None:
    """Fetch this version now. Whoever asks for one is told of it as a subscriber, though not of newer ones by itself.

    Raises NotOffered.
    """
    if version.element.is_gone or version.state == ElementVersion.State.DISCARDED:
        raise NotOffered(_("Diese Version bietet der Herausgeber nicht mehr an."))
    Subscription.objects.get_or_create(
        practice=practice, element=version.element, defaults={"is_automatic": False, "created_by": actor}
    )
    ask_for([version], now=now, at_once=True)
    actor_id = actor.pk if actor else None
    publish(DownloadAsked(practice_id=practice.pk, actor_id=actor_id, version_id=version.pk))


def newest_versions(element_ids: "list[int]") -> list[ElementVersion]:
    """The newest of each element that was not withdrawn, by its number."""
    offered = ElementVersion.objects.filter(element_id__in=element_ids, element__is_gone=False)
    kept = offered.exclude(state=ElementVersion.State.DISCARDED).select_related("element")
    return list(kept.order_by("element_id", "-sequence").distinct("element_id"))


def wanted_versions(practice: Practice) -> list[ElementVersion]:
    """What the practice's subscriptions ask for by themselves."""
    automatic = Subscription.objects.filter(practice=practice, is_automatic=True)
    return newest_versions(list(automatic.values_list("element_id", flat=True)))
