from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.events import TreatmentAdded
from accounts.models import DoctorRole, Mandant, Patient, Treatment, User
from praxis.core.events import publish
from praxis.core.exceptions import PraxisError


class TreatmentInvalid(PraxisError):
    """It would have begun before the patient was born."""


@transaction.atomic
def add_treatment(
    *, patient: Patient, mandant: Mandant, started_on: date, actor: User | None, doctor_role: DoctorRole | None = None
) -> Treatment:
    """The latest treatment decides which Mandant pays for messages. Raises TreatmentInvalid."""
    if patient.birth_date and started_on < patient.birth_date:
        raise TreatmentInvalid(_("Die Behandlung kann nicht vor der Geburt beginnen."), field="started_on")
    treatment = Treatment(
        practice_id=patient.practice_id, patient=patient, mandant=mandant, doctor_role=doctor_role,
        started_on=started_on,
    )  # fmt: skip
    treatment.save(force_insert=True)
    publish(
        TreatmentAdded(practice_id=patient.practice_id, actor_id=actor.pk if actor else None, patient_id=patient.pk)
    )
    return treatment
