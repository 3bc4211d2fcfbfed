"""Never at an unsocial time, in the zone of the practice: a whole year, minute by minute where it matters."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Practice
from accounts.selectors import HolidayCalendar, holidays_in
from notifications.models import Message
from notifications.quiet import SendingHours
from notifications.services.settings import change_settings
from scheduling.models import CalendarColumn
from tests import factories
from tests.notifications import cast
from tests.notifications.runs import RUNS

BERLIN = ZoneInfo("Europe/Berlin")
WORKDAYS = frozenset(range(6))
HOURS = SendingHours(time(8), time(19), WORKDAYS, BERLIN, HolidayCalendar("NW"))
YEAR = [datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=10 * n) for n in range(366 * 144)]
# Of North Rhine-Westphalia, written down by hand.
HOLIDAYS_2026 = {
    date(2026, 1, 1), date(2026, 4, 3), date(2026, 4, 6), date(2026, 5, 1), date(2026, 5, 14), date(2026, 5, 25),
    date(2026, 6, 4), date(2026, 10, 3), date(2026, 11, 1), date(2026, 12, 25), date(2026, 12, 26),
}  # fmt: skip


def is_social(instant: datetime) -> bool:
    local = instant.astimezone(BERLIN)
    is_holiday = local.date() in HOLIDAYS_2026 or local.date() == date(2027, 1, 1)
    return 8 <= local.hour < 19 and local.weekday() < 6 and not is_holiday


def test_over_a_whole_year_it_is_open_exactly_at_social_times() -> None:
    assert [instant for instant in YEAR if HOURS.is_open(instant) != is_social(instant)] == []


@given(st.integers(0, 353 * 1440).map(lambda minutes: YEAR[0] + timedelta(minutes=minutes)))
def test_the_next_allowed_instant_is_social_and_the_first_one(instant: datetime) -> None:
    allowed = HOURS.next_allowed(instant)
    assert allowed is not None
    assert allowed >= instant
    assert is_social(allowed)
    closed = (instant + timedelta(minutes=7 * n) for n in range(int((allowed - instant) / timedelta(minutes=7))))
    assert not any(is_social(moment) for moment in closed if moment < allowed)


def test_a_practice_that_is_never_open_has_no_next_instant() -> None:
    never = SendingHours(time(8), time(19), frozenset(), BERLIN, HolidayCalendar("NW"))
    assert never.next_allowed(cast.NOW) is None


@pytest.mark.django_db
def test_at_night_nothing_goes_out_and_in_the_morning_it_does(house: Practice, column: CalendarColumn) -> None:
    cast.make_visit(column, cast.make_person(house), hour=11, minute=30)
    evening = factories.at(18, 59, day=cast.MONDAY)
    cast.prepare_and_release(house, evening)
    for late in (evening + timedelta(seconds=45), factories.at(22, 30), factories.at(3, day=cast.TOMORROW)):
        assert cast.send(house, late) == 0
    assert cast.send(house, factories.at(8, 1, day=cast.TOMORROW)) == 1


@pytest.mark.django_db
def test_what_would_be_due_on_a_sunday_goes_on_saturday(house: Practice, column: CalendarColumn) -> None:
    monday = cast.MONDAY + timedelta(days=7)
    cast.make_visit(column, cast.make_person(house), day=monday)
    saturday = factories.at(10, day=monday - timedelta(days=2))
    cast.prepare_and_release(house, saturday)
    assert cast.send(house, saturday) == 1


@pytest.mark.django_db
def test_a_simulated_year_of_a_practice_sends_nothing_at_an_unsocial_time(
    house: Practice, column: CalendarColumn
) -> None:
    """Somebody presses "send now" at every hour of day and night, on days spread over the year."""
    change_settings(practice=house, actor=None, now=cast.NOW, check_credit=False, daily_cap=20)
    patient = cast.make_person(house)
    for number in range(0, 365, 18 // RUNS):
        day = date(2027, 1, 2) + timedelta(days=number)
        factories.make_appointment(
            column, datetime.combine(day, time(11, 45), tzinfo=BERLIN).astimezone(UTC), patient=patient,
            now=datetime(2026, 12, 1, tzinfo=UTC),
        )  # fmt: skip
        eve = datetime.combine(day - timedelta(days=1), time(0, 5), tzinfo=BERLIN)
        for hour in range(0, 36, 6):
            now = (eve + timedelta(hours=hour)).astimezone(UTC)
            cast.prepare_and_release(house, now)
            cast.send(house, now)
    sent = [message.sent_at for message in Message.objects.exclude(sent_at=None)]
    assert len(sent) > 12
    land = holidays_in(house)
    for instant in sent:
        local = instant.astimezone(BERLIN)
        assert time(8) <= local.time() < time(19)
        assert local.weekday() < 6
        assert not land(local.date())
