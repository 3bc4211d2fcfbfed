"""A way is closed between the preparation of a reminder and its sending: it goes another way, or becomes a letter."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine

from accounts.models import Patient, Practice
from notifications.models import (
    BlockedAddress,
    Channel,
    CreditAccount,
    Message,
    MessageKind,
    Outcome,
    Reason,
    Replanning,
    Skipped,
)
from notifications.phone import address_hash, read_phone
from notifications.selectors.letters import letters_needed
from notifications.services.consents import record_consent
from praxis.core.sweeping import run_due
from scheduling.models import CalendarColumn, Entry
from tests.notifications import cast

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def on_that_day() -> Iterator[None]:
    with time_machine.travel(cast.NOW, tick=False):
        yield


def withdraw(patient: Patient, channel: Channel) -> None:
    record_consent(
        patient=patient, channel=channel, purpose=MessageKind.REMINDER, is_granted=False, source="spoken", actor=None,
        now=cast.NOW,
    )  # fmt: skip


def stand(house: Practice) -> list[tuple[str, int, str]]:
    run_due(Replanning, now=cast.NOW + timedelta(minutes=1))
    return list(Message.objects.order_by("pk").values_list("channel", "outcome", "reason"))


@pytest.fixture
def patient(house: Practice) -> Patient:
    return cast.make_person(house, email="meier@example.de")


@pytest.fixture
def entry(column: CalendarColumn, patient: Patient) -> Entry:
    return cast.make_visit(column, patient)


@pytest.mark.parametrize("is_released", [True, False])
def test_a_consent_withdrawn_for_sms_moves_the_reminder_to_e_mail(
    house: Practice, patient: Patient, entry: Entry, is_released: bool
) -> None:
    (cast.prepare_and_release if is_released else cast.prepare)(house)
    withdraw(patient, Channel.SMS)
    assert stand(house) == [("sms", Outcome.CANCELLED, Reason.NO_CONSENT), ("email", Outcome.NONE, "")]
    assert CreditAccount.objects.get().reserved == 0
    # What waited for its job goes on waiting.
    assert cast.send(house) == is_released


def test_without_another_way_it_becomes_a_letter(house: Practice, patient: Patient, entry: Entry) -> None:
    cast.prepare_and_release(house)
    withdraw(patient, Channel.SMS)
    stand(house)
    withdraw(patient, Channel.EMAIL)
    assert [reason for _channel, _outcome, reason in stand(house)] == [Reason.NO_CONSENT] * 2
    assert Skipped.objects.get(entry=entry).reason == Reason.NO_CONSENT
    assert len(letters_needed(house, cast.NOW)) == 1
    assert cast.send(house) == 0


def test_the_other_channel_withdrawn_changes_nothing(house: Practice, patient: Patient, entry: Entry) -> None:
    cast.prepare_and_release(house)
    withdraw(patient, Channel.EMAIL)
    assert stand(house) == [("sms", Outcome.NONE, "")]


def test_an_address_signed_off_by_somebody_else_is_found_at_the_moment_of_sending(
    house: Practice, patient: Patient, entry: Entry
) -> None:
    cast.prepare_and_release(house)
    number = address_hash(read_phone(cast.MOBILE, "DE").address)
    BlockedAddress.objects.create(practice=house, channel="sms", address_hash=number, cause="opt_out", at=cast.NOW)
    assert cast.send(house) == 0
    assert stand(house) == [("sms", Outcome.CANCELLED, Reason.BLOCKED), ("email", Outcome.NONE, "")]
    assert cast.send(house, cast.NOW + timedelta(minutes=1)) == 1
    assert not Replanning.objects.filter(state="queued").exists()


def test_a_greeting_is_not_planned_anew(house: Practice, patient: Patient) -> None:
    withdraw(patient, Channel.SMS)
    assert not Replanning.objects.exists()


def test_whoever_was_reminded_is_not_reminded_again(house: Practice, patient: Patient, entry: Entry) -> None:
    cast.prepare_and_release(house)
    cast.send(house)
    withdraw(patient, Channel.SMS)
    assert len(stand(house)) == 1
