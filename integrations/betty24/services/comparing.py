"""What is taken here against what is locked there, day by day: equal digests are equal days, only others are read."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from integrations.betty24.client import Betty24Client
from integrations.betty24.models import Betty24Binding, Betty24Booking, Betty24Connection, Betty24Push
from integrations.betty24.services.pulling import AHEAD, BACK
from integrations.betty24.services.pushing import KINDS
from integrations.betty24.wire import PortalBooking, Taken, digest, reference_of
from praxis.core.localtime import day_bounds, local_day
from praxis.core.workrow import OPEN_STATES
from scheduling.selectors.portals import entries_taking_time
from scheduling.services.booking import Kind

DAYS_AHEAD = AHEAD.days
# More differing days than this are read in one go.
FEW_DAYS = 7


class What(StrEnum):
    MISSING = "missing"  # taken here, free there
    SURPLUS = "surplus"  # locked there, not taken here
    CHANGED = "changed"  # both, at other times
    BOOKING = "booking"  # booked, moved or cancelled there, not heard of here


@dataclass(frozen=True)
class Difference:
    """`reference` is ours, or the portal's id of a booking."""

    what: What
    reference: str
    starts_at: datetime
    ends_at: datetime

    def as_json(self) -> dict[str, str]:
        return {
            "what": self.what.value,
            "reference": self.reference,
            "starts_at": self.starts_at.isoformat(),
            "ends_at": self.ends_at.isoformat(),
        }


@dataclass
class Comparison:
    """Of one binding. `waiting`: entries that are still to be told; they are no differences."""

    binding: Betty24Binding
    differences: list[Difference] = field(default_factory=list)
    taken_here: int = 0
    waiting: int = 0

    def as_json(self) -> dict[str, Any]:
        return {
            "binding": self.binding.pk, "taken_here": self.taken_here, "waiting": self.waiting,
            "differences": [one.as_json() for one in self.differences],
        }  # fmt: skip


def compare(
    client: Betty24Client, connection: Betty24Connection, bindings: Sequence[Betty24Binding], *, now: datetime
) -> list[Comparison]:
    """Of these bindings. Raises OutsideError."""
    waiting = _waiting(connection)
    found = [_compare_column(client, binding, waiting, now) for binding in bindings]
    # What changed while we compared is on its way.
    waiting |= _waiting(connection)
    for comparison in found:
        comparison.differences = [one for one in comparison.differences if one.reference not in waiting]
    unheard = _unheard_bookings(client, connection, now) if bindings else []
    for comparison in found:
        calendar = comparison.binding.calendar_id
        comparison.differences += [
            Difference(What.BOOKING, told.id, told.starts_at, told.ends_at)
            for told in unheard
            if told.calendar_id == calendar
        ]
        Betty24Binding.objects.filter(pk=comparison.binding.pk).update(
            compared_at=now, differences=len(comparison.differences)
        )
    return found


def _waiting(connection: Betty24Connection) -> set[str]:
    """References of entries that are still to be told."""
    rows = Betty24Push.objects.filter(connection=connection, state__in=OPEN_STATES)
    return {reference_of(entry_id) for entry_id in rows.values_list("entry", flat=True)}


def taken_here(binding: Betty24Binding, from_at: datetime, to_at: datetime) -> list[Taken]:
    return [
        Taken(reference_of(entry.pk), entry.starts_at, entry.ends_at, KINDS.get(Kind(entry.kind), "lock"))
        for entry in entries_taking_time(binding.column_id, from_at, to_at)
    ]


def _compare_column(client: Betty24Client, binding: Betty24Binding, waiting: set[str], now: datetime) -> Comparison:
    zone = ZoneInfo(binding.time_zone)
    first = local_day(now, zone)
    last = first + timedelta(days=DAYS_AHEAD)
    ours = taken_here(binding, day_bounds(first, zone)[0], day_bounds(last, zone)[0])
    digests = client.digests(binding.calendar_id, first, last)
    by_day = _by_day(ours, zone)
    differing = sorted(
        day for day in by_day.keys() | digests.keys() if _digest_or_none(by_day.get(day)) != digests.get(day)
    )
    result = Comparison(binding, taken_here=len(ours), waiting=sum(one.ref in waiting for one in ours))
    for from_day, to_day in _stretches(differing):
        from_at, to_at = day_bounds(from_day, zone)[0], day_bounds(to_day, zone)[1]
        here = {one.ref: one for one in ours if from_at <= one.starts_at < to_at}
        there = {one.ref: one for one in client.locks(binding.calendar_id, from_at, to_at)}
        for ref in sorted(here.keys() | there.keys()):
            difference = _difference(here.get(ref), there.get(ref))
            if difference is not None:
                result.differences.append(difference)
    return result


def _difference(here: Taken | None, there: Taken | None) -> Difference | None:
    if here is None and there is not None:
        return Difference(What.SURPLUS, there.ref, there.starts_at, there.ends_at)
    if here is not None and there is None:
        return Difference(What.MISSING, here.ref, here.starts_at, here.ends_at)
    if here is not None and there is not None and here[1:3] != there[1:3]:
        return Difference(What.CHANGED, here.ref, here.starts_at, here.ends_at)
    return None


def _by_day(taken: Iterable[Taken], zone: ZoneInfo) -> dict[date, list[Taken]]:
    found: dict[date, list[Taken]] = {}
    for one in taken:
        found.setdefault(local_day(one.starts_at, zone), []).append(one)
    return found


def _digest_or_none(taken: list[Taken] | None) -> str | None:
    return digest(taken) if taken else None


def _stretches(days: Sequence[date]) -> list[tuple[date, date]]:
    if len(days) > FEW_DAYS:
        return [(days[0], days[-1])]
    return [(day, day) for day in days]


def _unheard_bookings(client: Betty24Client, connection: Betty24Connection, now: datetime) -> list[PortalBooking]:
    versions = dict(Betty24Booking.objects.filter(connection=connection).values_list("portal_id", "version"))
    unheard: list[PortalBooking] = []
    after = None
    while True:
        page = client.bookings(now - BACK, now + AHEAD, after=after)
        told = [one for one in page.bookings if isinstance(one, PortalBooking)]
        unheard += [one for one in told if versions.get(one.id, -1) < one.version]
        after = page.next_after
        if after is None:
            return unheard
