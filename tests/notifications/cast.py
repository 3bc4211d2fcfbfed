"""People and appointments of the tests of messages, through the services."""

from datetime import date, datetime, timedelta
from typing import Any

from accounts.models import Mandant, Patient, Practice
from notifications.models import Channel, Message, MessageKind, Skipped
from notifications.services.consents import record_consent
from notifications.services.credits import buy_credits
from notifications.services.defaults import set_up_messages
from notifications.services.preparing import Prepared, prepare_reminders
from notifications.services.releasing import release_messages
from notifications.services.sending import send_due
from notifications.services.settings import change_settings
from scheduling.models import CalendarColumn, Entry
from tests import factories

# Monday, ten in the morning in Berlin: open for sending.
MONDAY = date(2026, 11, 23)
NOW = factories.at(10, day=MONDAY)
TOMORROW = MONDAY + timedelta(days=1)
MOBILE = "0151 23456789"


def open_messages(practice: Practice, *, credits: int = 1000, **switches: Any) -> None:
    """Inside the scope of the practice."""
    set_up_messages(practice=practice, actor=None, now=NOW)
    given = {"reminders_on": True, "birthday_on": True, "contact_phone": "0221 123456"} | switches
    change_settings(practice=practice, actor=None, now=NOW, **given)
    if credits:
        buy_credits(mandant=Mandant.objects.get(is_default=True), amount=credits, actor=None, now=NOW)


def make_person(practice: Practice, last_name: str = "Meier", *, consent: bool = True, **fields: Any) -> Patient:
    """With a mobile number, and allowing everything."""
    patient = factories.make_patient(practice, last_name, **({"mobile": MOBILE} | fields))
    if consent:
        allow(patient)
    return patient


def allow(patient: Patient, *, is_granted: bool = True, channels: Any = (Channel.SMS, Channel.EMAIL)) -> None:
    for channel in channels:
        for purpose in (MessageKind.REMINDER, MessageKind.GREETING):
            record_consent(
                patient=patient, channel=channel, purpose=purpose, is_granted=is_granted, source="paper", actor=None,
                now=NOW,
            )  # fmt: skip


def make_visit(column: CalendarColumn, patient: Patient, hour: int = 9, minute: int = 0, **fields: Any) -> Entry:
    """Tomorrow, so that the stage of one day speaks of it today."""
    day = fields.pop("day", TOMORROW)
    return factories.make_appointment(column, factories.at(hour, minute, day=day), patient=patient, **fields)


def prepare(practice: Practice, now: datetime = NOW) -> Prepared:
    return prepare_reminders(practice=practice, now=now, run=None)


def prepare_and_release(practice: Practice, now: datetime = NOW) -> Prepared:
    prepared = prepare(practice, now)
    release_messages(practice=practice, now=now, run=None)
    return prepared


def send(practice: Practice, now: datetime = NOW) -> int:
    return send_due(now, practice=practice, budget=timedelta(seconds=20))


def only_message(practice: Practice) -> Message:
    return Message.objects.get(practice=practice)


def reason_of(entry: Entry) -> str:
    return Skipped.objects.get(entry=entry).reason
