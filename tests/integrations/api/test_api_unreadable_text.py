"""Text that is none (half a character, a NUL) in any field or parameter is refused, by name, and not repeated."""

from typing import Any

import pytest

from accounts.models import Patient
from integrations.api.serializers import AppointmentIn, AppointmentPatch, PatientIn, PersonIn
from scheduling.models import CalendarColumn, Entry
from tests.factories import at, make_appointment

HALF = "\ud800"
PATIENT = {"last_name": "Berg"}
BOOKING = {"column": 1, "starts_at": "2026-11-23T09:00:00+01:00", "patient": PATIENT}
WRITES = [
    ("POST", "appointments", BOOKING, AppointmentIn),
    ("PATCH", "appointments/{entry}", {}, AppointmentPatch),
    ("POST", "patients", PATIENT, PatientIn),
]
FIELDS = [(method, path, good, name) for method, path, good, serializer in WRITES for name in serializer().fields]
PERSON_FIELDS = [
    (method, path, {"patient": PATIENT | {name: None}}, name)
    for method, path in (("POST", "appointments"), ("PATCH", "appointments/{entry}"))
    for name in PersonIn().fields
]


def refused_fields(answer: Any) -> list[str]:
    assert answer.status_code == 400, answer.content
    assert answer.json()["code"] == "invalid"
    assert "ud800" not in answer.content.decode()
    return [error["field"] for error in answer.json()["errors"]]


@pytest.fixture
def entry(column: CalendarColumn) -> Entry:
    return make_appointment(column, at(9))


@pytest.mark.parametrize(("method", "path", "good", "name"), FIELDS)
def test_half_a_character_is_refused_in_every_field(
    api: Any, entry: Entry, method: str, path: str, good: dict[str, Any], name: str
) -> None:
    for wrong in (HALF, f"a{HALF}b", [HALF], {"x": HALF}, {HALF: 1}):
        answer = api.send(method, path.format(entry=entry.pk), good | {name: wrong})

        (field,) = refused_fields(answer)
        assert field.split(".")[0] == name
    assert Entry.objects.get().version == 1
    assert not Patient.objects.exists()


@pytest.mark.parametrize(("method", "path", "body", "name"), PERSON_FIELDS)
def test_half_a_character_is_refused_in_every_field_of_a_person(
    api: Any, entry: Entry, method: str, path: str, body: dict[str, Any], name: str
) -> None:
    body = body | {"patient": body["patient"] | {name: HALF}}

    assert refused_fields(api.send(method, path.format(entry=entry.pk), BOOKING | body)) == [f"patient.{name}"]


@pytest.mark.parametrize(("method", "path", "good", "name"), FIELDS)
def test_a_nul_is_refused_in_every_field(
    api: Any, entry: Entry, method: str, path: str, good: dict[str, Any], name: str
) -> None:
    assert refused_fields(api.send(method, path.format(entry=entry.pk), good | {name: "a\0b"}))[0] == name


@pytest.mark.parametrize(("field", "path"), [("status", "appointments"), ("sex", "patients")])
def test_a_word_that_is_no_choice_is_answered_with_the_choices(
    api: Any, column: CalendarColumn, field: str, path: str
) -> None:
    answer = api.post(path, (BOOKING if path == "appointments" else PATIENT) | {field: "<b>quark</b>"})

    assert refused_fields(answer) == [field]
    assert "quark" not in answer.content.decode()
    assert "Bitte eines davon angeben: " in answer.json()["errors"][0]["message"]


def test_a_whole_pair_is_text(api: Any, column: CalendarColumn) -> None:
    body = b'{"last_name": "Be\\ud83d\\ude00rg"}'

    assert api.send("POST", "patients", body).json()["last_name"] == "Be\U0001f600rg"


@pytest.mark.parametrize("body", ["{}", '{"\\ud800": 1}', '["\\ud800"]', '"\\ud800"'])
def test_a_delete_with_a_body_of_any_kind_is_no_fault(api: Any, entry: Entry, body: str) -> None:
    assert api.send("DELETE", f"appointments/{entry.pk}", body).status_code == 204
    assert api.send("DELETE", f"appointments/{entry.pk}", body, Idempotency_Key="k-1").status_code in (204, 400)


QUERIES = [
    ("free-slots", ("type", "minutes", "column", "from", "to")),
    ("appointments", ("from", "to", "column", "limit", "cursor")),
    ("patients", ("q",)),
]
PARAMETERS = [(path, name) for path, names in QUERIES for name in (*names, "unknown")]


@pytest.mark.parametrize(("path", "name"), PARAMETERS)
@pytest.mark.parametrize("wrong", ["%00", "a%00b", "%ED%A0%80", "%FF", "%F0%9F", "%2B2AA-"])
@pytest.mark.parametrize("charset", ["utf-8", "utf-7", "nonsense"])
def test_no_parameter_is_too_strange(
    api: Any, column: CalendarColumn, path: str, name: str, wrong: str, charset: str
) -> None:
    """In UTF-7 half a character can be written."""
    answer = api.http.get(
        f"/api/v1/{path}?{name}={wrong}", headers=api.headers, CONTENT_TYPE=f"application/json; charset={charset}"
    )

    if (path, name) == ("patients", "q") and "%00" not in wrong:
        assert answer.status_code == 200, answer.content
    else:
        assert refused_fields(answer) == [name]
