"""Takes over the old participants of an export: all of them with their appointments, or nothing at all."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import DoctorRole, Practice, User
from accounts.selectors import active_doctor_roles
from praxis.core.events import publish
from scheduling.models import AppointmentType
from scheduling.selectors import active_appointment_types
from videosprechstunde.events import LegacyImported
from videosprechstunde.models import LegacyParticipant
from videosprechstunde.services.konto.export_format import ExportInvalid, OldParticipant, read_export
from videosprechstunde.services.konto.importing_appointments import AppointmentImport
from videosprechstunde.services.konto.lines import announce_run


@dataclass(frozen=True, slots=True)
class Imported:
    """`known`: accounts that were there already; `appointments`: new ones, of both."""

    participants: int
    known: int
    appointments: int


@transaction.atomic
def import_export(*, practice: Practice, text: str, file_format: str, actor: User | None, now: datetime) -> Imported:
    """`file_format`: "csv" or "json". A second time adds only what is new. Raises ExportInvalid."""
    found = read_export(text, file_format)
    roles = {role.name: role for role in active_doctor_roles()}
    types = {kind.name: kind for kind in active_appointment_types()}
    before = {one.provider_user: one for one in LegacyParticipant.objects.select_for_update(of=("self",))}
    appointments = AppointmentImport(practice, actor, now, links=_links(found))
    counted: Counter[str] = Counter()
    for one in found:
        own_roles = _roles_of(one, roles)
        legacy = before.get(one.user)
        counted["participants" if legacy is None else "known"] += 1
        if legacy is None:
            legacy = _add(one, own_roles, _type_of(one, types), practice, actor, now)
        if legacy.moved_at is None and legacy.gone_at is None:
            kind = legacy.appointment_type or _type_of(one, types)
            counted["appointments"] += appointments.take(one.appointments, legacy, own_roles, kind)
    announce_run(practice.pk)
    return Imported(counted["participants"], counted["known"], counted["appointments"])


def _add(
    one: OldParticipant, roles: Sequence[DoctorRole], kind: AppointmentType | None, practice: Practice,
    actor: User | None, now: datetime,
) -> LegacyParticipant:  # fmt: skip
    legacy = LegacyParticipant(
        practice=practice, name=one.name, email=one.email, provider=one.provider, host=one.host,
        provider_user=one.user, credentials=one.password, appointment_type=kind,
        imported_at=now,
    )  # fmt: skip
    legacy.save(force_insert=True)
    legacy.doctor_roles.set(roles)
    actor_id = actor.pk if actor else None
    publish(LegacyImported(practice_id=practice.pk, actor_id=actor_id, legacy_participant_id=legacy.pk))
    return legacy


def _roles_of(one: OldParticipant, known: dict[str, DoctorRole]) -> list[DoctorRole]:
    for name in one.roles:
        if name not in known:
            raise ExportInvalid(one.place, _("Die Arztrolle „%s“ gibt es in der Praxis nicht. Bitte anlegen.") % name)
    return list({known[name].pk: known[name] for name in one.roles}.values())


def _type_of(one: OldParticipant, known: dict[str, AppointmentType]) -> AppointmentType | None:
    if not one.appointment_type:
        return None
    if one.appointment_type not in known:
        words = _("Die Terminart „%s“ gibt es in der Praxis nicht. Bitte anlegen.")
        raise ExportInvalid(one.place, words % one.appointment_type)
    return known[one.appointment_type]


def _links(found: Sequence[OldParticipant]) -> "Counter[str]":
    """How often each link stands in the file: a room that is always the same opens no single appointment."""
    return Counter(appointment.link for one in found for appointment in one.appointments if appointment.link)


__all__ = ["ExportInvalid", "Imported", "import_export"]
