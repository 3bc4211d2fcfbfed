"""Pick lists as packs: {"field": "reservation", "text": "Teambesprechung"}; "gone": true takes a suggestion back."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from praxis.core.events import publish
from praxis.core.pack_lines import read_lines
from praxis.core.packs import Change, Pack, PackChange, PackOutcome
from scheduling.events import PickListChanged
from scheduling.models.pick import LONGEST_PICK, Pick

FORMAT = "pick_lists/1"


@dataclass(frozen=True, slots=True)
class Suggestion:
    purpose: str
    text: str
    is_gone: bool
    position: int


class PickListPacks:
    key = "pick_lists"
    title = gettext_lazy("Auswahllisten")
    can_undo = True

    def parse(self, raw: bytes) -> Pack:
        found: dict[tuple[str, str], Suggestion] = {}
        for position, line in enumerate(read_lines(raw, form=FORMAT)):
            line.only({"field", "text", "gone"})
            suggestion = Suggestion(
                line.one_of("field", Pick.Purpose.values), line.text("text", longest=LONGEST_PICK).replace("\n", " "),
                line.flag("gone"), position,
            )  # fmt: skip
            if (suggestion.purpose, suggestion.text) in found:
                raise line.refused(_("„%(text)s“ steht schon in einer Zeile davor.") % {"text": suggestion.text})
            found[suggestion.purpose, suggestion.text] = suggestion
        return Pack(self.key, tuple(found.values()))

    def preview(self, pack: Pack, *, practice_id: int, now: datetime) -> Sequence[PackChange]:
        return [_described(suggestion, change) for suggestion, change in _compared(pack, practice_id)]

    def install(self, pack: Pack, *, practice_id: int, actor_id: int | None, now: datetime) -> PackOutcome:
        changes, added, removed = [], [], []
        for suggestion, change in _compared(pack, practice_id):
            changes.append(_described(suggestion, change))
            about = [suggestion.purpose, suggestion.text, suggestion.position]
            if change == Change.ADDED:
                added.append(about)
            elif change == Change.REMOVED:
                row = _rows(practice_id).get(purpose=suggestion.purpose, text=suggestion.text)
                removed.append([row.purpose, row.text, row.position])
                row.delete()
        _write(practice_id, added)
        publish(PickListChanged(practice_id=practice_id, actor_id=actor_id))
        return PackOutcome({"added": added, "removed": removed}, changes)

    def undo(
        self, before: dict[str, Any], *, practice_id: int, actor_id: int | None, now: datetime
    ) -> Sequence[PackChange]:
        for purpose, text, _position in before["added"]:
            _rows(practice_id).filter(purpose=purpose, text=text).delete()
        _write(practice_id, before["removed"])
        publish(PickListChanged(practice_id=practice_id, actor_id=actor_id))
        return [
            PackChange(_title(purpose, text), change)
            for rows, change in ((before["added"], Change.REMOVED), (before["removed"], Change.ADDED))
            for purpose, text, _position in rows
        ]


def _rows(practice_id: int) -> Any:
    return Pick.objects.filter(practice_id=practice_id)


def _write(practice_id: int, rows: Sequence[Sequence[Any]]) -> None:
    picks = [Pick(practice_id=practice_id, purpose=purpose, text=text, position=place) for purpose, text, place in rows]
    Pick.objects.bulk_create(picks, ignore_conflicts=True)


def _compared(pack: Pack, practice_id: int) -> Iterator[tuple[Suggestion, Change]]:
    known = set(_rows(practice_id).values_list("purpose", "text"))
    for suggestion in pack.entries:
        is_there = (suggestion.purpose, suggestion.text) in known
        if is_there == suggestion.is_gone:
            yield suggestion, Change.REMOVED if suggestion.is_gone else Change.ADDED
        else:
            yield suggestion, Change.UNCHANGED


def _described(suggestion: Suggestion, change: Change) -> PackChange:
    return PackChange(_title(suggestion.purpose, suggestion.text), change)


def _title(purpose: str, text: str) -> str:
    return f"{Pick.Purpose(purpose).label}: {text}"
