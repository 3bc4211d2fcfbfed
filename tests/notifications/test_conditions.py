"""Mission N3, a line per condition: what is missing, and what the practice reads about it."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from accounts.models import Mandant, Patient, Practice
from accounts.services.mandanten import update_mandant
from accounts.services.patients import update_patient
from accounts.services.treatments import add_treatment
from notifications.models import BlockedAddress, CreditAccount, Message, MessageTemplate, Reason, Skipped
from notifications.phone import address_hash
from notifications.services.credits import buy_credits
from notifications.services.settings import change_settings
from notifications.services.templates import save_template
from scheduling.models import CalendarColumn, Entry
from scheduling.models.entry import NotifiedBy, Status
from scheduling.services import Person
from tests import factories
from tests.notifications import cast

pytestmark = pytest.mark.django_db

Spoil = Callable[[Entry, Patient], Any]


def default_mandant() -> Mandant:
    return Mandant.objects.get(is_default=True)


def no_licence(entry: Entry, patient: Patient) -> None:
    update_mandant(mandant=default_mandant(), name="Hauptmandant", licence_number="", actor=None)


def licence_over(entry: Entry, patient: Patient) -> None:
    over = cast.MONDAY - timedelta(days=1)
    update_mandant(
        mandant=default_mandant(), name="Hauptmandant", licence_number="L", licence_valid_until=over, actor=None
    )


def treated_by_one_without_licence(entry: Entry, patient: Patient) -> None:
    other = Mandant.objects.create(practice=entry.practice, name="Dr. Ohne", licence_number="")
    add_treatment(patient=patient, mandant=default_mandant(), started_on=date(2020, 1, 1), actor=None)
    add_treatment(patient=patient, mandant=other, started_on=date(2025, 1, 1), actor=None)


def nobody_pays(entry: Entry, patient: Patient) -> None:
    Mandant.objects.update(is_default=False)


def no_credit(entry: Entry, patient: Patient) -> None:
    CreditAccount.objects.update(balance=1)


def silent_type(entry: Entry, patient: Patient) -> None:
    kind = factories.make_type(entry.practice, "Geheim")
    Entry.objects.update(appointment_type=kind)
    for channel in ("sms", "email"):
        save_template(
            practice=entry.practice, kind="reminder", channel=channel, appointment_type=kind, is_silent=True,
            actor=None, now=cast.NOW,
        )  # fmt: skip


def blocked(entry: Entry, patient: Patient) -> None:
    hash_ = address_hash("+4915123456789")
    BlockedAddress.objects.create(
        practice=entry.practice, channel="sms", address_hash=hash_, cause="opt_out", at=cast.NOW
    )


def change(**fields: Any) -> Spoil:
    return lambda entry, patient: update_patient(patient=patient, actor=None, now=cast.NOW, **fields)


CONDITIONS: dict[str, tuple[Reason, Spoil]] = {
    "the other system tells people itself": (
        Reason.NOTIFIED_ELSEWHERE, lambda e, p: Entry.objects.update(notified_by=NotifiedBy.SOURCE)),
    "the appointment is not definite": (
        Reason.NOT_DEFINITE, lambda e, p: Entry.objects.update(status=Status.TENTATIVE)),
    "the patient has died": (Reason.DECEASED, change(deceased_on=date(2026, 11, 1))),
    "no treatment and no default Mandant": (Reason.NO_MANDANT, nobody_pays),
    "the Mandant has no licence number": (Reason.NO_LICENCE, no_licence),
    "the licence is over": (Reason.NO_LICENCE, licence_over),
    "the Mandant of the latest treatment has none": (Reason.NO_LICENCE, treated_by_one_without_licence),
    "nothing is sent for this type": (Reason.TYPE_SILENT, silent_type),
    "neither mobile nor e-mail": (Reason.NO_CHANNEL, change(mobile="", email="")),
    "two numbers in one field": (Reason.BAD_ADDRESS, change(mobile="0171 1234567, 0172 7654321")),
    "the address unsubscribed or bounced": (Reason.BLOCKED, blocked),
    "consent was withdrawn": (Reason.NO_CONSENT, lambda e, p: cast.allow(p, is_granted=False)),
    "there is no template": (Reason.NO_TEMPLATE, lambda e, p: MessageTemplate.objects.all().delete()),
    "the credit is used up": (Reason.NO_CREDIT, no_credit),
}  # fmt: skip


@pytest.mark.parametrize(("reason", "spoil"), CONDITIONS.values(), ids=CONDITIONS)
def test_each_condition_stops_the_reminder_and_says_why(
    house: Practice, column: CalendarColumn, reason: Reason, spoil: Spoil
) -> None:
    patient = cast.make_person(house)
    entry = cast.make_visit(column, patient)
    spoil(entry, patient)
    prepared = cast.prepare(house)
    assert not Message.objects.exists()
    assert cast.reason_of(entry) == reason
    assert prepared.skipped == {reason: 1}


def test_with_every_condition_met_there_is_a_message_and_no_reason(house: Practice, column: CalendarColumn) -> None:
    cast.make_visit(column, cast.make_person(house))
    cast.prepare(house)
    assert Message.objects.count() == 1
    assert not Skipped.objects.exists()


def test_the_latest_treatment_decides_who_pays(house: Practice, column: CalendarColumn) -> None:
    patient = cast.make_person(house)
    payer = Mandant.objects.create(practice=house, name="Dr. Zahl", licence_number="L-2")
    buy_credits(mandant=payer, amount=10, actor=None, now=cast.NOW)
    add_treatment(patient=patient, mandant=default_mandant(), started_on=date(2020, 1, 1), actor=None)
    add_treatment(patient=patient, mandant=payer, started_on=date(2025, 1, 1), actor=None)
    cast.make_visit(column, patient)
    cast.prepare(house)
    assert cast.only_message(house).mandant == payer


def test_somebody_who_is_no_patient_yet_has_a_reason(house: Practice, column: CalendarColumn) -> None:
    entry = factories.make_appointment(
        column, factories.at(9, day=cast.TOMORROW), person=Person(last_name="Neu", first_name="Nora")
    )
    cast.prepare(house)
    assert cast.reason_of(entry) == Reason.UNKNOWN_PERSON


def test_e_mail_goes_where_sms_cannot(house: Practice, column: CalendarColumn) -> None:
    patient = cast.make_person(house, mobile="0221 123456", email="magda@meier.example")
    cast.make_visit(column, patient)
    cast.prepare(house)
    assert cast.only_message(house).channel == "email"


def test_already_reminded_is_not_reminded_again(house: Practice, column: CalendarColumn) -> None:
    cast.make_visit(column, cast.make_person(house))
    assert cast.prepare(house).planned == {"sms": 1}
    assert cast.prepare(house).planned == {}
    assert cast.prepare(house, cast.NOW + timedelta(hours=3)).planned == {}


def test_a_reason_goes_when_its_cause_is_gone(house: Practice, column: CalendarColumn) -> None:
    patient = cast.make_person(house, mobile="")
    entry = cast.make_visit(column, patient)
    cast.prepare(house)
    assert cast.reason_of(entry) == Reason.NO_CHANNEL
    update_patient(patient=patient, actor=None, now=cast.NOW, mobile=cast.MOBILE)
    cast.prepare(house)
    assert not Skipped.objects.exists()
    assert Message.objects.count() == 1


def test_switched_off_nothing_is_prepared(house: Practice, column: CalendarColumn) -> None:
    cast.make_visit(column, cast.make_person(house))
    change_settings(practice=house, actor=None, now=cast.NOW, reminders_on=False)
    assert cast.prepare(house).switched_off
    assert not Message.objects.exists()
