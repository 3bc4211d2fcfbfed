"""Changing a raster touches no appointment and tells no portal anything (seed 001); pages only repaint."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, time, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from praxis.core import live
from praxis.core.events import publish
from praxis.core.exceptions import PraxisError
from scheduling.events import GridRulesChanged
from scheduling.models import AppointmentType, CalendarColumn, GridRule
from scheduling.slots import Rule

MIN_SLOT, MAX_SLOT = 5, 240


class GridRuleInvalid(PraxisError):
    """Hours, slot length or validity make no raster."""


@dataclass(frozen=True, kw_only=True)
class RasterDraft:
    """The same hours on one or several weekdays. `valid_until` is the last valid day; no types: any type."""

    weekdays: Sequence[int]
    from_time: time
    until_time: time
    slot_minutes: int
    valid_from: date
    valid_until: date | None = None
    appointment_types: Sequence[AppointmentType] = ()
    is_online: bool = False

    def as_rules(self, column_id: int) -> list[Rule]:
        """As the slot function wants them: what the raster would be, before it is saved."""
        type_ids = frozenset(kind.pk for kind in self.appointment_types)
        return [
            Rule(
                column_id, weekday, self.from_time, self.until_time, self.slot_minutes, self.valid_from,
                self.valid_until, type_ids, self.is_online,
            )
            for weekday in self.weekdays
        ]  # fmt: skip


def check_draft(draft: RasterDraft) -> None:
    """Raises GridRuleInvalid."""
    if not draft.weekdays:
        raise GridRuleInvalid(_("Bitte mindestens einen Wochentag wählen."), field="weekdays")
    if draft.until_time <= draft.from_time:
        raise GridRuleInvalid(_("Das Ende muss nach dem Beginn liegen."), field="until_time")
    if not MIN_SLOT <= draft.slot_minutes <= MAX_SLOT:
        message = _("Der Takt muss zwischen %(least)d und %(most)d Minuten liegen.")
        raise GridRuleInvalid(message % {"least": MIN_SLOT, "most": MAX_SLOT}, field="slot_minutes")
    if _minutes(draft.until_time) - _minutes(draft.from_time) < draft.slot_minutes:
        raise GridRuleInvalid(_("In diese Zeit passt kein einziger Takt."), field="slot_minutes")
    if draft.valid_until and draft.valid_until < draft.valid_from:
        raise GridRuleInvalid(_("Der letzte Tag liegt vor dem ersten."), field="valid_until")


@transaction.atomic
def add_grid_rules(*, column: CalendarColumn, draft: RasterDraft, actor: User | None) -> list[GridRule]:
    """One rule per weekday. Raises GridRuleInvalid."""
    check_draft(draft)
    rules = [_write(GridRule(practice_id=column.practice_id, column=column), draft, day) for day in draft.weekdays]
    _tell(column, actor)
    return rules


@transaction.atomic
def change_grid_rule(*, rule: GridRule, draft: RasterDraft, actor: User | None) -> list[GridRule]:
    """The rule becomes the first weekday of the draft; further weekdays become rules beside it.

    Raises GridRuleInvalid.
    """
    check_draft(draft)
    column = rule.column
    rules = [_write(rule, draft, draft.weekdays[0])]
    rules += [_write(GridRule(practice_id=column.practice_id, column=column), draft, d) for d in draft.weekdays[1:]]
    _tell(column, actor)
    return rules


@transaction.atomic
def end_grid_rule(*, rule: GridRule, last_day: date, actor: User | None) -> None:
    """The rule holds up to and including `last_day`; ended before its first day it never held and is gone."""
    if last_day < rule.valid_from:
        column = rule.column
        rule.delete()
        _tell(column, actor)
        return
    rule.valid_until = last_day
    rule.save(update_fields=["valid_until"])
    _tell(rule.column, actor)


def ended_draft(rule: GridRule, last_day: date) -> RasterDraft | None:
    """What would be left of the rule; None: nothing."""
    return None if last_day < rule.valid_from else replace(draft_of(rule), valid_until=last_day)


@transaction.atomic
def start_new_period(*, column: CalendarColumn, first_day: date, actor: User | None) -> list[GridRule]:
    """A new Jahrgang: every rule that holds on `first_day` or later ends the day before and goes on as a copy that
    can be changed by itself. Raises GridRuleInvalid when nothing holds then.
    """
    rules = list(GridRule.objects.filter(column=column, valid_from__lt=first_day).order_by("pk"))
    going_on = [rule for rule in rules if rule.valid_until is None or rule.valid_until >= first_day]
    if not going_on:
        raise GridRuleInvalid(_("An diesem Tag gilt noch kein Raster, das fortgesetzt werden kann."), field="first_day")
    fresh = []
    for rule in going_on:
        draft = replace(draft_of(rule), valid_from=first_day)
        fresh.append(_write(GridRule(practice_id=column.practice_id, column=column), draft, rule.weekday))
        rule.valid_until = first_day - timedelta(days=1)
        rule.save(update_fields=["valid_until"])
    _tell(column, actor)
    return fresh


def draft_of(rule: GridRule) -> RasterDraft:
    return RasterDraft(
        weekdays=[rule.weekday], from_time=rule.from_time, until_time=rule.until_time, slot_minutes=rule.slot_minutes,
        valid_from=rule.valid_from, valid_until=rule.valid_until, appointment_types=list(rule.appointment_types.all()),
        is_online=rule.is_online,
    )  # fmt: skip


def _write(rule: GridRule, draft: RasterDraft, weekday: int) -> GridRule:
    values = {
        "weekday": weekday, "from_time": draft.from_time, "until_time": draft.until_time,
        "slot_minutes": draft.slot_minutes, "valid_from": draft.valid_from, "valid_until": draft.valid_until,
        "is_online": draft.is_online,
    }  # fmt: skip
    for name, value in values.items():
        setattr(rule, name, value)
    if rule.pk is None:
        rule.save(force_insert=True)
    else:
        rule.save(update_fields=list(values))
    rule.appointment_types.set(_own_types(draft.appointment_types, rule.practice_id))
    return rule


def _own_types(types: Iterable[AppointmentType], practice_id: int) -> list[AppointmentType]:
    own = [kind for kind in types if kind.practice_id == practice_id]
    if len(own) != len(list(types)):
        raise GridRuleInvalid(_("Diese Terminart gehört nicht zur Praxis."), field="appointment_types")
    return own


def _minutes(wall: time) -> int:
    return wall.hour * 60 + wall.minute


def _tell(column: CalendarColumn, actor: User | None) -> None:
    publish(GridRulesChanged(practice_id=column.practice_id, actor_id=actor.pk if actor else None, column_id=column.pk))
    live.announce(column.practice_id, [column.pk], [])
