"""A patient as another system knows them: the same person is updated, never doubled, never overwritten by another."""

from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Literal

from django.db import models, transaction
from django.utils.translation import gettext as _

from accounts.folding import fold, spelled
from accounts.models import Patient, Practice, User
from accounts.services.patient_locks import lock_of
from accounts.services.patients import PatientFields, as_fields, register_patient, update_patient
from praxis.core.exceptions import PraxisError

Outcome = Literal["created", "updated", "unchanged"]


class PatientNumberConflict(PraxisError):
    """The number belongs to a person with another name and another birth date."""


class PatientAmbiguous(PraxisError):
    """Several patients have this name and birth date, and no number tells them apart."""


@dataclass(frozen=True, kw_only=True)
class ImportedPatient:
    """What the other system said. "" and None mean: it said nothing, keep what is stored."""

    last_name: str
    first_name: str
    birth_date: date
    number: str = ""
    title: str = ""
    affix: str = ""
    sex: str = ""
    street: str = ""
    postal_code: str = ""
    city: str = ""
    mobile: str = ""
    phone: str = ""
    email: str = ""
    insurance_number: str = ""


def column_sizes() -> dict[str, int]:
    """Longest text of each field of ImportedPatient."""
    columns = (Patient._meta.get_field(field.name) for field in fields(ImportedPatient))
    return {
        column.name: column.max_length
        for column in columns
        if isinstance(column, models.CharField) and column.max_length
    }


@transaction.atomic
def save_imported_patient(
    *, practice: Practice, actor: User | None, record: ImportedPatient, now: datetime
) -> tuple[Patient, Outcome]:
    """Find the person by number, else by last name, first name and birth date; update or register.

    Raises PatientNumberConflict, PatientAmbiguous, and what register_patient and update_patient raise.
    """
    # Two imports at once would both find nobody and register the same person twice.
    Practice.objects.select_for_update(no_key=True).get(pk=practice.pk)
    given = as_fields({name: value for name, value in vars(record).items() if value})
    patient = _by_number(practice, record)
    if patient is None:
        patient = _by_person(practice, record)
        if patient is not None and not record.number:
            # The same name in another spelling; without a number the stored one is as good.
            del given["last_name"], given["first_name"]
    if patient is None:
        return register_patient(practice=practice, actor=actor, now=now, **given), "created"
    if not _differs(patient, given):
        return patient, "unchanged"
    # What a coupled system keeps, it says itself; the rest of the record is as welcome as ever.
    kept = lock_of(patient).fields
    ours = as_fields({name: value for name, value in given.items() if name not in kept})
    if not _differs(patient, ours):
        return patient, "unchanged"
    return update_patient(patient=patient, actor=actor, now=now, **ours), "updated"


def _by_number(practice: Practice, record: ImportedPatient) -> Patient | None:
    if not record.number:
        return None
    patient = Patient.objects.filter(practice=practice, number=record.number).first()
    # A corrected birth date or a new name is the same person; both at once is somebody else.
    if patient and patient.birth_date != record.birth_date and not _same_name(patient, record):
        raise PatientNumberConflict(
            _(
                "Die Patientennummer gehört hier zu einer Person mit anderem Namen und anderem Geburtsdatum."
                " Der Satz wurde nicht übernommen; bitte die Nummer prüfen."
            )
        )
    return patient


def _by_person(practice: Practice, record: ImportedPatient) -> Patient | None:
    """With a number in the record only people without one come into question: two numbers are two people."""
    namesakes = Patient.objects.filter(
        practice=practice,
        folded_last=fold(record.last_name),
        folded_first=fold(record.first_name),
        birth_date=record.birth_date,
    )
    if record.number:
        namesakes = namesakes.filter(number="")
    found = [patient for patient in namesakes if _same_name(patient, record)]
    if len(found) > 1:
        raise PatientAmbiguous(
            _(
                "Mehrere Patienten haben diesen Namen und dieses Geburtsdatum. Der Satz wurde nicht übernommen;"
                " bitte bei ihnen die Patientennummer nachtragen."
            )
        )
    return found[0] if found else None


def _same_name(patient: Patient, record: ImportedPatient) -> bool:
    return [spelled(patient.last_name), spelled(patient.first_name)] == [
        spelled(record.last_name),
        spelled(record.first_name),
    ]


def _differs(patient: Patient, given: PatientFields) -> bool:
    return any(getattr(patient, name) != value for name, value in given.items())
