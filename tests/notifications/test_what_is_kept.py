from datetime import timedelta

import pytest

from accounts.models import Practice
from notifications.models import Message, Outcome
from notifications.services.status import update_status
from praxis.core.retention import erase_due
from scheduling.models import CalendarColumn
from tests.notifications import cast

pytestmark = pytest.mark.django_db


def test_the_text_goes_a_week_after_the_end_and_what_happened_stays(house: Practice, column: CalendarColumn) -> None:
    cast.make_visit(column, cast.make_person(house))
    cast.prepare_and_release(house)
    cast.send(house)
    update_status(practice=house, now=cast.NOW)
    erase_due(cast.NOW + timedelta(days=6))
    assert cast.only_message(house).text
    erase_due(cast.NOW + timedelta(days=8))
    message = cast.only_message(house)
    assert (message.text, message.recipient, message.subject) == ("", "", "")
    assert message.outcome == Outcome.DELIVERED
    assert (message.segments, message.template_version) == (1, 1)
    erase_due(cast.NOW + timedelta(days=500))
    assert not Message.objects.exists()


def test_the_log_names_nobody(house: Practice, column: CalendarColumn, caplog: pytest.LogCaptureFixture) -> None:
    cast.make_visit(column, cast.make_person(house, "Geheimnis"))
    cast.prepare_and_release(house)
    cast.send(house)
    assert "Geheimnis" not in caplog.text
    assert "23456789" not in caplog.text
