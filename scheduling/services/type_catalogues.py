"""Catalogues of appointment types as packs: {"name": "Blutabnahme", "minutes": 10, "video": false, "online": true}."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db.models import ForeignObjectRel
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from praxis.core.events import publish
from praxis.core.pack_lines import read_lines
from praxis.core.packs import Change, Pack, PackChange, PackOutcome, change_to, digest_of
from scheduling.events import AppointmentTypeSaved
from scheduling.models import AppointmentType
from scheduling.models.calendar import MAX_MINUTES

FORMAT = "appointment_types/1"
Values = dict[str, Any]


class TypeCatalogues:
    """Whether a type is switched on and its place in the list are the practice's own and never touched."""

    key = "appointment_types"
    title = gettext_lazy("Terminarten")
    can_undo = True

    def parse(self, raw: bytes) -> Pack:
        found: dict[str, Values] = {}
        for line in read_lines(raw, form=FORMAT):
            line.only({"name", "minutes", "video", "online"})
            name = line.text("name", longest=60)
            if name in found:
                raise line.refused(_("Die Terminart „%(name)s“ steht schon in einer Zeile davor.") % {"name": name})
            found[name] = {
                "minutes": line.whole("minutes", least=1, most=MAX_MINUTES),
                "is_video": line.flag("video"), "is_online": line.flag("online"),
            }  # fmt: skip
        return Pack(self.key, tuple(found.items()))

    def preview(self, pack: Pack, *, practice_id: int, now: datetime) -> Sequence[PackChange]:
        return [change for _name, _values, _row, change in _compared(pack, practice_id)]

    def install(self, pack: Pack, *, practice_id: int, actor_id: int | None, now: datetime) -> PackOutcome:
        changes, before = [], []
        place = AppointmentType.objects.filter(practice_id=practice_id).count()
        for name, values, row, change in _compared(pack, practice_id):
            changes.append(change)
            written = values | {"pack_digest": digest_of(values)}
            if change.change == Change.ADDED:
                added = AppointmentType.objects.create(practice_id=practice_id, name=name, position=place, **written)
                place += 1
                before.append({"id": added.pk, "written": values, "previous": None})
                _say(added, actor_id)
            elif change.change == Change.REPLACED and row is not None:
                previous = _values_of(row) | {"pack_digest": row.pack_digest}
                before.append({"id": row.pk, "written": values, "previous": previous})
                _update(row, written)
                _say(row, actor_id)
        return PackOutcome({"types": before}, changes)

    def undo(
        self, before: dict[str, Any], *, practice_id: int, actor_id: int | None, now: datetime
    ) -> Sequence[PackChange]:
        rows = AppointmentType.objects.filter(practice_id=practice_id).select_for_update()
        known = rows.in_bulk([one["id"] for one in before["types"]])
        changes = []
        for one in before["types"]:
            row = known.get(one["id"])
            if row is None:
                continue
            changes.append(_put_back(row, one))
            if changes[-1].change != Change.KEPT:
                _say(row, actor_id, type_id=one["id"])
        return changes


def _compared(pack: Pack, practice_id: int) -> Iterator[tuple[str, Values, AppointmentType | None, PackChange]]:
    rows = AppointmentType.objects.filter(practice_id=practice_id, name__in=[name for name, _values in pack.entries])
    known = {row.name: row for row in rows}
    for name, values in pack.entries:
        row = known.get(name)
        current = None if row is None else _values_of(row)
        change = change_to(current, values, written=row.pack_digest if row else "")
        note = _("In der Praxis geändert, bleibt so.") if change == Change.KEPT else ""
        yield name, values, row, PackChange(name, change, note, _words(current) if current else "", _words(values))


def _put_back(row: AppointmentType, one: dict[str, Any]) -> PackChange:
    if _values_of(row) != one["written"]:
        return PackChange(row.name, Change.KEPT, _("Seither in der Praxis geändert, bleibt so."))
    if one["previous"] is not None:
        _update(row, one["previous"])
        return PackChange(row.name, Change.REPLACED, "", _words(one["written"]), _words(one["previous"]))
    if _is_used(row):
        _update(row, {"is_active": False})
        return PackChange(row.name, Change.REPLACED, _("Wird schon benutzt und ist jetzt ausgeschaltet."))
    row.delete()
    return PackChange(row.name, Change.REMOVED)


def _is_used(row: AppointmentType) -> bool:
    """By anything at all, also in the apps above."""
    relations = [one for one in row._meta.get_fields(include_hidden=True) if isinstance(one, ForeignObjectRel)]
    return any(one.related_model._base_manager.filter(**{one.field.name: row}).exists() for one in relations)


def _values_of(row: AppointmentType) -> Values:
    return {"minutes": row.minutes, "is_video": row.is_video, "is_online": row.is_online}


def _words(values: Values) -> str:
    parts = [_("%(n)d Minuten") % {"n": values["minutes"]}]
    parts += [_("Videotermin")] if values["is_video"] else []
    parts += [_("online buchbar")] if values["is_online"] else []
    return ", ".join(parts)


def _update(row: AppointmentType, values: Values) -> None:
    AppointmentType.objects.filter(pk=row.pk).update(**values)


def _say(row: AppointmentType, actor_id: int | None, *, type_id: int | None = None) -> None:
    publish(
        AppointmentTypeSaved(
            practice_id=row.practice_id, actor_id=actor_id, appointment_type_id=type_id or row.pk
        )
    )  # fmt: skip
