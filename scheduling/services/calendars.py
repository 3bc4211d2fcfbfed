from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Practice, User
from praxis.core.constraints import unless_taken
from praxis.core.events import publish
from praxis.core.exceptions import PraxisError
from scheduling.events import CalendarSaved
from scheduling.models import Calendar


class CalendarInvalid(PraxisError):
    """No name, or a name that another calendar of the practice has."""


@transaction.atomic
def create_calendar(*, practice: Practice, name: str, actor: User | None) -> Calendar:
    """Raises CalendarInvalid."""
    position = Calendar.objects.filter(practice=practice).count()
    return _save(Calendar(practice=practice, position=position), name, actor)


@transaction.atomic
def rename_calendar(*, calendar: Calendar, name: str, actor: User | None) -> Calendar:
    """Raises CalendarInvalid."""
    return _save(calendar, name, actor)


def _save(calendar: Calendar, name: str, actor: User | None) -> Calendar:
    if not name.strip():
        raise CalendarInvalid(_("Bitte einen Namen eingeben."), field="name")
    calendar.name = name.strip()
    taken = CalendarInvalid(_("Ein Terminkalender mit diesem Namen ist schon angelegt."), field="name")
    with unless_taken("calendar_name_once", taken):
        if calendar.pk is None:
            calendar.save(force_insert=True)
        else:
            calendar.save(update_fields=["name"])
    publish(
        CalendarSaved(practice_id=calendar.practice_id, actor_id=actor.pk if actor else None, calendar_id=calendar.pk)
    )
    return calendar
