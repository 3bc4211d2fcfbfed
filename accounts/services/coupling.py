"""Koppelung (mission K4): another system keeps patients and their accounts, and says by its own id how they stand."""

from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.events import CoupledPatientStored, CouplingSaved
from accounts.models import CoupledPatient, Coupling, Patient, PatientAccount, Practice, User
from accounts.selectors.patients import match_person
from accounts.services.account_switching import deactivate_patient_account, reactivate_patient_account
from accounts.services.patient_accounts import Origin, change_account_email, create_patient_account
from accounts.services.patients import PatientFields, overwrite_patient, register_patient
from praxis.core.events import publish
from praxis.core.exceptions import PraxisError


class CouplingInvalid(PraxisError):
    """No name of the other system, or nobody to ask."""


class CouplingIsOff(PraxisError):
    """The practice takes nothing from another system at the moment."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CoupledRecord:
    """How a patient stands in the other system. Only the fields that it names are its own; the others stay ours."""

    external_id: str
    fields: PatientFields = field(repr=False)
    has_account: bool


@transaction.atomic
def save_coupling(
    *, practice: Practice, system_name: str, contact: str, is_on: bool, actor: User | None, now: datetime
) -> Coupling:
    """Raises CouplingInvalid."""
    system_name, contact = system_name.strip(), contact.strip()
    if is_on and not system_name:
        raise CouplingInvalid(_("Bitte das andere System benennen."), field="system_name")
    if is_on and not contact:
        raise CouplingInvalid(_("Bitte angeben, an wen sich die Praxis bei Fragen wendet."), field="contact")
    coupling, _made = Coupling.objects.get_or_create(practice=practice, defaults={"system_name": system_name})
    coupling.system_name, coupling.contact, coupling.is_on = system_name, contact, is_on
    coupling.save(update_fields=["system_name", "contact", "is_on"])
    publish(CouplingSaved(practice_id=practice.pk, actor_id=actor.pk if actor else None, coupling_id=coupling.pk))
    return coupling


@transaction.atomic
def store_coupled_patient(
    *, practice: Practice, record: CoupledRecord, actor: User | None, now: datetime
) -> tuple[CoupledPatient, bool]:
    """The patient and the account as the other system says; saying it again changes nothing. True: newly coupled.

    Raises CouplingIsOff and what the services for patients and their accounts raise.
    """
    # One after the other: the same id twice at once is one patient.
    coupling = Coupling.objects.select_for_update(no_key=True).filter(practice=practice, is_on=True).first()
    if coupling is None:
        raise CouplingIsOff(_("Die Koppelung ist ausgeschaltet. Die Praxis schaltet sie in den Einstellungen ein."))
    coupled = (
        CoupledPatient.objects.filter(practice=practice, external_id=record.external_id)
        .select_related("patient__practice")
        .first()
    )
    is_new = coupled is None
    coupled = coupled or CoupledPatient(
        practice=practice, external_id=record.external_id, patient=_find_or_register(practice, record, actor, now),
        created_at=now,
    )  # fmt: skip
    patient, former_email = coupled.patient, coupled.patient.email
    overwrite_patient(patient=patient, actor=actor, now=now, **record.fields)
    _keep(coupled, sorted(record.fields), is_new, now)
    _agree_account(patient, record, former_email, actor, now)
    publish(CoupledPatientStored(practice_id=practice.pk, actor_id=actor.pk if actor else None, patient_id=patient.pk))
    return coupled, is_new


def _find_or_register(practice: Practice, record: CoupledRecord, actor: User | None, now: datetime) -> Patient:
    """Somebody the practice knows by name and birth date, unless that one is another person of the other system."""
    given = record.fields
    known = match_person(
        last_name=given["last_name"], first_name=given.get("first_name", ""), birth_date=given.get("birth_date")
    )
    if known is not None and not CoupledPatient.objects.filter(patient=known).exists():
        return known
    return register_patient(practice=practice, actor=actor, now=now, **given)


def _keep(coupled: CoupledPatient, fields: list[str], is_new: bool, now: datetime) -> None:
    coupled.locked_fields, coupled.updated_at = fields, now
    if is_new:
        coupled.save(force_insert=True)
    else:
        coupled.save(update_fields=["locked_fields", "updated_at"])


def _agree_account(
    patient: Patient, record: CoupledRecord, former_email: str, actor: User | None, now: datetime
) -> None:
    account = PatientAccount.objects.filter(patient=patient).select_related("user", "practice", "patient").first()
    if not record.has_account:
        if account is not None:
            deactivate_patient_account(account=account, actor=actor, now=now, by_coupling=True)
        return
    if account is None:
        create_patient_account(
            patient=patient, email=patient.email, origin=Origin.COUPLING, actor=actor, now=now, links_existing=True
        )
        return
    reactivate_patient_account(account=account, actor=actor, now=now, by_coupling=True)
    # The person may have changed the sign-in since; only news of the other system counts.
    if patient.email != former_email:
        change_account_email(
            account=account, email=patient.email, actor=actor, now=now, links_existing=True, by_coupling=True
        )
