from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.events import MandantSaved
from accounts.models import Mandant, Practice, User
from praxis.core.constraints import unless_taken
from praxis.core.events import publish
from praxis.core.exceptions import PraxisError


class MandantInvalid(PraxisError):
    """No name, or a name that another Mandant of the practice has."""


@transaction.atomic
def create_mandant(
    *, practice: Practice, name: str, actor: User | None, licence_number: str = "",
    licence_valid_until: date | None = None, is_default: bool = False,
) -> Mandant:  # fmt: skip
    """The first one of a practice becomes its default. Raises MandantInvalid."""
    is_first = not Mandant.objects.filter(practice=practice).exists()
    mandant = Mandant(practice=practice)
    values = _values(name, licence_number, licence_valid_until, is_default or is_first)
    return _save(mandant, values, actor)


@transaction.atomic
def update_mandant(
    *, mandant: Mandant, name: str, actor: User | None, licence_number: str = "",
    licence_valid_until: date | None = None, is_default: bool = False,
) -> Mandant:  # fmt: skip
    """A practice keeps exactly one default: it changes by making another one the default. Raises MandantInvalid."""
    values = _values(name, licence_number, licence_valid_until, is_default or mandant.is_default)
    return _save(mandant, values, actor)


def _values(name: str, number: str, until: date | None, is_default: bool) -> dict[str, Any]:
    if not name.strip():
        raise MandantInvalid(_("Bitte einen Namen eingeben."), field="name")
    return {
        "name": name.strip(), "licence_number": number.strip(), "licence_valid_until": until, "is_default": is_default,
    }  # fmt: skip


def _save(mandant: Mandant, values: dict[str, Any], actor: User | None) -> Mandant:
    if values["is_default"]:
        others = Mandant.objects.filter(practice_id=mandant.practice_id, is_default=True)
        others.exclude(pk=mandant.pk).update(is_default=False)
    for name, value in values.items():
        setattr(mandant, name, value)
    taken = MandantInvalid(_("Ein Mandant mit diesem Namen ist schon angelegt."), field="name")
    with unless_taken("mandant_name_once", taken):
        if mandant.pk is None:
            mandant.save(force_insert=True)
        else:
            mandant.save(update_fields=list(values))
    publish(MandantSaved(practice_id=mandant.practice_id, actor_id=actor.pk if actor else None, mandant_id=mandant.pk))
    return mandant
