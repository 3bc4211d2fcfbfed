"""Credit is promised once and can always be bought."""

from datetime import timedelta

import pytest

from accounts.models import Mandant, Practice
from notifications.models import CreditAccount, CreditLine, Reason
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
