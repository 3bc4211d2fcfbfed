from django.db import transaction
from django.utils.translation import gettext as _

from accounts.events import DoctorRoleSaved
from accounts.models import DoctorRole, Practice, User
from praxis.core.constraints import unless_taken
from praxis.core.events import publish
from praxis.core.exceptions import PraxisError


class DoctorRoleInvalid(PraxisError):
    """No name, a name that is taken, or a login of another practice."""


@transaction.atomic
def create_doctor_role(*, practice: Practice, name: str, actor: User | None, user: User | None = None) -> DoctorRole:
    """Raises DoctorRoleInvalid."""
    return _save(DoctorRole(practice=practice), name=name, user=user, is_active=True, actor=actor)


@transaction.atomic
def update_doctor_role(
    *, role: DoctorRole, name: str, user: User | None, is_active: bool, actor: User | None
) -> DoctorRole:
    """Raises DoctorRoleInvalid."""
    return _save(role, name=name, user=user, is_active=is_active, actor=actor)


def _save(role: DoctorRole, *, name: str, user: User | None, is_active: bool, actor: User | None) -> DoctorRole:
    if not name.strip():
        raise DoctorRoleInvalid(_("Bitte einen Namen eingeben."), field="name")
    if user is not None and user.practice_id != role.practice_id:
        raise DoctorRoleInvalid(_("Dieses Konto gehört nicht zur Praxis."), field="user")
    role.name, role.user, role.is_active = name.strip(), user, is_active
    taken = DoctorRoleInvalid(_("Eine Arztrolle mit diesem Namen ist schon angelegt."), field="name")
    with unless_taken("doctor_role_name_once", taken):
        if role.pk is None:
            role.save(force_insert=True)
        else:
            role.save(update_fields=["name", "user", "is_active"])
    publish(DoctorRoleSaved(practice_id=role.practice_id, actor_id=actor.pk if actor else None, doctor_role_id=role.pk))
    return role
