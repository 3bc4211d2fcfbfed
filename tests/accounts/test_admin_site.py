from datetime import date

import pytest
from django.contrib import admin
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from accounts.models import ApiToken, DoctorRole, Mandant, Patient, Practice, Treatment, User
from praxis.core.models import AuditEntry
from scheduling.models import CalendarColumn, Entry
from tests.factories import PASSWORD, at, make_appointment, make_patient
from tests.second_factors import add_app

OURS = [model for model in admin.site._registry if model._meta.app_label in ("accounts", "scheduling", "core")]
WRITABLE = {"mandant", "doctorrole", "calendar"}


def address(model: type[Model], what: str, *args: object) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{what}", args=args)


@pytest.fixture
def admin_client(client: Client, practice_admin: User) -> Client:
    client.force_login(practice_admin)
    return client


def test_it_uses_the_sign_in_of_everybody(client: Client, db: None) -> None:
    answer = client.get("/verwaltung/", follow=True)
    assert answer.redirect_chain[-1][0].startswith("/konto/login/")


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_reception_and_doctors_have_no_business_here(
    model: type[Model], client: Client, reception: User, doctor: User
) -> None:
    for user in (reception, doctor):
        client.force_login(user)
        assert client.get(address(model, "changelist")).status_code in (302, 403)


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_what_has_rules_is_only_looked_at(model: type[Model], admin_client: Client, column: CalendarColumn) -> None:
    make_appointment(column, at(9), patient=make_patient(column.practice))
    expected = 200 if model._meta.model_name in WRITABLE else 403
    assert admin_client.get(address(model, "changelist")).status_code == 200
    assert admin_client.get(address(model, "add")).status_code == expected


def test_the_practice_of_a_new_row_sets_itself(
    admin_client: Client, in_practice: Practice, neighbour: Practice
) -> None:
    answer = admin_client.post(address(Mandant, "add"), {"name": "Privat", "practice": neighbour.pk})
    assert answer.status_code == 302
    assert Mandant.objects.get(name="Privat").practice == in_practice
    assert AuditEntry.objects.filter(action="AddedInAdmin", object_type="mandant").count() == 1


def test_a_name_that_is_taken_is_said_beside_the_form(admin_client: Client, in_practice: Practice) -> None:
    answer = admin_client.post(address(Mandant, "add"), {"name": "Hauptmandant"})
    assert answer.status_code == 200
    assert "errorlist" in answer.content.decode()
    assert Mandant.objects.count() == 1


def test_only_people_of_the_practice_can_be_chosen(
    admin_client: Client, in_practice: Practice, doctor: User, stranger: User
) -> None:
    page = admin_client.get(address(DoctorRole, "add")).content.decode()
    assert f'value="{doctor.pk}"' in page
    assert f'value="{stranger.pk}"' not in page
    answer = admin_client.post(address(DoctorRole, "add"), {"name": "Dr. Fremd", "user": stranger.pk})
    assert answer.status_code == 200
    assert not DoctorRole.objects.exists()


def test_opening_a_patient_here_is_audited_as_well(admin_client: Client, in_practice: Practice) -> None:
    patient = make_patient(in_practice)
    admin_client.get(address(Patient, "change", patient.pk))
    assert AuditEntry.objects.filter(action="read", object_id=patient.pk).exists()


def test_opening_what_names_a_patient_is_audited_as_reading_that_patient(
    admin_client: Client, column: CalendarColumn
) -> None:
    patient = make_patient(column.practice)
    entry = make_appointment(column, at(9), patient=patient)
    treatment = Treatment.objects.create(
        practice=column.practice, patient=patient, mandant=Mandant.objects.get(), started_on=date(2026, 1, 2)
    )
    reads = AuditEntry.objects.filter(action="read", object_type="patient", object_id=patient.pk)
    for count, (model, pk) in enumerate([(Entry, entry.pk), (Treatment, treatment.pk)], start=1):
        assert "Meier" in admin_client.get(address(model, "change", pk)).content.decode()
        assert reads.count() == count


def test_an_appointment_without_a_patient_is_no_reading_of_one(admin_client: Client, column: CalendarColumn) -> None:
    admin_client.get(address(Entry, "change", make_appointment(column, at(9)).pk))
    assert not AuditEntry.objects.filter(action="read").exists()


@pytest.mark.parametrize(
    ("model", "lookup"),
    [
        (User, "password__startswith"),
        (User, "practice__name__startswith"),
        (ApiToken, "token_hash__startswith"),
        (ApiToken, "user__password__startswith"),
        (Patient, "folded_phones__contains"),
        (Entry, "last_name__startswith"),
    ],
)
def test_no_address_asks_for_more_than_the_filters_offer(
    admin_client: Client, in_practice: Practice, model: type, lookup: str
) -> None:
    assert admin_client.get(address(model, "changelist"), {lookup: "a"}).status_code == 400


def test_the_offered_filters_work(admin_client: Client, column: CalendarColumn) -> None:
    assert admin_client.get(address(User, "changelist"), {"role__exact": "doctor"}).status_code == 200
    assert admin_client.get(address(Entry, "changelist"), {"starts_at__year": "2026"}).status_code == 200


def test_no_secret_is_shown(admin_client: Client, practice_admin: User) -> None:
    page = admin_client.get(address(User, "change", practice_admin.pk)).content.decode()
    assert practice_admin.password not in page
    assert "md5$" not in page


def test_an_operator_sees_every_practice_in_the_admin_only(
    client: Client, practice: Practice, neighbour: Practice
) -> None:
    make_patient(practice, "Meier", birth_date=date(1960, 1, 1))
    make_patient(neighbour, "Fremd", birth_date=date(1960, 1, 1))
    operator = User.objects.create_superuser("betrieb@x.example", PASSWORD)
    add_app(operator)
    client.force_login(operator)
    page = client.get(address(Patient, "changelist")).content.decode()
    assert "Meier" in page
    assert "Fremd" in page
    assert client.get(address(Mandant, "add")).status_code == 403
    assert client.get("/patienten/").status_code == 404
