from typing import TypedDict, Unpack

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Practice, User
from praxis.core.constraints import unless_taken
from praxis.core.events import publish
from praxis.core.exceptions import PraxisError
from scheduling.events import AppointmentTypeSaved
from scheduling.models import AppointmentType
from scheduling.models.calendar import MAX_MINUTES


class AppointmentTypeInvalid(PraxisError):
    """No name, a name that is taken, or an impossible length."""


class AppointmentTypeFields(TypedDict, total=False):
    name: str
    minutes: int
    is_video: bool
    is_online: bool
    is_active: bool


@transaction.atomic
def create_appointment_type(
    *, practice: Practice, actor: User | None, **fields: Unpack[AppointmentTypeFields]
) -> AppointmentType:
    """Raises AppointmentTypeInvalid."""
    position = AppointmentType.objects.filter(practice=practice).count()
    return _save(AppointmentType(practice=practice, position=position), fields, actor)


@transaction.atomic
def update_appointment_type(
    *, appointment_type: AppointmentType, actor: User | None, **fields: Unpack[AppointmentTypeFields]
) -> AppointmentType:
    """Booked appointments keep the length they have. Raises AppointmentTypeInvalid."""
    return _save(appointment_type, fields, actor)


def _save(kind: AppointmentType, fields: AppointmentTypeFields, actor: User | None) -> AppointmentType:
    for name, value in fields.items():
        setattr(kind, name, value)
    kind.name = kind.name.strip()
    if not kind.name:
        raise AppointmentTypeInvalid(_("Bitte einen Namen eingeben."), field="name")
    if not 1 <= kind.minutes <= MAX_MINUTES:
        message = _("Die Dauer muss zwischen 1 und %(most)d Minuten liegen.") % {"most": MAX_MINUTES}
        raise AppointmentTypeInvalid(message, field="minutes")
    taken = AppointmentTypeInvalid(_("Eine Terminart mit diesem Namen ist schon angelegt."), field="name")
    with unless_taken("appointment_type_name_once", taken):
        if kind.pk is None:
            kind.save(force_insert=True)
        else:
            kind.save(update_fields=list(fields))
    publish(
        AppointmentTypeSaved(
            practice_id=kind.practice_id, actor_id=actor.pk if actor else None, appointment_type_id=kind.pk
        )
    )
    return kind
