from collections.abc import Collection, Iterable
from datetime import date

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet

from accounts.folding import fold, spelled
from accounts.models import Patient, PatientAccount, Treatment
from accounts.search import PatientQuery, parse_dates
from praxis.core.rows import row_by_id


def search_patients(query: str, *, today: date) -> QuerySet[Patient]:
    """Patients of the active practice for one search field: "mei ma 010260", a number, a telephone number."""
    return Patient.objects.filter(PatientQuery.parse(query, today=today).condition()).order_by(
        "folded_last", "folded_first", "birth_date", "pk"
    )


def possible_birth_dates(text: str, *, today: date) -> tuple[date, ...]:
    """What somebody may mean by "1.2.1960", "010260" or "010220": none, one, or two days a century apart."""
    return parse_dates(text, today=today)


def patient_by_id(patient_id: int) -> Patient | None:
    """To point at, as a booking does. Showing a record goes through access.patient_for, which audits it."""
    return row_by_id(Patient, patient_id)


def asked_patient(patient_id: int) -> tuple[type[Patient], int]:
    """`patient_by_id` as a question for `rows_by_id`, which asks it together with others."""
    return Patient, patient_id


def same_named_patients(patient: Patient) -> QuerySet[Patient]:
    """Others with the same folded name: the ones that are taken for each other on the telephone."""
    return Patient.objects.filter(folded_last=patient.folded_last, folded_first=patient.folded_first).exclude(
        pk=patient.pk
    )


def namesakes_of(*, last_name: str, first_name: str) -> QuerySet[Patient]:
    """Who is found under the same folded name already."""
    return Patient.objects.filter(folded_last=fold(last_name), folded_first=fold(first_name)).order_by("birth_date")


def with_namesake_mark(patients: QuerySet[Patient]) -> QuerySet[Patient]:
    """Each row says `has_namesake`: somebody else is called the same."""
    others = Patient.objects.filter(
        practice=OuterRef("practice"), folded_last=OuterRef("folded_last"), folded_first=OuterRef("folded_first")
    ).exclude(pk=OuterRef("pk"))
    return patients.annotate(has_namesake=Exists(others))


def patients_in_order() -> QuerySet[Patient]:
    return Patient.objects.order_by("folded_last", "folded_first", "birth_date", "pk")


def latest_mandant_id(patient_id: int) -> int | None:
    """Who treats at present, and pays for messages."""
    found = Treatment.objects.filter(patient=patient_id).order_by("-started_on", "-pk")
    return found.values_list("mandant_id", flat=True).first()


def language_of_patient(patient: Patient) -> str:
    """What the person with the Online-Zugang chose; German without one."""
    account = PatientAccount.objects.select_related("user").filter(patient=patient).first()
    return account.user.language if account is not None else settings.LANGUAGE_CODE


def treatments_of(patient: Patient) -> QuerySet[Treatment]:
    """The latest first: its Mandant pays for messages."""
    return (
        Treatment.objects.filter(patient=patient)
        .select_related("mandant", "doctor_role")
        .order_by("-started_on", "-pk")
    )


def match_person(*, last_name: str, first_name: str, birth_date: date | None) -> Patient | None:
    """Seed 001: a known patient is one whose name, first name and birth date are all equal; None when there are two."""
    if birth_date is None:
        return None
    who = (last_name, first_name, birth_date)
    return match_people([who]).get(who)


def match_people(people: Collection[tuple[str, str, date]]) -> dict[tuple[str, str, date], Patient]:
    """As `match_person` for many (last name, first name, birth date), in one query."""
    namesakes: dict[tuple[str, str, date], list[Patient]] = {}
    found = Patient.objects.filter(
        folded_last__in={fold(last) for last, _first, _born in people},
        folded_first__in={fold(first) for _last, first, _born in people},
        birth_date__in={born for _last, _first, born in people},
    )
    for patient in found.order_by("pk"):
        if patient.birth_date is not None:
            spelled_name = (spelled(patient.last_name), spelled(patient.first_name), patient.birth_date)
            namesakes.setdefault(spelled_name, []).append(patient)
    matches = {
        (last, first, born): namesakes.get((spelled(last), spelled(first), born), ()) for last, first, born in people
    }
    return {who: same[0] for who, same in matches.items() if len(same) == 1}


def names_of_patients(patient_ids: Iterable[int]) -> dict[int, str]:
    return {patient.pk: patient.full_name for patient in Patient.objects.filter(pk__in=list(patient_ids))}


def living_patients() -> QuerySet[Patient]:
    return Patient.objects.filter(deceased_on=None).order_by("pk")
