"""How many patients at once stand with their Online-Zugang: what a list of appointments wants to know of each."""

from collections.abc import Collection
from dataclasses import dataclass

from django_scopes import get_scope

from accounts.folding import spelled
from accounts.models import CoupledPatient, Coupling, Patient, PatientAccount, User
from accounts.selectors.registrations import waiting_registrations


@dataclass(frozen=True, kw_only=True, slots=True)
class AccessFacts:
    """`is_coupled`: another system keeps this patient, now. `has_asked`: without an account, registered alone and waits
    for the practice."""

    account: PatientAccount | None
    is_coupled: bool
    has_asked: bool


def coupling_in_use() -> Coupling | None:
    """The other system that makes the accounts, while it is switched on."""
    return Coupling.objects.filter(is_on=True).first()


def access_facts(patients: Collection[Patient], *, coupling: Coupling | None) -> dict[int, AccessFacts]:
    """By patient; at most three queries. `coupling`: as `coupling_in_use` answers it."""
    ids = [patient.pk for patient in patients]
    accounts = {one.patient_id: one for one in PatientAccount.objects.filter(patient__in=ids).select_related("user")}
    coupled: set[int] = set()
    if coupling is not None:
        coupled = set(CoupledPatient.objects.filter(patient__in=ids).values_list("patient_id", flat=True))
    asked = _who_asked([patient for patient in patients if patient.pk not in accounts])
    return {pk: AccessFacts(account=accounts.get(pk), is_coupled=pk in coupled, has_asked=pk in asked) for pk in ids}


def _who_asked(patients: Collection[Patient]) -> set[int]:
    """Names and birth date must be equal: a mere resemblance is for the person who checks the registration."""
    if not patients:
        return set()
    days = {patient.birth_date for patient in patients if patient.birth_date}
    waiting = waiting_registrations().filter(birth_date__in=days).values_list("last_name", "first_name", "birth_date")
    asked = {(spelled(last), spelled(first), born) for last, first, born in waiting}
    return {one.pk for one in patients if (spelled(one.last_name), spelled(one.first_name), one.birth_date) in asked}


def has_doctor_without_role() -> bool:
    """A doctor signs in, but no doctor role says as whom."""
    return User.objects.filter(
        practice=get_scope()["practice"], role=User.Role.DOCTOR, is_active=True, doctor_roles=None
    ).exists()
