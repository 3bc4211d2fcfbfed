from datetime import date, datetime
from typing import Any, TypedDict, Unpack, cast
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.events import PatientChanged, PatientRegistered
from accounts.folding import fold, fold_phone
from accounts.models import Patient, Practice, User
from accounts.services.patient_locks import check_unlocked
from praxis.core.constraints import unless_taken
from praxis.core.events import publish
from praxis.core.exceptions import PraxisError
from praxis.core.localtime import local_day

NUMBER_CONSTRAINT = "patient_number_once"
FOLDED_FIELDS = ["folded_last", "folded_first", "folded_phones"]


class PatientNumberTaken(PraxisError):
    """Another patient of the practice already has this number."""


class PatientInvalid(PraxisError):
    """What was given is no possible patient: no last name, or a birth date that is yet to come."""


class PatientChangedMeanwhile(PraxisError):
    """Somebody else saved this patient after it was read."""


class PatientFields(TypedDict, total=False):
    number: str
    last_name: str
    first_name: str
    birth_date: date | None
    title: str
    affix: str
    sex: str
    street: str
    postal_code: str
    city: str
    mobile: str
    phone: str
    email: str
    insurance_number: str
    deceased_on: date | None


@transaction.atomic
def register_patient(
    *, practice: Practice, actor: User | None, now: datetime, **fields: Unpack[PatientFields]
) -> Patient:
    """A new patient of the practice.

    Raises PatientInvalid, PatientNumberTaken.
    """
    patient = Patient(practice=practice, created_at=now, updated_at=now, **fields)
    _check(patient, now)
    _fold(patient)
    with unless_taken(NUMBER_CONSTRAINT, _number_taken()):
        patient.save(force_insert=True)
    publish(PatientRegistered(practice_id=practice.pk, actor_id=actor.pk if actor else None, patient_id=patient.pk))
    return patient


@transaction.atomic
def update_patient(*, patient: Patient, actor: User | None, now: datetime, **fields: Unpack[PatientFields]) -> Patient:
    """Change the given fields only; nothing happens when all of them are as they were.

    Raises PatientInvalid, PatientNumberTaken, PatientChangedMeanwhile, FieldLocked.
    """
    if changed := changed_names(patient, fields):
        check_unlocked(patient, changed)
    return overwrite_patient(patient=patient, actor=actor, now=now, **fields)


def changed_names(patient: Patient, fields: PatientFields) -> list[str]:
    """Of the given fields those that differ from what is stored."""
    return [name for name, value in fields.items() if getattr(patient, name) != value]


@transaction.atomic
def overwrite_patient(
    *, patient: Patient, actor: User | None, now: datetime, **fields: Unpack[PatientFields]
) -> Patient:
    """As `update_patient`, by the system that keeps the locked fields."""
    changed = changed_names(patient, fields)
    if not changed:
        return patient
    for name, value in fields.items():
        setattr(patient, name, value)
    _check(patient, now)
    _fold(patient)
    as_read = Patient.objects.filter(pk=patient.pk, updated_at=patient.updated_at)
    patient.updated_at = now
    values = {name: getattr(patient, name) for name in [*changed, *FOLDED_FIELDS, "updated_at"]}
    with unless_taken(NUMBER_CONSTRAINT, _number_taken()):
        is_ours = as_read.update(**values)
    if not is_ours:
        raise PatientChangedMeanwhile(
            _("Jemand hat diese Person im selben Moment geändert. Bitte noch einmal versuchen.")
        )
    publish(
        PatientChanged(practice_id=patient.practice_id, actor_id=actor.pk if actor else None, patient_id=patient.pk)
    )
    return patient


def _check(patient: Patient, now: datetime) -> None:
    if not patient.last_name.strip():
        raise PatientInvalid(_("Bitte einen Nachnamen eingeben."), field="last_name")
    if patient.birth_date:
        ensure_birth_date(patient.birth_date, today=local_day(now, ZoneInfo(patient.practice.time_zone)))


def ensure_birth_date(day: date, *, today: date) -> None:
    """Whether somebody alive can be born on that day. Raises PatientInvalid."""
    if day > today:
        raise PatientInvalid(_("Das Geburtsdatum liegt in der Zukunft."), field="birth_date")
    if day.year < 1890:
        raise PatientInvalid(_("Bitte das Geburtsjahr prüfen."), field="birth_date")


def _fold(patient: Patient) -> None:
    # Folding can lengthen a text ("½" becomes "1 2"); what does not fit is not needed to find it.
    patient.folded_last = fold(patient.last_name)[:120]
    patient.folded_first = fold(patient.first_name)[:120]
    patient.folded_phones = " ".join(filter(None, (fold_phone(patient.mobile), fold_phone(patient.phone))))


def _number_taken() -> PatientNumberTaken:
    # Without the number: reports of imports show this too, and they name nobody.
    return PatientNumberTaken(_("Diese Patientennummer gehört schon zu einer anderen Person."), field="number")


def as_fields(cleaned: dict[str, Any]) -> PatientFields:
    """The part of a cleaned form or record that is a patient's."""
    names = PatientFields.__annotations__
    return cast(PatientFields, {name: value for name, value in cleaned.items() if name in names})
