"""save_imported_patient: who is the same person, and what happens to what is stored."""

from datetime import date, datetime
from typing import Any

import pytest
from django_scopes import scope

from accounts.models import Patient, Practice, User
from accounts.services.patient_import import (
    ImportedPatient,
    PatientAmbiguous,
    PatientNumberConflict,
    save_imported_patient,
)
from praxis.core.models import AuditEntry
from tests.factories import make_patient

BORN = date(1960, 2, 1)


@pytest.fixture
def take_over(in_practice: Practice, reception: User, now: datetime) -> Any:
    def run(last_name: str = "Meier", first_name: str = "Magda", birth_date: date = BORN, **fields: str) -> Any:
        record = ImportedPatient(last_name=last_name, first_name=first_name, birth_date=birth_date, **fields)
        return save_imported_patient(practice=in_practice, actor=reception, record=record, now=now)

    return run


def test_an_unknown_person_is_registered(take_over: Any, in_practice: Practice) -> None:
    patient, outcome = take_over(number="1", mobile="0151 2345678")

    assert outcome == "created"
    assert Patient.objects.get() == patient
    assert (patient.number, patient.mobile, patient.practice) == ("1", "0151 2345678", in_practice)
    assert AuditEntry.objects.filter(action="PatientRegistered", object_id=patient.pk).count() == 1


def test_the_same_record_again_changes_nothing(take_over: Any) -> None:
    take_over(number="1", city="Bruchsal")
    patient, outcome = take_over(number="1", city="Bruchsal")

    assert outcome == "unchanged"
    assert not AuditEntry.objects.filter(action="PatientChanged", object_id=patient.pk).exists()


def test_the_same_number_is_the_same_person_with_a_new_name(take_over: Any) -> None:
    take_over(number="1")
    patient, outcome = take_over(last_name="Behrens", number="1", city="Bruchsal")

    assert outcome == "updated"
    stored = Patient.objects.get()
    assert (stored.pk, stored.last_name, stored.city, stored.folded_last) == (
        patient.pk,
        "Behrens",
        "Bruchsal",
        "behrens",
    )


def test_the_same_number_is_the_same_person_with_a_corrected_birth_date(take_over: Any) -> None:
    take_over(number="1")
    _, outcome = take_over(birth_date=date(1961, 2, 1), number="1")

    assert outcome == "updated"
    assert Patient.objects.get().birth_date == date(1961, 2, 1)


@pytest.mark.parametrize("stored_birth_date", [BORN, None])
def test_a_number_of_somebody_else_is_refused_and_nothing_is_overwritten(
    take_over: Any, in_practice: Practice, stored_birth_date: date | None
) -> None:
    stored = make_patient(in_practice, number="1", birth_date=stored_birth_date)

    with pytest.raises(PatientNumberConflict) as caught:
        take_over(last_name="Behrens", first_name="Lotte", birth_date=date(1980, 5, 5), number="1")

    assert "Behrens" not in caught.value.message
    assert "Meier" not in caught.value.message
    stored.refresh_from_db()
    assert (stored.last_name, stored.birth_date) == ("Meier", stored_birth_date)
    assert Patient.objects.count() == 1


def test_fields_the_record_does_not_have_are_kept(take_over: Any) -> None:
    take_over(number="1", phone="07251 4711", email="m@example.org")
    take_over(number="1", city="Bruchsal")

    stored = Patient.objects.get()
    assert (stored.phone, stored.email, stored.city) == ("07251 4711", "m@example.org", "Bruchsal")


def test_without_a_number_name_and_birth_date_together_are_the_person(take_over: Any) -> None:
    take_over()
    _, outcome = take_over(city="Bruchsal")

    assert outcome == "updated"
    assert Patient.objects.count() == 1


@pytest.mark.parametrize("other", [{"last_name": "Mayer"}, {"first_name": "Maria"}, {"birth_date": date(1960, 2, 2)}])
def test_without_a_number_any_difference_is_another_person(take_over: Any, other: dict[str, Any]) -> None:
    take_over()
    _, outcome = take_over(**other)

    assert outcome == "created"
    assert Patient.objects.count() == 2


@pytest.mark.parametrize("written", ["MÜLLER", "Mueller", "müller"])
def test_another_spelling_of_a_letter_is_the_same_name_and_the_stored_one_stays(take_over: Any, written: str) -> None:
    take_over(last_name="Müller")
    _, outcome = take_over(last_name=written)

    assert outcome == "unchanged"
    assert Patient.objects.get().last_name == "Müller"


def test_names_that_only_the_search_takes_for_the_same_are_two_people(take_over: Any) -> None:
    take_over(last_name="Bauer")
    take_over(last_name="Baur")

    assert Patient.objects.count() == 2


def test_a_person_created_in_place_gets_the_number_instead_of_a_double(take_over: Any, in_practice: Practice) -> None:
    stored = make_patient(in_practice, "Mueller", "Rene")

    patient, outcome = take_over("Müller", "René", number="1")

    assert (patient.pk, outcome) == (stored.pk, "updated")
    assert Patient.objects.get().number == "1"
    assert Patient.objects.get().full_name == "Müller, René"


def test_the_same_person_under_another_number_stays_another_record(take_over: Any) -> None:
    take_over(number="1")
    _, outcome = take_over(number="2")

    assert outcome == "created"
    assert sorted(Patient.objects.values_list("number", flat=True)) == ["1", "2"]


def test_namesakes_that_nothing_tells_apart_are_refused(take_over: Any, in_practice: Practice) -> None:
    make_patient(in_practice)
    make_patient(in_practice)

    for number in ("", "1"):
        with pytest.raises(PatientAmbiguous):
            take_over(number=number)


def test_a_patient_of_another_practice_is_not_the_same_person(take_over: Any, neighbour: Practice) -> None:
    theirs = make_patient(neighbour, number="1")

    patient, outcome = take_over(number="1", city="Bruchsal")

    assert outcome == "created"
    assert patient.pk != theirs.pk
    with scope(practice=neighbour):
        theirs.refresh_from_db()
    assert theirs.city == ""
