"""Other parts of the product write an SMS as they write a mail: at once, paid for like every other SMS."""

from datetime import timedelta

import pytest
from django.db import transaction

from accounts.events import MailWanted
from accounts.models import Mandant, Patient, Practice
from accounts.services.mails import MailContent
from notifications.models import BlockedAddress, CreditAccount, Message, Outcome, Reason
from notifications.phone import address_hash
from notifications.services import claiming
from notifications.services.settings import change_settings
from praxis.core.events import publish
from tests import factories
from tests.notifications import cast

pytestmark = pytest.mark.django_db
NIGHT = cast.NOW + timedelta(hours=13)


@pytest.fixture
def patient(house: Practice, monkeypatch: pytest.MonkeyPatch) -> Patient:
    monkeypatch.setattr("django.utils.timezone.now", lambda: NIGHT)
    change_settings(practice=house, actor=None, now=cast.NOW, check_credit=True)
    return factories.make_patient(house, "Meier", mobile=cast.MOBILE)


def want(house: Practice, patient: Patient, monkeypatch: pytest.MonkeyPatch, number: str = cast.MOBILE) -> Message:
    content = MailContent(recipient=number, subject="", text="Ihr Videotermin " + "x" * 160, is_secret=True, costs=True)
    monkeypatch.setattr(claiming, "write_mail", lambda *_: content)
    with transaction.atomic():
        publish(
            MailWanted(
                practice_id=house.pk, actor_id=None, kind="video_invitation_sms", reference_id=7, by_sms_to=patient.pk
            )
        )  # fmt: skip
    cast.send(house, NIGHT)
    return cast.only_message(house)


def test_it_goes_out_at_night_and_is_paid_by_the_mandant_of_the_patient(
    house: Practice, patient: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = want(house, patient, monkeypatch)
    account = CreditAccount.objects.get(mandant=Mandant.objects.get(is_default=True))
    assert (message.channel, message.outcome, message.recipient) == ("sms", Outcome.ACCEPTED, "+4915123456789")
    assert (message.segments, message.credits_booked) == (2, 2)
    assert (account.balance, account.reserved) == (998, 0)


def test_without_credit_it_is_not_sent_and_the_reason_is_shown(
    house: Practice, patient: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    CreditAccount.objects.update(balance=1)
    message = want(house, patient, monkeypatch)
    assert (message.state, message.reason) == ("failed", Reason.NO_CREDIT)


@pytest.mark.parametrize("number", ["0221 123456", "keine", "0151"])
def test_what_is_no_mobile_number_is_said_to_be_none(
    number: str, house: Practice, patient: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = want(house, patient, monkeypatch, number)
    assert (message.state, message.reason) == ("failed", Reason.BAD_ADDRESS)


def test_a_number_that_signed_off_gets_none(house: Practice, patient: Patient, monkeypatch: pytest.MonkeyPatch) -> None:
    BlockedAddress.objects.create(
        practice=house, channel="sms", address_hash=address_hash("+4915123456789"), at=cast.NOW,
        cause=BlockedAddress.Cause.OPT_OUT,
    )  # fmt: skip
    message = want(house, patient, monkeypatch)
    assert (message.outcome, message.reason) == (Outcome.CANCELLED, Reason.BLOCKED)
