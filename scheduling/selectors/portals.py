"""What an online portal needs to know: which time is taken, and whether a stretch is a free slot of a column."""

from collections.abc import Collection, Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from scheduling.models import Entry
from scheduling.models.entry import TAKES_TIME
from scheduling.outside import Outside, why_outside
from scheduling.selectors.columns import grid_rules
from scheduling.selectors.entries import LONGEST
from scheduling.slots import Rule


def entries_by_id(entry_ids: Collection[int]) -> dict[int, Entry]:
    """Whatever became of them, deleted ones included, with what the services need."""
    found = Entry.objects.select_related("practice", "column__practice", "patient").filter(pk__in=list(entry_ids))
    return {entry.pk: entry for entry in found}


def entries_to_change(entry_ids: Collection[int]) -> dict[int, Entry]:
    """As `entries_by_id`, held until the transaction ends: nobody edits them in between. After `lock_columns`."""
    found = Entry.objects.select_related("practice", "column__practice", "patient").filter(pk__in=list(entry_ids))
    return {entry.pk: entry for entry in found.select_for_update(no_key=True, of=("self",)).order_by("pk")}


def entries_taking_time(column_id: int, from_at: datetime, to_at: datetime) -> list[Entry]:
    """What takes time in the column and begins in [from_at, to_at), ordered by start."""
    found = Entry.objects.filter(TAKES_TIME, column_id=column_id, starts_at__gte=from_at, starts_at__lt=to_at)
    return list(found.order_by("starts_at").only("pk", "kind", "starts_at", "ends_at", "column_id"))


class SlotBook:
    """Answers for some columns whether a stretch is a whole number of slots of the raster, and whether it is free."""

    def __init__(self, column_ids: Iterable[int], zone: ZoneInfo) -> None:
        self._zone = zone
        self._rules: dict[int, list[Rule]] = {}
        for rule in grid_rules(column_ids):
            self._rules.setdefault(rule.column_id, []).append(rule)

    def is_on_raster(self, column_id: int, starts_at: datetime, ends_at: datetime) -> bool:
        rules = self._rules.get(column_id, [])
        return why_outside(rules, starts_at=starts_at, ends_at=ends_at, type_id=None, zone=self._zone) is None

    def is_open(self, column_id: int, starts_at: datetime, ends_at: datetime, *, type_id: int | None) -> bool:
        """Within hours that allow the type, on the raster or not."""
        rules = self._rules.get(column_id, [])
        why = why_outside(rules, starts_at=starts_at, ends_at=ends_at, type_id=type_id, zone=self._zone)
        return why in (None, Outside.RASTER)

    def is_free(self, column_id: int, starts_at: datetime, ends_at: datetime, *, besides: int | None = None) -> bool:
        """One query, whatever the column's history. Certain only after `lock_columns`."""
        standing = Entry.objects.filter(
            TAKES_TIME, column_id=column_id, starts_at__gt=starts_at - LONGEST, starts_at__lt=ends_at,
            ends_at__gt=starts_at,
        )  # fmt: skip
        return not standing.exclude(pk=besides or 0).exists()

    def offers(self, column_id: int, starts_at: datetime, ends_at: datetime, *, besides: int | None = None) -> bool:
        """A free slot of the raster, in which a portal's booking is a regular appointment."""
        return self.is_on_raster(column_id, starts_at, ends_at) and self.is_free(
            column_id, starts_at, ends_at, besides=besides
        )
