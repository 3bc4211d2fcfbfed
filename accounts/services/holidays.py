"""Holiday calendars as packs: {"on": "2027-05-08", "name": "Tag der Befreiung", "land": ["BE"], "free": true}.

Without "land" a day holds everywhere; "free": false takes back a holiday.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.events import PracticeChanged
from accounts.models import Practice, PublicHoliday
from accounts.models.practice import LAENDER
from praxis.core.events import publish
from praxis.core.pack_lines import read_lines
from praxis.core.packs import Change, Pack, PackChange, PackOutcome

FORMAT = "holidays/1"
_LANDS = frozenset(land for land, _name in LAENDER)


@dataclass(frozen=True, slots=True)
class Day:
    on: date
    name: str
    lands: frozenset[str]
    is_free: bool


class HolidayPacks:
    key = "holidays"
    title = gettext_lazy("Feiertage")
    can_undo = True

    def parse(self, raw: bytes) -> Pack:
        days = []
        told: set[tuple[date, str]] = set()
        for line in read_lines(raw, form=FORMAT):
            line.only({"on", "name", "land", "free"})
            day = Day(
                on=line.day("on"), name=line.text("name", longest=80), is_free=line.flag("free", default=True),
                lands=frozenset(line.several("land", _LANDS)) or _LANDS,
            )  # fmt: skip
            if told & {(day.on, land) for land in day.lands}:
                raise line.refused(_("Über diesen Tag sagt schon eine Zeile davor etwas."))
            told |= {(day.on, land) for land in day.lands}
            days.append(day)
        return Pack(self.key, tuple(days))

    def preview(self, pack: Pack, *, practice_id: int, now: datetime) -> Sequence[PackChange]:
        return [_described(day, known) for day, known in _compared(pack, practice_id)]

    def install(self, pack: Pack, *, practice_id: int, actor_id: int | None, now: datetime) -> PackOutcome:
        changes, before = [], []
        for day, known in _compared(pack, practice_id):
            changes.append(_described(day, known))
            if changes[-1].change == Change.UNCHANGED:
                continue
            previous = None if known is None else [known.name, known.is_free]
            before.append({"on": str(day.on), "written": [day.name, day.is_free], "previous": previous})
            PublicHoliday.objects.update_or_create(
                practice_id=practice_id, on=day.on, defaults={"name": day.name, "is_free": day.is_free}
            )
        publish(PracticeChanged(practice_id=practice_id, actor_id=actor_id))
        return PackOutcome({"days": before}, changes)

    def undo(
        self, before: dict[str, Any], *, practice_id: int, actor_id: int | None, now: datetime
    ) -> Sequence[PackChange]:
        changes = []
        for day in before["days"]:
            name, is_free = day["written"]
            known = PublicHoliday.objects.filter(practice_id=practice_id, on=day["on"], name=name, is_free=is_free)
            if day["previous"] is None:
                is_changed, done = known.delete()[0], Change.REMOVED
            else:
                was_name, was_free = day["previous"]
                is_changed, done = known.update(name=was_name, is_free=was_free), Change.REPLACED
            changes.append(PackChange(_title(date.fromisoformat(day["on"]), name), done if is_changed else Change.KEPT))
        publish(PracticeChanged(practice_id=practice_id, actor_id=actor_id))
        return changes


def _compared(pack: Pack, practice_id: int) -> Iterator[tuple[Day, PublicHoliday | None]]:
    """The days that concern the practice's Land, with what it says about them now."""
    land = Practice.objects.values_list("land", flat=True).get(pk=practice_id)
    known = {day.on: day for day in PublicHoliday.objects.filter(practice_id=practice_id)}
    for day in pack.entries:
        if land in day.lands:
            yield day, known.get(day.on)


def _described(day: Day, known: PublicHoliday | None) -> PackChange:
    after = _words(day.name, day.is_free)
    if known is None:
        return PackChange(_title(day.on, day.name), Change.ADDED, after="" if day.is_free else after)
    is_same = (known.name, known.is_free) == (day.name, day.is_free)
    change = Change.UNCHANGED if is_same else Change.REPLACED
    return PackChange(_title(day.on, day.name), change, before=_words(known.name, known.is_free), after=after)


def _title(on: date, name: str) -> str:
    return f"{formats.date_format(on, 'D, d.m.Y')}: {name}"


def _words(name: str, is_free: bool) -> str:
    return name if is_free else _("%(name)s, kein Feiertag") % {"name": name}
