"""What another system keeps here."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max

from accounts.models import CoupledPatient, Coupling, PatientAccount

NO_ACCOUNT = "none"


@dataclass(frozen=True, slots=True)
class CoupledSoFar:
    patients: int
    last_at: datetime | None


def coupling_of() -> Coupling | None:
    """The one of the practice, switched on or not."""
    return Coupling.objects.first()


def coupled_patient(external_id: str) -> CoupledPatient | None:
    return CoupledPatient.objects.filter(external_id=external_id).first()


def coupled_so_far() -> CoupledSoFar:
    found = CoupledPatient.objects.aggregate(patients=Count("pk"), last_at=Max("updated_at"))
    return CoupledSoFar(found["patients"], found["last_at"])


def account_state(patient_id: int) -> str:
    """A PatientAccount.State, or NO_ACCOUNT."""
    account = PatientAccount.objects.filter(patient=patient_id).first()
    return NO_ACCOUNT if account is None else str(account.state.value)
