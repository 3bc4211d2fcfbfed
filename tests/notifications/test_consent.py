"""What a patient allowed, and the link that works without signing in."""

import re

import pytest
from django.core.cache import cache
from django.test import Client

from accounts.models import Patient, Practice
from notifications.models import BlockedAddress, Consent, Message, Outcome, Reason
from notifications.services.consents import record_consent, unblock_address
from notifications.services.settings import change_settings
from praxis.core.crypto import new_numbered_tokens, number_of_token
from praxis.core.models import AuditEntry
from scheduling.models import CalendarColumn
from tests.notifications import cast

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nobody_guessed_before() -> None:
    """Guesses are counted per address, and all tests have the same one."""
    cache.clear()


@pytest.fixture
def patient(house: Practice, column: CalendarColumn) -> Patient:
    person = cast.make_person(house)
    cast.make_visit(column, person)
    return person


@pytest.fixture
def link(house: Practice, patient: Patient) -> str:
    cast.prepare_and_release(house)
    cast.send(house)
    found = re.search(r"(/abmelden/\S+/)", cast.only_message(house).text)
    assert found
    return found[1]


def test_without_a_word_nobody_is_written_to(house: Practice, column: CalendarColumn) -> None:
    entry = cast.make_visit(column, cast.make_person(house, consent=False))
    cast.prepare(house)
    assert cast.reason_of(entry) == Reason.NO_CONSENT


def test_where_the_law_allows_it_silence_is_enough_for_reminders(house: Practice, column: CalendarColumn) -> None:
    change_settings(practice=house, actor=None, now=cast.NOW, consent_rule="opt_out")
    cast.make_visit(column, cast.make_person(house, consent=False))
    assert cast.prepare(house).planned == {"sms": 1}


def test_looking_at_the_link_changes_nothing(client: Client, link: str) -> None:
    assert client.get(link).status_code == 200
    assert client.head(link).status_code in (200, 405)
    assert not Consent.objects.filter(is_granted=False).exists()


def test_one_click_unsubscribes_at_once_and_again_is_the_same(client: Client, house: Practice, link: str) -> None:
    for _ in range(2):
        answer = client.post(link, "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded")
        assert answer.status_code == 200
    consent = Consent.objects.get(channel="sms", purpose="reminder")
    assert (consent.is_granted, consent.source) == (False, "link")
    assert BlockedAddress.objects.count() == 1
    assert Consent.objects.get(channel="email", purpose="reminder").is_granted
    assert AuditEntry.objects.filter(action="ConsentWithdrawn").count() == 1


def test_the_link_names_nobody_and_a_guessed_one_leads_nowhere(client: Client, link: str, patient: Patient) -> None:
    assert patient.last_name not in client.get(link).content.decode()
    assert client.get("/abmelden/geraten/").status_code == 404
    assert client.post("/abmelden/geraten/").status_code == 404
    # The row keeps only a hash of what stands in the link.
    assert not Message.objects.filter(opt_out_hash__in=link.split("/")).exists()


def test_the_number_of_a_message_alone_opens_nothing(client: Client, house: Practice, link: str) -> None:
    message = cast.only_message(house)
    [guessed] = new_numbered_tokens([message.pk]).values()
    assert number_of_token(link.split("/")[2]) == message.pk
    assert client.post(f"/abmelden/{guessed}/").status_code == 404
    Message.objects.filter(pk=message.pk).update(opt_out_hash="")
    assert client.post(link).status_code == 404
    assert not BlockedAddress.objects.exists()


def test_withdrawing_stops_what_is_planned(house: Practice, patient: Patient) -> None:
    cast.prepare_and_release(house)
    record_consent(
        patient=patient, channel="sms", purpose="reminder", is_granted=False, source="spoken", actor=None, now=cast.NOW
    )
    message = cast.only_message(house)
    assert (message.outcome, message.reason) == (Outcome.CANCELLED, Reason.NO_CONSENT)


def test_an_address_can_be_allowed_again(client: Client, house: Practice, patient: Patient, link: str) -> None:
    client.post(link)
    cast.allow(patient)
    blocked = BlockedAddress.objects.get()
    unblock_address(blocked=blocked, actor=None, now=cast.NOW)
    assert not BlockedAddress.objects.exists()
