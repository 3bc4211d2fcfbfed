"""Where calendars of eTermin and doctors lead to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import DoctorRole, Practice, User
from integrations.etermin.events import EterminMapped
from integrations.etermin.models import EterminCalendar, EterminConnection, EterminDoctor
from integrations.etermin.services.placing import place_waiting
from praxis.core.events import publish
from praxis.core.exceptions import PraxisError
from scheduling.models import CalendarColumn

LONGEST_ID = 40


class MappingInvalid(PraxisError):
    """No such calendar, or a column or doctor of another practice."""


@dataclass(frozen=True, kw_only=True)
class CalendarWish:
    """Without doctor and column the calendar leads wherever eTermin's own reference says."""

    calendar: EterminCalendar
    doctor_role: DoctorRole | None
    column: CalendarColumn | None


@transaction.atomic
def save_mapping(
    *, connection: EterminConnection, calendars: Sequence[CalendarWish],
    doctors: Mapping[DoctorRole, CalendarColumn | None], actor: User | None, now: datetime,
) -> int:  # fmt: skip
    """What waited for it is worked on now; answers how many appointments that were. Raises MappingInvalid."""
    for wish in calendars:
        _same_practice(connection, wish.doctor_role, wish.column)
        EterminCalendar.objects.filter(pk=wish.calendar.pk, connection=connection).update(
            doctor_role=wish.doctor_role, column=wish.column
        )
    for role, column in doctors.items():
        _same_practice(connection, role, column)
        _lead_doctor(connection.practice, role, column)
    return _mapped(connection, actor, now)


@transaction.atomic
def map_calendar(
    *, connection: EterminConnection, calendar_id: str, column: CalendarColumn, actor: User | None, now: datetime
) -> int:
    """By eTermin's number of the calendar, also before it was seen. Raises MappingInvalid."""
    _same_practice(connection, None, column)
    if not 0 < len(calendar_id) <= LONGEST_ID:
        raise MappingInvalid(_("Bitte die Nummer des Kalenders bei eTermin nennen."), field="calendar")
    EterminCalendar.objects.update_or_create(
        connection=connection, calendar_id=calendar_id, practice_id=connection.practice_id,
        defaults={"column": column}, create_defaults={"column": column, "seen_at": now},
    )  # fmt: skip
    return _mapped(connection, actor, now)


def _lead_doctor(practice: Practice, role: DoctorRole, column: CalendarColumn | None) -> None:
    if column is None:
        EterminDoctor.objects.filter(doctor_role=role).delete()
        return
    EterminDoctor.objects.update_or_create(practice=practice, doctor_role=role, defaults={"column": column})


def _same_practice(connection: EterminConnection, role: DoctorRole | None, column: CalendarColumn | None) -> None:
    for found in (role, column):
        if found is not None and found.practice_id != connection.practice_id:
            raise MappingInvalid(_("Das gehört zu einer anderen Praxis."))


def _mapped(connection: EterminConnection, actor: User | None, now: datetime) -> int:
    actor_id = actor.pk if actor else None
    publish(EterminMapped(practice_id=connection.practice_id, actor_id=actor_id, connection_id=connection.pk))
    return place_waiting(connection.practice_id, now=now)
