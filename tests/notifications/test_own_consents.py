"""Patients say by themselves on which way they want to be written to (N10, issue 5)."""

import pytest
from django.test import Client
from django_scopes import scope

from accounts.models import PatientAccount, Practice
from notifications.models import BlockedAddress, Consent
from notifications.phone import address_hash
from tests.conftest import NOW
from tests.factories import make_patient, make_patient_account


@pytest.fixture
def account(practice: Practice) -> PatientAccount:
    return make_patient_account(make_patient(practice, mobile="0170 1234567", email="magda@post.example"))


@pytest.fixture
def patient_client(client: Client, account: PatientAccount) -> Client:
    client.force_login(account.user)
    return client


def _consents(account: PatientAccount) -> dict[tuple[str, str], Consent]:
    with scope(practice=account.practice):
        return {(one.channel, one.purpose): one for one in Consent.objects.all()}


def test_a_yes_is_recorded_as_said_online_by_that_person(patient_client: Client, account: PatientAccount) -> None:
    answer = patient_client.post(
        f"/mein/{account.pk}/nachrichten/", {"sms_reminder": "1", "email_greeting": "0"}, follow=True
    )
    assert "Gespeichert." in answer.content.decode()
    found = _consents(account)
    assert set(found) == {("sms", "reminder"), ("email", "greeting")}
    reminder = found["sms", "reminder"]
    assert (reminder.is_granted, reminder.source, reminder.recorded_by_id) == (True, "online", account.user_id)
    assert not found["email", "greeting"].is_granted


def test_only_what_changed_is_recorded_anew(patient_client: Client, account: PatientAccount) -> None:
    address = f"/mein/{account.pk}/nachrichten/"
    patient_client.post(address, {"sms_reminder": "1"})
    before = _consents(account)["sms", "reminder"].changed_at
    patient_client.post(address, {"sms_reminder": "1", "email_reminder": "1"})
    assert _consents(account)["sms", "reminder"].changed_at == before


def test_an_answer_cannot_be_taken_back_to_none(patient_client: Client, account: PatientAccount) -> None:
    address = f"/mein/{account.pk}/nachrichten/"
    patient_client.post(address, {"sms_reminder": "1"})
    assert patient_client.post(address, {}).status_code == 422
    assert _consents(account)["sms", "reminder"].is_granted


def test_nonsense_is_refused_with_the_page(patient_client: Client, account: PatientAccount) -> None:
    answer = patient_client.post(f"/mein/{account.pk}/nachrichten/", {"sms_reminder": "vielleicht"})
    assert answer.status_code == 422
    assert not _consents(account)


def test_the_page_says_where_messages_go_and_what_is_in_the_way(
    patient_client: Client, account: PatientAccount
) -> None:
    with scope(practice=account.practice):
        BlockedAddress.objects.create(
            practice=account.practice, channel="email", address_hash=address_hash("magda@post.example"),
            cause="opt_out", at=NOW,
        )  # fmt: skip
    page = patient_client.get(f"/mein/{account.pk}/nachrichten/").content.decode()
    assert "an +491701234567" in page
    assert "An diese Adresse geht nichts mehr" in page


def test_without_an_address_it_leads_to_the_own_data(client: Client, practice: Practice) -> None:
    account = make_patient_account(make_patient(practice))
    client.force_login(account.user)
    page = client.get(f"/mein/{account.pk}/nachrichten/").content.decode()
    assert f"/mein/{account.pk}/daten/aendern/" in page
