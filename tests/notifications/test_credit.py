"""Credit is promised once and can always be bought."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Mandant, Practice
from notifications.models import CreditAccount, CreditLine, Message, MessageTemplate, Reason
from notifications.services.credits import CreditInvalid, buy_credits, correct_credits
from scheduling.models import CalendarColumn
from tests.notifications import cast

pytestmark = pytest.mark.django_db


def test_two_stages_of_one_run_do_not_promise_the_same_credit(house: Practice, column: CalendarColumn) -> None:
    CreditAccount.objects.update(balance=3)
    cast.make_visit(column, cast.make_person(house, "Meier", mobile="0151 23456781"))
    cast.make_visit(
        column, cast.make_person(house, "Adler", mobile="0151 23456782"), day=cast.MONDAY + timedelta(days=7)
    )
    prepared = cast.prepare(house)
    assert (prepared.planned, prepared.skipped) == ({"sms": 1}, {Reason.NO_CREDIT: 1})
    account = CreditAccount.objects.get()
    assert (account.balance, account.reserved) == (3, 2)
    assert sum(CreditLine.objects.values_list("reserved", flat=True)) == account.reserved


def test_below_zero_credit_can_be_bought_and_not_taken(house: Practice) -> None:
    """While nothing is checked, messages go out without credit."""
    CreditAccount.objects.update(balance=-500)
    mandant = Mandant.objects.get(is_default=True)
    assert buy_credits(mandant=mandant, amount=100, actor=None, now=cast.NOW).balance == -400
    with pytest.raises(CreditInvalid):
        correct_credits(mandant=mandant, amount=-1, actor=None, now=cast.NOW, note="Irrtum")


def plan_texts_that_turn_out_longer(house: Practice, column: CalendarColumn, number_of: int) -> None:
    """Two segments each are set aside, and three are needed."""
    for number in range(number_of):
        person = cast.make_person(house, f"P{number}", mobile=f"0151 234567{number:02}")
        cast.make_visit(column, person, hour=8 + number)
    cast.prepare_and_release(house)
    assert CreditAccount.objects.get().reserved == 2 * number_of
    template = MessageTemplate.objects.get(channel="sms", kind="reminder", appointment_type=None)
    template.text += " Bitte kommen Sie nicht zu spaet." * 6
    template.save(update_fields=["text"])


def test_longer_texts_take_what_credit_is_left_and_no_more(house: Practice, column: CalendarColumn) -> None:
    CreditAccount.objects.update(balance=10)
    plan_texts_that_turn_out_longer(house, column, 4)
    cast.send(house)
    states = Message.objects.order_by("due_at", "pk").values_list("state", "reason", "credits_booked")
    assert list(states) == [("done", "", 3)] * 2 + [("failed", Reason.NO_CREDIT, 0)] * 2
    account = CreditAccount.objects.get()
    assert (account.balance, account.reserved) == (4, 0)
    assert sum(CreditLine.objects.values_list("reserved", flat=True)) == 0


def test_longer_texts_of_a_batch_are_covered_at_once(house: Practice, column: CalendarColumn) -> None:
    plan_texts_that_turn_out_longer(house, column, 6)
    with CaptureQueriesContext(connection) as asked:
        cast.send(house)
    assert set(Message.objects.values_list("state", "credits_booked")) == {("done", 3)}
    changes = [query["sql"] for query in asked if query["sql"].startswith('UPDATE "notifications_creditaccount"')]
    assert len(changes) == 2, "set aside, and booked"
