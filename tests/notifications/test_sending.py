"""Between preparing and sending things change: what is looked at again at the last moment."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection

from accounts.models import Mandant, Patient, Practice
from accounts.services.mandanten import update_mandant
from accounts.services.patients import update_patient
from notifications.models import CreditAccount, CreditLine, Message, Outcome, Reason, RecipientDay
from notifications.services.cancelling import NotCancellable, cancel_message
from notifications.services.settings import change_settings
from notifications.services.templates import save_template
from scheduling.models import CalendarColumn, Entry
from scheduling.models.entry import Placement, Status
from scheduling.services import cancel_appointment, delete_entry, move_entry, park_appointment
from tests import factories
from tests.notifications import cast

pytestmark = pytest.mark.django_db

Change = Callable[[Entry, Patient], Any]
LATER = cast.NOW + timedelta(hours=2)


def test_it_goes_from_appointment_to_sent_on_the_console(house: Practice, column: CalendarColumn) -> None:
    cast.make_visit(column, cast.make_person(house, sex="f"))
    assert cast.prepare(house).planned == {"sms": 1}
    assert cast.send(house) == 0, "prepared is not released"
    cast.prepare_and_release(house)
    assert cast.send(house) == 1
    message = cast.only_message(house)
    assert (message.state, message.outcome, message.status_words) == ("done", Outcome.ACCEPTED, "gesendet")
    assert message.recipient == "+4915123456789"
    assert "Di 24.11.2026 um 09:00 Uhr" in message.text
    assert "/abmelden/" in message.text
    assert message.segments == message.credits_booked == 1
    assert cast.send(house) == 0


def test_credit_is_set_aside_when_planned_and_paid_when_sent(house: Practice, column: CalendarColumn) -> None:
    cast.make_visit(column, cast.make_person(house))
    cast.prepare_and_release(house)
    account = CreditAccount.objects.get()
    assert (account.balance, account.reserved) == (1000, 2)
    cast.send(house)
    account.refresh_from_db()
    assert (account.balance, account.reserved) == (999, 0)
    lines = list(CreditLine.objects.order_by("pk").values_list("kind", "amount", "reserved"))
    assert lines == [("purchase", 1000, 0), ("reserved", 0, 2), ("booked", -1, -2)]


def raw(**fields: Any) -> Change:
    """Behind the back of the listeners, so that only the second look can notice."""
    return lambda entry, patient: Entry.objects.filter(pk=entry.pk).update(**fields)


def record(**fields: Any) -> Change:
    return lambda entry, patient: Patient.objects.filter(pk=patient.pk).update(**fields)


def licence_over(entry: Entry, patient: Patient) -> None:
    update_mandant(mandant=Mandant.objects.get(), name="H", licence_number="", actor=None)


def forbid(entry: Entry, patient: Patient) -> None:
    patient.message_consents.update(is_granted=False)


SECOND_LOOK: dict[str, tuple[Change, int, str]] = {
    "cancelled": (raw(status=Status.CANCELLED), Outcome.CANCELLED, Reason.APPOINTMENT_GONE),
    "deleted": (raw(deleted_at=cast.NOW), Outcome.CANCELLED, Reason.APPOINTMENT_GONE),
    "on the clipboard": (raw(placement=Placement.PARKED), Outcome.CANCELLED, Reason.APPOINTMENT_GONE),
    "not definite any more": (raw(status=Status.TENTATIVE), Outcome.CANCELLED, Reason.NOT_DEFINITE),
    "moved": (raw(starts_at=factories.at(8, day=cast.TOMORROW)), Outcome.CANCELLED, Reason.MOVED),
    "died": (record(deceased_on=date(2026, 11, 20)), Outcome.CANCELLED, Reason.DECEASED),
    "consent gone": (forbid, Outcome.CANCELLED, Reason.NO_CONSENT),
    "licence over": (licence_over, Outcome.CANCELLED, Reason.NO_LICENCE),
}


@pytest.mark.parametrize(("change", "outcome", "reason"), SECOND_LOOK.values(), ids=SECOND_LOOK)
def test_what_is_not_true_any_more_is_not_sent(
    house: Practice, column: CalendarColumn, change: Change, outcome: int, reason: str
) -> None:
    patient = cast.make_person(house)
    entry = cast.make_visit(column, patient)
    cast.prepare_and_release(house)
    change(entry, patient)
    assert cast.send(house) == 0
    message = cast.only_message(house)
    assert (message.state, message.outcome, message.reason) == ("done", outcome, reason)
    account = CreditAccount.objects.get()
    assert (account.balance, account.reserved) == (1000, 0)


MOVES: dict[str, tuple[Callable[[Entry], Any], str]] = {
    "moved": (lambda e: move_entry(entry=e, column=e.column, starts_at=factories.at(11, day=cast.TOMORROW), actor=None,
                                   now=cast.NOW), Reason.MOVED),
    "cancelled": (lambda e: cancel_appointment(entry=e, actor=None, now=cast.NOW), Reason.APPOINTMENT_GONE),
    "parked": (lambda e: park_appointment(entry=e, actor=None, now=cast.NOW), Reason.APPOINTMENT_GONE),
    "deleted": (lambda e: delete_entry(entry=e, actor=None, now=cast.NOW), Reason.APPOINTMENT_GONE),
}  # fmt: skip


@pytest.mark.parametrize(("move", "reason"), MOVES.values(), ids=MOVES)
def test_moving_or_cancelling_takes_back_what_is_planned(
    house: Practice, column: CalendarColumn, move: Callable[[Entry], Any], reason: str
) -> None:
    entry = cast.make_visit(column, cast.make_person(house))
    cast.prepare_and_release(house)
    move(entry)
    message = cast.only_message(house)
    assert (message.outcome, message.reason) == (Outcome.CANCELLED, reason)
    assert CreditAccount.objects.get().reserved == 0


def test_after_a_move_the_next_preparation_speaks_of_the_new_time(house: Practice, column: CalendarColumn) -> None:
    entry = cast.make_visit(column, cast.make_person(house))
    cast.prepare_and_release(house)
    new_start = factories.at(11, day=cast.TOMORROW)
    move_entry(entry=entry, column=column, starts_at=new_start, actor=None, now=cast.NOW)
    cast.prepare_and_release(house)
    assert cast.send(house) == 1
    assert "11:00" in Message.objects.get(outcome=Outcome.ACCEPTED).text


def test_to_another_column_at_the_same_time_changes_nothing(house: Practice, column: CalendarColumn) -> None:
    entry = cast.make_visit(column, cast.make_person(house))
    cast.prepare_and_release(house)
    other = factories.make_column(house, "Dr. Brandes")
    move_entry(entry=entry, column=other, starts_at=entry.starts_at, actor=None, now=cast.NOW)
    assert cast.send(house) == 1


def test_a_number_corrected_meanwhile_is_the_one_that_is_called(house: Practice, column: CalendarColumn) -> None:
    patient = cast.make_person(house)
    cast.make_visit(column, patient)
    cast.prepare_and_release(house)
    update_patient(patient=patient, actor=None, now=cast.NOW, mobile="0171 7654321")
    cast.send(house)
    assert cast.only_message(house).recipient == "+491717654321"


def test_without_a_number_any_more_it_is_an_error_for_the_letters(house: Practice, column: CalendarColumn) -> None:
    patient = cast.make_person(house)
    cast.make_visit(column, patient)
    cast.prepare_and_release(house)
    update_patient(patient=patient, actor=None, now=cast.NOW, mobile="")
    cast.send(house)
    message = cast.only_message(house)
    assert (message.state, message.reason) == ("failed", Reason.BAD_ADDRESS)


def test_too_late_is_never_sent(house: Practice, column: CalendarColumn) -> None:
    cast.make_visit(column, cast.make_person(house), hour=8)
    cast.prepare_and_release(house)
    assert cast.send(house, factories.at(8, 30, day=cast.TOMORROW)) == 0
    message = cast.only_message(house)
    assert (message.outcome, message.reason) == (Outcome.LAPSED, Reason.TOO_LATE)


def test_a_text_corrected_meanwhile_goes_out_corrected(house: Practice, column: CalendarColumn) -> None:
    cast.make_visit(column, cast.make_person(house))
    cast.prepare_and_release(house)
    save_template(
        practice=house, kind="reminder", channel="sms", text="Neu: {datum} {uhrzeit}", actor=None, now=cast.NOW
    )
    cast.send(house)
    assert cast.only_message(house).text == "Neu: Di 24.11.2026 09:00"


def test_an_address_gets_so_many_a_day_and_no_more(house: Practice, column: CalendarColumn) -> None:
    """Five children of one mother."""
    for number, name in enumerate(["Ada", "Bea", "Cleo", "Dora", "Edda"]):
        cast.make_visit(
            column, cast.make_person(house, "Kind", first_name=name), hour=8 + number // 4, minute=15 * (number % 4)
        )
    cast.prepare_and_release(house)
    assert cast.send(house) == 3
    assert cast.send(house, LATER) == 0
    assert RecipientDay.objects.get().sent == 3
    capped = Message.objects.exclude(outcome=Outcome.ACCEPTED)
    assert {(message.state, message.reason) for message in capped} <= {("done", Reason.DAILY_CAP), ("queued", "")}
    assert capped.count() == 2


def test_one_reminder_per_patient_and_day_if_the_practice_wants_it(house: Practice, column: CalendarColumn) -> None:
    patient = cast.make_person(house)
    cast.make_visit(column, patient, hour=8)
    second = cast.make_visit(column, patient, hour=11)
    cast.prepare_and_release(house)
    assert cast.only_message(house).appointment_at == factories.at(8, day=cast.TOMORROW)
    assert cast.reason_of(second) == Reason.SAME_DAY
    cast.prepare(house)
    assert Message.objects.count() == 1
    change_settings(practice=house, actor=None, now=cast.NOW, one_per_day=False)
    cast.prepare(house)
    assert Message.objects.count() == 2


def test_credit_is_never_promised_twice(house: Practice, column: CalendarColumn) -> None:
    CreditAccount.objects.update(balance=5)
    for number in range(4):
        mobile = f"0151 2345678{number}"
        cast.make_visit(
            column, cast.make_person(house, "Meier", first_name=f"M{number}", mobile=mobile), minute=15 * number
        )
    prepared = cast.prepare_and_release(house)
    assert (prepared.planned, prepared.skipped) == ({"sms": 2}, {Reason.NO_CREDIT: 2})
    cast.send(house)
    account = CreditAccount.objects.get()
    assert (account.balance, account.reserved) == (3, 0)


def test_cancelled_by_hand_it_stays_cancelled(house: Practice, column: CalendarColumn) -> None:
    cast.make_visit(column, cast.make_person(house))
    cast.prepare_and_release(house)
    cancel_message(message=cast.only_message(house), actor=None, now=cast.NOW)
    cast.prepare_and_release(house)
    assert cast.send(house) == 0
    with pytest.raises(NotCancellable):
        cancel_message(message=cast.only_message(house), actor=None, now=cast.NOW)


def test_what_is_stored_of_a_message_is_not_readable_in_the_database(house: Practice, column: CalendarColumn) -> None:
    cast.make_visit(column, cast.make_person(house, "Geheimnis"))
    cast.prepare_and_release(house)
    cast.send(house)
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(m)::text FROM notifications_message m")
        [(stored,)] = cursor.fetchall()
    assert "Geheimnis" not in stored
    assert "15123456789" not in stored
