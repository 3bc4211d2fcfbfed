"""Who asked for an account by the public form, and whom the practice may know them as."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.folding import fold, fold_phone, spelled
from accounts.models import Patient, PatientAccount, Registration
from praxis.core.asking import asked_once

MOST_SUGGESTED = 6
# Telephone numbers shorter than this are not compared: an extension is shared by many.
SHORTEST_PHONE = 7


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A patient whom the person may be. `is_exact`: names and birth date are all equal. `account`: the one there is."""

    patient: Patient
    reasons: tuple[str, ...]
    is_exact: bool
    account: PatientAccount | None


def waiting_registrations() -> QuerySet[Registration]:
    """The longest waiting first."""
    return Registration.objects.filter(state=Registration.State.WAITING).order_by("verified_at", "pk")


def decided_registrations() -> QuerySet[Registration]:
    decided = (Registration.State.ACCEPTED, Registration.State.REJECTED)
    rows = Registration.objects.filter(state__in=decided).select_related("decided_by", "patient")
    return rows.order_by("-decided_at", "-pk")


@asked_once
def waiting_count() -> int:
    return waiting_registrations().count()


def suggested_patients(registration: Registration) -> list[Suggestion]:
    """The likeliest first."""
    names = Q(folded_last=fold(registration.last_name), folded_first=fold(registration.first_name))
    born = Q(birth_date=registration.birth_date)
    same_person = born & (Q(folded_last=fold(registration.last_name)) | Q(folded_first=fold(registration.first_name)))
    reach = Q(email__iexact=registration.email)
    phone = fold_phone(registration.mobile)
    if len(phone) >= SHORTEST_PHONE:
        reach |= Q(folded_phones__contains=phone)
    found = Patient.objects.filter(names | same_person | reach).filter(deceased_on=None).order_by("pk")[:50]
    likeliest = sorted(((_reasons(registration, one), one) for one in found), key=lambda pair: -len(pair[0]))
    accounts = _accounts_of(one for _reasons_, one in likeliest[:MOST_SUGGESTED])
    return [
        Suggestion(one, reasons, _is_exact(registration, one), accounts.get(one.pk))
        for reasons, one in likeliest[:MOST_SUGGESTED]
    ]


def _reasons(registration: Registration, patient: Patient) -> tuple[str, ...]:
    equal = {
        _("Name"): spelled(patient.last_name) == spelled(registration.last_name)
        and spelled(patient.first_name) == spelled(registration.first_name),
        _("Geburtsdatum"): patient.birth_date == registration.birth_date,
        _("E-Mail"): bool(patient.email) and patient.email.lower() == registration.email,
        _("Telefon"): fold_phone(registration.mobile) in {fold_phone(patient.mobile), fold_phone(patient.phone)} - {""},
    }
    return tuple(name for name, is_equal in equal.items() if is_equal)


def _is_exact(registration: Registration, patient: Patient) -> bool:
    names = ("last_name", "first_name")
    is_same = all(spelled(getattr(patient, name)) == spelled(getattr(registration, name)) for name in names)
    return is_same and patient.birth_date == registration.birth_date


def _accounts_of(patients: Iterable[Patient]) -> dict[int, PatientAccount]:
    rows = PatientAccount.objects.filter(patient__in=list(patients)).select_related("user")
    return {account.patient_id: account for account in rows}
