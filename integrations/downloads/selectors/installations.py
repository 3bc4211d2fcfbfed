"""What is installed, what could be, and what waits to be looked at. Inside the scope of the practice."""

from dataclasses import dataclass

from django.db.models import F, QuerySet

from accounts.models import Practice
from integrations.downloads.models import Element, ElementVersion, Installation, Subscription
from praxis.core.workrow import OPEN_STATES, WorkState

_VERIFIED = ElementVersion.State.VERIFIED


def installations(practice: Practice) -> QuerySet[Installation]:
    """The newest first."""
    found = Installation.objects.filter(practice=practice).select_related("version__element", "actor", "undone_by")
    return found.order_by("-created_at", "-pk")


def open_installations(practice: Practice) -> QuerySet[Installation]:
    return installations(practice).filter(state__in=OPEN_STATES)


def installed_in(practice: Practice) -> dict[int, Installation]:
    """By element: the newest that is there and was not taken back."""
    there = installations(practice).filter(state=WorkState.DONE, undone_at=None)
    newest = there.order_by("version__element", "-version__sequence", "-pk").distinct("version__element")
    return {one.version.element_id: one for one in newest}


@dataclass(frozen=True)
class Ready:
    """`is_new`: nobody here has installed it yet. `last`: what became of the last try, or of an installation that was
    taken back."""

    version: ElementVersion
    is_new: bool
    last: Installation | None


def ready_to_install(practice: Practice) -> list[Ready]:
    """Of every subscribed element the newest loaded version, unless that one or a newer one is installed."""
    wanted = Subscription.objects.filter(practice=practice).values("element_id")
    loaded = ElementVersion.objects.filter(state=_VERIFIED, element__in=wanted).select_related("element")
    newest = loaded.order_by("element_id", "-sequence").distinct("element_id")
    there = installed_in(practice)
    tries = installations(practice).filter(version__in=list(newest)).order_by("version", "-pk").distinct("version")
    last = {one.version_id: one for one in tries}
    found = [
        Ready(version, version.pk not in last, last.get(version.pk))
        for version in newest
        if version.element_id not in there or there[version.element_id].version.sequence < version.sequence
    ]
    return sorted(found, key=lambda one: (not one.is_new, one.version.element.title))


@dataclass(frozen=True)
class CatalogueLine:
    """`newest`: None when the publisher has withdrawn every version."""

    element: Element
    newest: ElementVersion | None
    installed: Installation | None
    subscription: Subscription | None


def catalogue(practice: Practice) -> list[CatalogueLine]:
    """All elements by kind and title; what is gone only while it is installed. Four queries."""
    kept = ElementVersion.objects.exclude(state=ElementVersion.State.DISCARDED)
    newest = {one.element_id: one for one in kept.order_by("element_id", "-sequence").distinct("element_id")}
    there = installed_in(practice)
    subscribed = {one.element_id: one for one in Subscription.objects.filter(practice=practice)}
    elements = Element.objects.order_by("kind", F("title"))
    return [
        CatalogueLine(element, newest.get(element.pk), there.get(element.pk), subscribed.get(element.pk))
        for element in elements
        if not element.is_gone or element.pk in there
    ]
