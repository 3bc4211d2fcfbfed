"""Every field of every model says whether it is personal, how long it is kept, and how it goes.

Each app has a `retention.py` that calls `personal` and `technical`; a house test refuses a field that nobody declared.
"""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.apps import apps
from django.conf import settings
from django.db import models, transaction

from praxis.core.localtime import day_bounds, local_day
from praxis.core.models import AuditEntry
from praxis.core.workrow import WorkRow

logger = logging.getLogger(__name__)

Eraser = Callable[[type[models.Model], tuple[str, ...], datetime], int]


@dataclass(frozen=True, kw_only=True)
class Rule:
    """`erase(model, fields, before)` removes what is older than `before` and returns how many rows it touched."""

    model: type[models.Model]
    fields: tuple[str, ...]
    erase: Eraser | None
    keep_for: timedelta | None = None
    keep_days: int | None = None

    def before(self, now: datetime) -> datetime | None:
        """What is older goes. None: nothing goes by itself."""
        if self.keep_for is not None:
            return now - self.keep_for
        if self.keep_days is None:
            return None
        zone = ZoneInfo(settings.TIME_ZONE)
        return day_bounds(local_day(now, zone) - timedelta(days=self.keep_days - 1), zone)[0]


_rules: list[Rule] = []
_technical: dict[type[models.Model], set[str]] = {}


def personal(
    model: type[models.Model],
    *,
    fields: Iterable[str],
    erase: Eraser | None = None,
    keep_for: timedelta | None = None,
    keep_days: int | None = None,
) -> None:
    """Declare personal fields. Without a term they are kept as long as the practice keeps the record. `keep_days`
    counts days of the calendar: with 90, what happened on a Monday is gone when the 90th day after it begins."""
    terms = [term for term in (keep_for, keep_days) if term is not None]
    if len(terms) != (erase is not None):
        raise ValueError(f"{model.__name__}: erase and one term go together, one without the other does nothing.")
    rule = Rule(model=model, fields=_checked(model, fields), erase=erase, keep_for=keep_for, keep_days=keep_days)
    if rule not in _rules:
        _rules.append(rule)


def technical(model: type[models.Model], fields: Iterable[str]) -> None:
    """Declare fields that say nothing about a person once the personal ones are gone."""
    _technical.setdefault(model, set()).update(_checked(model, fields))


def _checked(model: type[models.Model], fields: Iterable[str]) -> tuple[str, ...]:
    return tuple(model._meta.get_field(name).name for name in fields)


def rules() -> tuple[Rule, ...]:
    return tuple(_rules)


def delete_rows(*, since: str) -> Eraser:
    """Strategy: the whole row goes, counted from the instant in field `since`."""

    def erase(model: type[models.Model], fields: tuple[str, ...], before: datetime) -> int:
        return model._base_manager.filter(**{f"{since}__lt": before}).delete()[0]

    return erase


def blank_fields(*, since: str) -> Eraser:
    """Strategy: the row stays, its personal fields become NULL or their empty value."""

    def erase(model: type[models.Model], fields: tuple[str, ...], before: datetime) -> int:
        empty = {field.name: _empty(field) for field in model._meta.concrete_fields if field.name in fields}
        untouched = models.Q(**empty)
        return model._base_manager.filter(**{f"{since}__lt": before}).exclude(untouched).update(**empty)

    return erase


def _empty(field: "models.Field[Any, Any]") -> object:
    if field.null:
        return None
    if isinstance(field, models.CharField | models.TextField):
        return ""
    raise ValueError(f"{field} has no empty value: make it nullable, or delete the row.")


def erase_due(now: datetime) -> dict[str, int]:
    """Apply every rule with a term; rows touched by "app.Model". One failing rule does not keep the others."""
    touched: dict[str, int] = {}
    failed: list[str] = []
    for rule in _rules:
        before = rule.before(now)
        if rule.erase is None or before is None:
            continue
        label = rule.model._meta.label
        try:
            with transaction.atomic():
                count = rule.erase(rule.model, rule.fields, before)
        except Exception as error:
            logger.error("Erasing %s failed: %s", label, type(error).__name__)
            failed.append(label)
        else:
            touched[label] = touched.get(label, 0) + count
    logger.info("Erased: %s", touched)
    if failed:
        raise ErasureIncomplete(failed)
    return touched


class ErasureIncomplete(Exception):
    """Some rules could not be applied; the next run tries them again."""

    def __init__(self, labels: list[str]) -> None:
        super().__init__(", ".join(labels))
        self.labels = labels


def undeclared() -> list[str]:
    """ "app.Model.field" for each field of a table that nobody declared, tables of libraries included."""
    bookkeeping = {field.name for field in WorkRow._meta.local_fields}
    missing = []
    for model in apps.get_models(include_auto_created=False):
        known = _technical.get(model, set()) | {name for rule in _rules if rule.model is model for name in rule.fields}
        if issubclass(model, WorkRow):
            known = known | bookkeeping
        fields = [*model._meta.concrete_fields, *model._meta.many_to_many]
        missing += [
            f"{model._meta.label}.{field.name}" for field in fields if not field.primary_key and field.name not in known
        ]
    return sorted(missing)


technical(AuditEntry, ["practice_id", "actor_id", "action", "object_type", "object_id", "at", "via"])
