import pytest

from accounts.models import Practice
from notifications.models import CreditAccount, Message, Outcome
from scheduling.models import CalendarColumn
from tests.notifications import cast

pytestmark = pytest.mark.django_db


def test_it_goes_from_appointment_to_delivered_on_the_console(house: Practice, column: CalendarColumn) -> None:
    patient = cast.make_person(house)
    cast.make_visit(column, patient)
    prepared = cast.prepare_and_release(house)
    assert prepared.planned == {"sms": 1}
    account = CreditAccount.objects.get()
    assert account.reserved == 2
    assert cast.send(house) == 1
    message = Message.objects.get()
    assert message.state == "done"
    assert message.outcome == Outcome.ACCEPTED
    assert message.recipient == "+4915123456789"
    assert "Di 24.11.2026 um 09:00 Uhr" in message.text
    account.refresh_from_db()
    assert account.reserved == 0
    assert account.balance == 1000 - message.credits_booked
