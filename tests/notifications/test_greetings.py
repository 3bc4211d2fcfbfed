from datetime import date, datetime, timedelta

import pytest

from accounts.models import Practice
from notifications.models import CreditAccount, Message, Outcome, Reason, Skipped
from notifications.services.preparing import Prepared, prepare_greetings
from notifications.services.releasing import release_messages
from notifications.services.settings import change_settings
from tests import factories
from tests.notifications import cast

pytestmark = pytest.mark.django_db

BORN = date(1960, 11, 23)


def greet(practice: Practice, now: datetime = cast.NOW) -> Prepared:
    prepared = prepare_greetings(practice=practice, now=now, run=None)
    release_messages(practice=practice, now=now, run=None)
    return prepared


def test_who_has_birthday_today_is_greeted_once_a_year(house: Practice) -> None:
    cast.make_person(house, birth_date=BORN)
    cast.make_person(house, "Müller", birth_date=BORN + timedelta(days=1))
    assert greet(house).planned == {"sms": 1}
    assert greet(house, cast.NOW + timedelta(hours=1)).planned == {}
    assert cast.send(house) == 1
    assert "alles Gute zum Geburtstag" in cast.only_message(house).text
    change_settings(practice=house, actor=None, now=cast.NOW, reminders_on=False)
    next_year = datetime(2027, 11, 23, 9, tzinfo=cast.NOW.tzinfo)
    assert greet(house, next_year).planned == {"sms": 1}


def test_without_a_way_to_go_there_is_no_entry(house: Practice) -> None:
    cast.make_person(house, birth_date=BORN, mobile="", email="")
    assert greet(house).skipped == {Reason.NO_CHANNEL: 1}
    assert not Message.objects.exists()
    assert not Skipped.objects.exists()


def test_a_reason_goes_when_its_cause_is_gone(house: Practice) -> None:
    CreditAccount.objects.update(balance=0)
    cast.make_person(house, birth_date=BORN)
    assert greet(house).skipped == {Reason.NO_CREDIT: 1}
    CreditAccount.objects.update(balance=10)
    assert greet(house).planned == {"sms": 1}
    assert not Skipped.objects.exists()


def test_nobody_is_greeted_who_did_not_ask_for_it_even_where_silence_is_enough(house: Practice) -> None:
    change_settings(practice=house, actor=None, now=cast.NOW, consent_rule="opt_out")
    cast.make_person(house, birth_date=BORN, consent=False)
    assert greet(house).skipped == {Reason.NO_CONSENT: 1}


def test_the_dead_are_not_greeted(house: Practice) -> None:
    cast.make_person(house, birth_date=BORN, deceased_on=date(2026, 1, 1))
    assert greet(house).skipped == {Reason.DECEASED: 1}


@pytest.mark.parametrize(
    ("today", "first_march", "is_greeted"),
    [
        (date(2027, 2, 27), False, False),
        (date(2025, 2, 28), False, True),
        (date(2025, 2, 28), True, False),
        (date(2027, 3, 1), True, True),
        (date(2027, 3, 1), False, False),
        (date(2028, 2, 29), False, True),
        (date(2028, 2, 28), False, False),
    ],
)
def test_a_birthday_on_29_february(house: Practice, today: date, first_march: bool, is_greeted: bool) -> None:
    cast.make_person(house, birth_date=date(1960, 2, 29))
    change_settings(practice=house, actor=None, now=cast.NOW, leap_day_first_march=first_march)
    assert greet(house, factories.at(10, day=today)).planned == ({"sms": 1} if is_greeted else {})


def test_on_a_sunday_the_greeting_waits_for_monday_unless_the_practice_wants_it(house: Practice) -> None:
    sunday = factories.at(10, day=date(2026, 11, 22))
    cast.make_person(house, birth_date=date(1960, 11, 22))
    greet(house, sunday)
    assert cast.send(house, sunday) == 0
    assert cast.only_message(house).due_at == factories.at(9, day=date(2026, 11, 23))
    assert cast.send(house, factories.at(9, 30, day=date(2026, 11, 23))) == 1
    change_settings(practice=house, actor=None, now=cast.NOW, greet_any_day=True)
    cast.make_person(house, "Sonntag", birth_date=date(1961, 11, 22), mobile="0171 1234567")
    greet(house, sunday)
    assert cast.send(house, sunday) == 1


def test_a_greeting_that_comes_too_late_does_not_come(house: Practice) -> None:
    cast.make_person(house, birth_date=BORN)
    greet(house)
    assert cast.send(house, factories.at(10, day=cast.TOMORROW)) == 0
    assert cast.only_message(house).outcome == Outcome.LAPSED
