"""Another system keeps patients and their accounts by its own id (mission K4)."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django_scopes import scope

from accounts.models import CoupledPatient, Coupling, HistoryLine, Invitation, Patient, PatientAccount, Practice, User
from accounts.services.patient_import import ImportedPatient, save_imported_patient
from accounts.services.patient_locks import FieldLocked
from accounts.services.patients import update_patient
from integrations.coupling.models import CouplingError
from praxis.core.models import AuditEntry
from tests.factories import make_patient, make_patient_account
from tests.signing_in import sign_in_freshly

PATH = "coupling/patients/a-17"
MAGDA = {"last_name": "Meier", "first_name": "Magda", "birth_date": "1960-02-01", "email": "magda@post.example"}
BODY = MAGDA | {"account": "active"}


@pytest.fixture(autouse=True)
def coupling(in_practice: Practice) -> Coupling:
    return Coupling.objects.create(practice=in_practice, system_name="Medistar", contact="Frau Lenz, 112", is_on=True)


def put(api: Any, path: str = PATH, **changes: Any) -> Any:
    return api.send("PUT", path, BODY | changes)


def test_it_makes_the_patient_and_the_account(api: Any) -> None:
    answer = put(api)
    patient = Patient.objects.get()

    assert answer.status_code == 201, answer.content
    assert answer.headers["Location"] == f"/api/v1/{PATH}"
    assert answer.json() == {
        "external_id": "a-17", "patient": patient.pk, "account": "invited",
        "locked_fields": ["birth_date", "email", "first_name", "last_name"], "updated_at": "2026-11-23T06:00:00+01:00",
    }  # fmt: skip
    assert (patient.full_name, patient.birth_date) == ("Meier, Magda", date(1960, 2, 1))
    account = PatientAccount.objects.select_related("user").get()
    assert (account.origin, account.user.email) == ("coupling", "magda@post.example")
    assert Invitation.objects.count() == 1


def test_saying_it_again_changes_and_sends_nothing(api: Any) -> None:
    put(api)
    history = list(HistoryLine.objects.values_list("kind", flat=True))
    answers = [put(api) for _ in range(3)]

    assert {one.status_code for one in answers} == {200}
    assert (Patient.objects.count(), PatientAccount.objects.count(), Invitation.objects.count()) == (1, 1, 1)
    assert list(HistoryLine.objects.values_list("kind", flat=True)) == history


def test_reading_says_how_far_it_is_and_nothing_about_the_person(api: Any) -> None:
    assert api.get(PATH).status_code == 404
    put(api)
    answer = api.get(PATH)
    assert answer.json()["account"] == "invited"
    assert "Meier" not in answer.content.decode()
    assert "magda" not in answer.content.decode()


def test_somebody_known_is_coupled_and_not_doubled(api: Any, in_practice: Practice) -> None:
    known = make_patient(in_practice, city="Köln")
    assert put(api).json()["patient"] == known.pk
    known.refresh_from_db()
    assert (known.email, known.city) == ("magda@post.example", "Köln")


def test_two_ids_are_two_people(api: Any) -> None:
    put(api)
    put(api, "coupling/patients/a-18", email="andere@post.example")
    assert Patient.objects.count() == 2


def test_it_follows_the_other_system(api: Any) -> None:
    put(api)
    put(api, last_name="Meier-Berg", email="neu@post.example", city="Bonn")
    patient = Patient.objects.get()
    account = PatientAccount.objects.select_related("user").get()
    assert (patient.last_name, patient.city) == ("Meier-Berg", "Bonn")
    assert account.user.email == "neu@post.example"
    assert not User.objects.filter(email="magda@post.example").exists()


def test_switching_off_and_on(api: Any) -> None:
    put(api)
    assert put(api, account="inactive").json()["account"] == "inactive"
    assert put(api, account="inactive").json()["account"] == "inactive"
    assert put(api).json()["account"] == "invited"
    assert put(api, "coupling/patients/a-18", last_name="Berg", account="inactive").json()["account"] == "none"


def test_switching_on_with_another_address_invites_that_one(api: Any) -> None:
    put(api)
    put(api, account="inactive")
    put(api, email="neu@post.example")
    account = PatientAccount.objects.select_related("user").get()
    assert (account.state, account.user.email) == ("invited", "neu@post.example")
    assert Invitation.objects.filter(used_at=None, revoked_at=None).get().user == account.user


def test_a_sign_in_that_the_person_changed_stays(api: Any) -> None:
    put(api)
    User.objects.filter(email="magda@post.example").update(email="anders@post.example")
    put(api)
    assert PatientAccount.objects.select_related("user").get().user.email == "anders@post.example"


def test_an_address_in_use_leads_to_the_sign_in_that_exists(api: Any, in_practice: Practice) -> None:
    parent = make_patient_account(make_patient(in_practice, "Anders", "Olga"))
    put(api, email=parent.user.email)
    accounts = PatientAccount.objects.filter(user=parent.user)
    assert accounts.count() == 2
    assert all(one.state == "active" for one in accounts)


def test_fields_that_were_named_are_locked_here(api: Any, reception: User) -> None:
    put(api)
    patient = Patient.objects.get()
    now = patient.updated_at
    with pytest.raises(FieldLocked, match=r"Medistar.*Frau Lenz"):
        update_patient(patient=patient, actor=reception, now=now, last_name="Berg")
    update_patient(patient=Patient.objects.get(), actor=reception, now=now, city="Köln", last_name="Meier")
    assert Patient.objects.get().city == "Köln"


def test_files_of_a_third_system_change_the_rest_only(api: Any, in_practice: Practice, now: Any) -> None:
    put(api, number="17")
    record = ImportedPatient(
        last_name="Maier", first_name="Magda", birth_date=date(1960, 2, 1), number="17", city="Köln"
    )
    outcomes = [save_imported_patient(practice=in_practice, actor=None, record=record, now=now)[1] for _ in range(2)]
    assert outcomes == ["updated", "unchanged"]
    assert (Patient.objects.get().last_name, Patient.objects.get().city) == ("Meier", "Köln")


def test_switched_off_it_takes_nothing_and_locks_nothing(api: Any, reception: User) -> None:
    put(api)
    Coupling.objects.update(is_on=False)
    answer = put(api, last_name="Berg")
    assert (answer.status_code, answer.json()["code"]) == (409, "coupling_off")
    patient = Patient.objects.get()
    update_patient(patient=patient, actor=reception, now=patient.updated_at, last_name="Berg")
    assert Patient.objects.get().last_name == "Berg"


@pytest.mark.parametrize(
    ("changes", "status", "words"),
    [
        ({"birth_date": "1.2.1960"}, 400, "birth_date"),
        ({"account": "perhaps"}, 400, "account"),
        ({"minute": 3}, 400, "minute"),
        ({"email": ""}, 422, "E-Mail"),
        ({"birth_date": "2099-01-01"}, 422, "birth_date"),
        ({"deceased_on": "2026-11-01"}, 422, "verstorben"),
    ],
)
def test_what_was_refused_stands_in_the_list_until_it_is_right(
    changes: dict[str, Any], status: int, words: str, api: Any, practice_admin: User
) -> None:
    answers = [put(api, **changes) for _ in range(2)]
    assert {one.status_code for one in answers} == {status}
    assert {one.headers["Content-Type"] for one in answers} == {"application/problem+json"}
    assert not Patient.objects.exists()
    error = CouplingError.objects.get()
    assert (error.external_id, error.times) == ("a-17", 2)
    assert words in error.message
    assert "Meier" not in error.message

    client = Client()
    client.force_login(practice_admin)
    assert "a-17" in client.get("/einstellungen/koppelung/").content.decode()
    assert put(api).status_code == 201
    assert not CouplingError.objects.exists()


def test_unreadable_bodies_are_listed_too(api: Any) -> None:
    assert api.send("PUT", PATH, "{").status_code == 400
    assert CouplingError.objects.get().code == "malformed"


def test_a_taken_number_answers_409(api: Any, in_practice: Practice) -> None:
    make_patient(in_practice, "Anders", number="17")
    assert (put(api, number="17").status_code, CouplingError.objects.get().code) == (409, "patient_number_taken")


@pytest.mark.parametrize("external_id", ["a b", "%3Cx%3E", "-a", "a" * 81, "Mäx"])
def test_an_id_is_no_text(external_id: str, api: Any) -> None:
    assert put(api, f"coupling/patients/{external_id}").status_code == 400
    assert not CouplingError.objects.exists()


def test_it_needs_the_right_to_write_patients(
    api_for: Callable[..., Any], reception: User, in_practice: Practice
) -> None:
    reader = api_for(reception, "patients:read", "calendar:write")
    assert (put(reader).status_code, reader.get(PATH).status_code) == (403, 403)
    assert not CouplingError.objects.exists()


def test_a_neighbour_has_ids_of_its_own(
    api: Any, api_for: Callable[..., Any], stranger: User, neighbour: Practice
) -> None:
    with scope(practice=neighbour):
        Coupling.objects.create(practice=neighbour, system_name="x", contact="y", is_on=True)
    put(api)
    theirs = api_for(stranger)
    assert theirs.get(PATH).status_code == 404
    assert put(theirs, last_name="Nachbar").status_code == 201
    assert Patient.objects.get().last_name == "Meier"
    with scope(practice=neighbour):
        assert CoupledPatient.objects.get().practice == neighbour


def test_it_is_audited_as_coming_by_the_api(api: Any, reception: User) -> None:
    put(api)
    line = AuditEntry.objects.get(action="CoupledPatientStored")
    assert (line.actor_id, line.via, line.object_id) == (reception.pk, "api", Patient.objects.get().pk)


def test_the_page_switches_it(practice_admin: User, coupling: Coupling) -> None:
    client = sign_in_freshly(Client(), practice_admin)
    fields = {"system_name": "Medistar", "contact": "", "is_on": "on"}
    refused = client.post("/einstellungen/koppelung/", fields)
    assert refused.status_code == 422
    assert 'value="Medistar"' in refused.content.decode()
    assert client.post("/einstellungen/koppelung/", {"system_name": "Turbo", "contact": "x"}).status_code == 302
    coupling.refresh_from_db()
    assert (coupling.system_name, coupling.contact, coupling.is_on) == ("Turbo", "x", False)


def test_who_signed_in_long_ago_is_asked_again(practice_admin: User, coupling: Coupling) -> None:
    client = Client()
    client.force_login(practice_admin)
    asked = client.post("/einstellungen/koppelung/", {"system_name": "Turbo", "contact": "x"})
    assert asked.headers["Location"].startswith("/konto/reauthenticate/")
    coupling.refresh_from_db()
    assert coupling.system_name != "Turbo"


def test_an_error_can_be_put_aside(api: Any, practice_admin: User) -> None:
    put(api, email="")
    client = Client()
    client.force_login(practice_admin)
    url = f"/einstellungen/koppelung/fehler/{CouplingError.objects.get().pk}/erledigt/"
    assert client.post(url).status_code == 302
    assert not CouplingError.objects.exists()


@pytest.mark.parametrize("role", [User.Role.RECEPTION, User.Role.DOCTOR])
def test_only_the_administration_opens_the_page(role: str, reception: User) -> None:
    User.objects.filter(pk=reception.pk).update(role=role)
    client = Client()
    client.force_login(reception)
    assert client.get("/einstellungen/koppelung/").status_code == 404
