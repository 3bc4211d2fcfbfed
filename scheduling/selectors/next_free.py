"""The "next free" search: slots that also fit a part of the day and weekdays."""

from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta

from scheduling.selectors.free import HORIZONS_DAYS, FreeSlotQuery, find_free_slots
from scheduling.slots import Slot


def find_next_free(
    query: FreeSlotQuery, *, hours: tuple[int, int], weekdays: Collection[int], limit: int
) -> list[Slot]:
    """The first `limit` fitting slots of the next half year, in few queries; `query.last_day` is not looked at.

    `hours`: full hours of the local day in which a slot begins. Empty `weekdays`: any.
    """
    found: list[Slot] = []
    first_day = query.first_day
    for horizon in HORIZONS_DAYS:
        last_day = query.first_day + timedelta(days=horizon)
        found += [
            slot
            for slot in find_free_slots(replace(query, first_day=first_day, last_day=last_day))
            if _fits(slot, query, hours, weekdays)
        ]
        if len(found) >= limit:
            break
        first_day = last_day + timedelta(days=1)
    return found[:limit]


def _fits(slot: Slot, query: FreeSlotQuery, hours: tuple[int, int], weekdays: Collection[int]) -> bool:
    local = slot.starts_at.astimezone(query.zone)
    return hours[0] <= local.hour < hours[1] and (not weekdays or local.weekday() in weekdays)
