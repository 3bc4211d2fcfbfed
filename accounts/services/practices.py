from datetime import datetime
from typing import Any, TypedDict, Unpack
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.core.exceptions import ValidationError
from django.core.validators import validate_slug
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.events import PracticeChanged, PracticeCreated
from accounts.models import Practice, User
from praxis.core.constraints import unless_taken
from praxis.core.events import publish
from praxis.core.exceptions import PraxisError

SLUG_CONSTRAINT = "accounts_practice_slug_key"


class PracticeInvalid(PraxisError):
    """No name, no usable short name, or a short name that another practice has."""


class PracticeFields(TypedDict, total=False):
    name: str
    land: str
    time_zone: str
    case_shows_known: bool
    phone: str
    slot_colours: dict[str, str]
    is_open_for_registration: bool


@transaction.atomic
def create_practice(*, slug: str, name: str, actor: User | None, now: datetime, land: str = "NW") -> Practice:
    """A new tenant, empty. Raises PracticeInvalid."""
    try:
        validate_slug(slug)
    except ValidationError as error:
        message = _("Das Kürzel darf nur aus Buchstaben, Ziffern und Bindestrichen bestehen.")
        raise PracticeInvalid(message, field="slug") from error
    practice = Practice(slug=slug.lower(), name=name.strip(), land=land, created_at=now)
    _check(practice)
    taken = PracticeInvalid(_("Dieses Kürzel hat schon eine andere Praxis."), field="slug")
    with unless_taken(SLUG_CONSTRAINT, taken):
        practice.save(force_insert=True)
    publish(PracticeCreated(practice_id=practice.pk, actor_id=actor.pk if actor else None))
    return practice


@transaction.atomic
def update_practice(*, practice: Practice, actor: User | None, **fields: Unpack[PracticeFields]) -> Practice:
    """Change the given fields only. Raises PracticeInvalid."""
    values: dict[str, Any] = dict(fields)
    changed = [name for name, value in values.items() if getattr(practice, name) != value]
    if not changed:
        return practice
    for name in changed:
        setattr(practice, name, values[name])
    _check(practice)
    practice.save(update_fields=changed)
    publish(PracticeChanged(practice_id=practice.pk, actor_id=actor.pk if actor else None))
    return practice


def _check(practice: Practice) -> None:
    if not practice.name.strip():
        raise PracticeInvalid(_("Bitte einen Namen eingeben."), field="name")
    try:
        ZoneInfo(practice.time_zone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise PracticeInvalid(_("Diese Zeitzone gibt es nicht."), field="time_zone") from error
