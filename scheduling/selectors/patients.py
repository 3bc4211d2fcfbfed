"""The people side of the booking dialog."""

from dataclasses import dataclass, field
from datetime import date, datetime

from accounts.models import Patient
from accounts.selectors import same_named_patients, search_patients
from scheduling.models import Entry
from scheduling.selectors.entries import entries_of_patient

MOST_HITS, MOST_COMING, MOST_PAST = 12, 5, 3


@dataclass(frozen=True, kw_only=True)
class PersonFound:
    """Either a chosen `patient` with namesakes and appointments, or hits of the search field."""

    patient: Patient | None = None
    age: int | None = None
    namesakes: list[Patient] = field(default_factory=list)
    appointments: list[Entry] = field(default_factory=list)
    query: str = ""
    hits: list[Patient] = field(default_factory=list)
    has_more: bool = False


def about_patient(patient: Patient, *, today: date, now: datetime, besides: int | None = None) -> PersonFound:
    """Coming appointments, the next first, then the last ones."""
    entries = entries_of_patient(patient.pk)
    if besides is not None:
        entries = entries.exclude(pk=besides)
    coming = list(entries.filter(ends_at__gt=now).order_by("starts_at", "pk")[:MOST_COMING])
    past = list(entries.filter(ends_at__lte=now)[:MOST_PAST])
    return PersonFound(
        patient=patient,
        age=patient.age_on(today),
        namesakes=list(same_named_patients(patient)[:3]),
        appointments=[*coming, *past],
    )


def search_person(query: str, *, today: date) -> PersonFound:
    hits = list(search_patients(query, today=today)[: MOST_HITS + 1]) if query.strip() else []
    return PersonFound(query=query.strip(), hits=hits[:MOST_HITS], has_more=len(hits) > MOST_HITS)
