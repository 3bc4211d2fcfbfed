"""What is taken here against what is locked there, day by day: equal digests are equal days, only others are read."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from integrations.betty24.client import Betty24Client
from integrations.betty24.differences import OF_LOCKS, Comparison, Difference, What
from integrations.betty24.models import Betty24Binding, Betty24Connection, Betty24Push
from integrations.betty24.services.comparing_bookings import compare_bookings
from integrations.betty24.services.pulling import AHEAD
from integrations.betty24.services.pushing import KINDS
from integrations.betty24.services.turn import is_out_of_touch
from integrations.betty24.turns import KeepAlive, nobody_waits
from integrations.betty24.wire import Taken, digest, reference_of
from praxis.core.exceptions import OutsideError
from praxis.core.localtime import day_bounds, local_day
from praxis.core.workrow import OPEN_STATES
from scheduling.selectors.portals import entries_taking_time
from scheduling.services.booking import Kind

DAYS_AHEAD = AHEAD.days
# More differing days than this are read in one go.
FEW_DAYS = 7


# Begins the last error of a column that could not be compared; the next comparison takes it away.
NOT_COMPARED = "Der Vergleich war nicht möglich:"


def compare(
    client: Betty24Client, connection: Betty24Connection, bindings: Sequence[Betty24Binding], *, now: datetime,
    keep_alive: KeepAlive = nobody_waits,
) -> list[Comparison]:  # fmt: skip
    """Of these bindings; one that the portal does not answer for has an `error` and keeps nothing from the others.

    Raises OutsideError when the portal is out of touch, or answers for none of them.
    """
    if not bindings:
        return []
    waiting = _waiting(connection)
    found, refusals = [], []
    for binding in bindings:
        try:
            found.append(_compare_column(client, binding, waiting, now, keep_alive))
        except OutsideError as error:
            if is_out_of_touch(error):
                raise
            refusals.append(error)
            found.append(Comparison(binding, error=error.message))
    _note_errors(found, now)
    if len(refusals) == len(found):
        raise refusals[0]
    of_bookings = compare_bookings(client, connection, now=now, keep_alive=keep_alive)
    # What changed while we compared is on its way.
    waiting |= _waiting(connection)
    for one in found:
        if not one.error:
            told = [*one.differences, *of_bookings.get(one.binding.calendar_id, [])]
            one.differences = [difference for difference in told if not _is_under_way(difference, waiting)]
            Betty24Binding.objects.filter(pk=one.binding.pk).update(compared_at=now, differences=len(one.differences))
    return found


def _note_errors(found: Iterable[Comparison], now: datetime) -> None:
    for one in found:
        row = Betty24Binding.objects.filter(pk=one.binding.pk)
        if one.error:
            row.update(last_error=f"{NOT_COMPARED} {one.error}", last_error_at=now)
        else:
            row.filter(last_error__startswith=NOT_COMPARED).update(last_error="")


def _is_under_way(difference: Difference, waiting: set[str]) -> bool:
    if difference.what in OF_LOCKS:
        return difference.reference in waiting
    return difference.entry_id is not None and reference_of(difference.entry_id) in waiting


def _waiting(connection: Betty24Connection) -> set[str]:
    """References of entries that are still to be told."""
    rows = Betty24Push.objects.filter(connection=connection, state__in=OPEN_STATES)
    return {reference_of(entry_id) for entry_id in rows.values_list("entry", flat=True)}


def taken_here(binding: Betty24Binding, from_at: datetime, to_at: datetime) -> list[Taken]:
    return [
        Taken(reference_of(entry.pk), entry.starts_at, entry.ends_at, KINDS.get(Kind(entry.kind), "lock"))
        for entry in entries_taking_time(binding.column_id, from_at, to_at)
    ]


def _compare_column(
    client: Betty24Client, binding: Betty24Binding, waiting: set[str], now: datetime, keep_alive: KeepAlive
) -> Comparison:  # fmt: skip
    """Raises OutsideError."""
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
        keep_alive()
    keep_alive()
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
