"""What patients see of their own appointments. An upper app says how a video appointment is joined, and where one that
belongs to another system is cancelled."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from scheduling.models import Entry
from scheduling.models.entry import Origin, Placement, Status
from scheduling.selectors.entries import entries_of_patient

MOST_COMING = 50


@dataclass(frozen=True, slots=True)
class JoinOffer:
    """How one video appointment is joined: a button when there is a `url`, otherwise the words alone. `words` say
    what to do or wait for, in the language of the page."""

    words: str
    url: str = ""
    button: str = ""


OffersOf = Callable[[Collection[Entry], datetime], Mapping[int, JoinOffer]]

CancelLinksOf = Callable[[Collection[Entry]], Mapping[int, str]]

_offers: list[OffersOf] = []
_cancel_links: list[CancelLinksOf] = []


def add_join_offers(function: OffersOf) -> OffersOf:
    """Decorator, in the `listeners.py` of an upper app: `function(entries, now)` answers by id of the entry, in a
    number of queries that does not grow with the entries. It runs inside the scope of the practice."""
    if function not in _offers:
        _offers.append(function)
    return function


def join_offers(entries: Collection[Entry], now: datetime) -> dict[int, JoinOffer]:
    videos = [entry for entry in entries if entry.is_video]
    found: dict[int, JoinOffer] = {}
    for function in _offers if videos else ():
        found |= function(videos, now)
    return found


def add_cancel_links(function: CancelLinksOf) -> CancelLinksOf:
    """Decorator, as `add_join_offers`: `function(entries)` answers addresses by id of the entry."""
    if function not in _cancel_links:
        _cancel_links.append(function)
    return function


def cancel_links(entries: Collection[Entry]) -> dict[int, str]:
    """Where people cancel what only the other system can cancel (mission E6)."""
    elsewhere = [entry for entry in entries if entry.origin == Origin.ETERMIN]
    found: dict[int, str] = {}
    for function in _cancel_links if elsewhere else ():
        found |= function(elsewhere)
    return found


def coming_of_patient(patient_id: int, now: datetime) -> list[Entry]:
    """Appointments that are not over, the next one first; parked ones have no time that anybody could come at."""
    found = entries_of_patient(patient_id).filter(ends_at__gt=now).exclude(status=Status.CANCELLED)
    return _first(found.exclude(placement=Placement.PARKED))


def cancelled_of_patient(patient_id: int, now: datetime) -> list[Entry]:
    """Those that would still be to come, so that nobody who finds one missing has to call."""
    return _first(entries_of_patient(patient_id).filter(starts_at__gt=now, status=Status.CANCELLED))


def _first(entries: QuerySet[Entry]) -> list[Entry]:
    shown = entries.select_related("practice", "column__doctor_role", "appointment_type")
    return list(shown.order_by("starts_at", "pk")[:MOST_COMING])
