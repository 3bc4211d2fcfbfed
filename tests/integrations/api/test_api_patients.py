from typing import Any

from accounts.models import Patient, Practice
from praxis.core.models import AuditEntry
from tests.factories import make_patient


def test_it_finds_patients_as_the_search_field_does(api: Any, in_practice: Practice, neighbour: Practice) -> None:
    patient = make_patient(in_practice, "Müller", "Magda")
    make_patient(in_practice, "Berg", "Ida")
    make_patient(neighbour, "Müller", "Magda")
    found = api.get("patients?q=muell+ma+010260").json()

    assert found == {
        "patients": [
            {"id": patient.pk, "number": "", "last_name": "Müller", "first_name": "Magda", "birth_date": "1960-02-01"}
        ],
        "more": False,
    }


def test_a_search_shows_at_most_fifty_and_says_so(api: Any, in_practice: Practice) -> None:
    for number in range(51):
        make_patient(in_practice, "Meier", f"M{number}")
    found = api.get("patients?q=meier").json()

    assert (len(found["patients"]), found["more"]) == (50, True)


def test_reading_is_audited_by_record_or_by_list(api: Any, in_practice: Practice) -> None:
    patient = make_patient(in_practice)
    api.get("patients?q=meier")
    api.get(f"patients/{patient.pk}")
    api.get("patients?q=nobody")
    for number in range(11):
        make_patient(in_practice, "Berg", f"M{number}")
    api.get("patients?q=berg")

    lines = AuditEntry.objects.filter(action="read", object_type="patient", via="api").order_by("pk")
    assert list(lines.values_list("object_id", flat=True)) == [patient.pk, patient.pk, None]


def test_it_registers_a_patient(api: Any, in_practice: Practice) -> None:
    body = {
        "last_name": "Öztürk",
        "first_name": "Ela",
        "birth_date": "1990-01-02",
        "mobile": "0151 5550100",
        "sex": "f",
    }
    answer = api.post("patients", body)

    assert answer.status_code == 201, answer.content
    shown = answer.json()
    assert body.items() <= shown.items()
    assert answer["Location"] == f"/api/v1/patients/{shown['id']}"
    assert api.get(f"patients/{shown['id']}").json() == shown
    assert [row["id"] for row in api.get("patients?q=oeztuerk").json()["patients"]] == [shown["id"]]


def test_a_taken_number_answers_409(api: Any, in_practice: Practice) -> None:
    make_patient(in_practice, number="17")
    answer = api.post("patients", {"last_name": "Berg", "number": "17"})

    assert (answer.status_code, answer.json()["code"]) == (409, "patient_number_taken")
    assert answer.json()["errors"][0]["field"] == "number"


def test_impossible_people_answer_422_or_400(api: Any, in_practice: Practice) -> None:
    assert api.post("patients", {"last_name": "Berg", "birth_date": "2026-11-24"}).status_code == 422
    assert api.post("patients", {"last_name": "Berg", "birth_date": "9999-12-31"}).status_code == 422
    assert api.post("patients", {"last_name": "Berg", "email": "no"}).status_code == 400
    assert api.post("patients", {"last_name": "Berg", "email": 7}).status_code == 400
    assert api.post("patients", {"last_name": "Berg", "sex": "q"}).status_code == 400
    assert not Patient.objects.exists()


def test_a_search_needs_something_to_search_for(api: Any) -> None:
    for query in ("", "?q=", "?q=%20", "?q=%00", "?q=" + "x" * 101, "?q=a&q=b"):
        assert api.get(f"patients{query}").status_code == 400
