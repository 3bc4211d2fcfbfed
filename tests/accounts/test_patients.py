from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError

from accounts.models import Patient, Practice, User
from accounts.services.patients import (
    PatientChangedMeanwhile,
    PatientInvalid,
    PatientNumberTaken,
    register_patient,
    update_patient,
)
from praxis.core.models import AuditEntry
from tests.factories import make_patient

# Half past midnight in Berlin, still yesterday in UTC.
JUST_AFTER_MIDNIGHT = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)


def test_a_child_born_today_can_be_registered_just_after_midnight(in_practice: Practice) -> None:
    register_patient(
        practice=in_practice, actor=None, now=JUST_AFTER_MIDNIGHT, last_name="Neu", birth_date=date(2026, 11, 23)
    )


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"last_name": "  "}, "last_name"),
        ({"last_name": "Neu", "birth_date": date(2026, 11, 24)}, "birth_date"),
        ({"last_name": "Neu", "birth_date": date(1800, 1, 1)}, "birth_date"),
    ],
)
def test_impossible_people_are_refused_beside_the_field(in_practice: Practice, fields: dict, field: str) -> None:
    with pytest.raises(PatientInvalid) as caught:
        register_patient(practice=in_practice, actor=None, now=JUST_AFTER_MIDNIGHT, **fields)
    assert caught.value.field == field
    assert not Patient.objects.exists()


def test_a_number_belongs_to_one_patient_of_a_practice(in_practice: Practice, neighbour: Practice) -> None:
    make_patient(in_practice, number="7")
    make_patient(neighbour, number="7")
    with pytest.raises(PatientNumberTaken):
        make_patient(in_practice, "Schulz", number="7")


def test_a_change_leaves_a_line_without_the_name(in_practice: Practice, reception: User) -> None:
    patient = make_patient(in_practice)
    update_patient(patient=patient, actor=reception, now=JUST_AFTER_MIDNIGHT, last_name="Möller")
    line = AuditEntry.objects.order_by("-id").first()
    assert line
    assert (line.action, line.object_id, line.actor_id) == ("PatientChanged", patient.pk, reception.pk)
    assert Patient.objects.get().folded_last == "moller"


def test_an_unchanged_record_leaves_no_line(in_practice: Practice, reception: User) -> None:
    patient = make_patient(in_practice)
    lines = AuditEntry.objects.count()
    update_patient(patient=patient, actor=reception, now=JUST_AFTER_MIDNIGHT, last_name=patient.last_name)
    assert AuditEntry.objects.count() == lines


def test_who_is_overtaken_by_a_colleague_changes_nothing(in_practice: Practice, reception: User) -> None:
    make_patient(in_practice, mobile="0151 1")
    mine, colleagues = Patient.objects.get(), Patient.objects.get()
    update_patient(patient=colleagues, actor=reception, now=JUST_AFTER_MIDNIGHT, mobile="0151 2")
    later = JUST_AFTER_MIDNIGHT + timedelta(seconds=1)
    with pytest.raises(PatientChangedMeanwhile):
        update_patient(patient=mine, actor=reception, now=later, mobile="0151 3")
    assert Patient.objects.get().mobile == "0151 2"
    assert AuditEntry.objects.filter(action="PatientChanged").count() == 1


def test_another_broken_constraint_is_not_called_a_taken_number(in_practice: Practice, reception: User) -> None:
    with pytest.raises(IntegrityError):
        register_patient(practice=in_practice, actor=None, now=JUST_AFTER_MIDNIGHT, last_name="Neu", city=None)
    patient = make_patient(in_practice)
    with pytest.raises(IntegrityError):
        update_patient(patient=patient, actor=reception, now=JUST_AFTER_MIDNIGHT, city=None)
