"""Fields of a patient that another system keeps: while the coupling is on, nobody changes them here."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.models import CoupledPatient, Coupling, Patient
from praxis.core.exceptions import PraxisError


class FieldLocked(PraxisError):
    """Another system keeps this field; the message says which and whom to ask."""


@dataclass(frozen=True, slots=True)
class PatientLock:
    """Who keeps which fields of a patient. Without fields nobody but the practice."""

    fields: frozenset[str] = frozenset()
    system_name: str = ""
    contact: str = ""

    @property
    def words(self) -> str:
        return kept_elsewhere(self.system_name, self.contact)


def kept_elsewhere(system_name: str, contact: str) -> str:
    """Who changes it, and whom to ask."""
    if contact:
        words = _("Das ändert nur %(system)s. Bitte wenden Sie sich an %(contact)s.")
        return words % {"system": system_name, "contact": contact}
    return _("Das ändert nur %(system)s.") % {"system": system_name}


def lock_of(patient: Patient) -> PatientLock:
    """Nothing is locked while the coupling is off."""
    coupled = (
        CoupledPatient.objects.filter(patient=patient, practice__coupling__is_on=True)
        .select_related("practice__coupling")
        .first()
    )
    if coupled is None:
        return PatientLock()
    coupling: Coupling = coupled.practice.coupling
    return PatientLock(frozenset(coupled.locked_fields), coupling.system_name, coupling.contact)


def check_unlocked(patient: Patient, changed: Iterable[str]) -> None:
    """Raises FieldLocked for the first of the changed fields that is not ours to change."""
    lock = lock_of(patient)
    for name in changed:
        if name in lock.fields:
            raise FieldLocked(lock.words, field=name)
