from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from praxis.core.localtime import day_bounds, local_day, to_instant

BERLIN = ZoneInfo("Europe/Berlin")
SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)


def test_an_ordinary_time_is_what_the_clock_says() -> None:
    assert to_instant(date(2026, 11, 23), time(10), BERLIN) == datetime(2026, 11, 23, 9, tzinfo=UTC)
    assert to_instant(date(2026, 7, 1), time(10), BERLIN) == datetime(2026, 7, 1, 8, tzinfo=UTC)


@pytest.mark.parametrize("wall", [time(2), time(2, 30), time(2, 59, 59)])
def test_a_skipped_time_becomes_the_first_instant_after_the_gap(wall: time) -> None:
    assert to_instant(SPRING, wall, BERLIN) == datetime(2026, 3, 29, 1, tzinfo=UTC)


def test_in_the_doubled_hour_the_first_one_counts_whatever_the_fold_says() -> None:
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert to_instant(AUTUMN, time(2, 30), BERLIN) == first
    assert to_instant(AUTUMN, time(2, 30, fold=1), BERLIN) == first


def test_half_hour_gaps_and_skipped_days_follow_the_same_rule() -> None:
    lord_howe = ZoneInfo("Australia/Lord_Howe")
    assert to_instant(date(2026, 10, 4), time(2, 15), lord_howe).astimezone(lord_howe).time() == time(2, 30)
    apia = ZoneInfo("Pacific/Apia")
    assert to_instant(date(2011, 12, 30), time(12), apia) == datetime(2011, 12, 31, tzinfo=apia)


def test_days_are_23_24_or_25_hours_long() -> None:
    lengths = [day_bounds(day, BERLIN) for day in (SPRING, date(2026, 5, 1), AUTUMN)]
    assert [end - start for start, end in lengths] == [timedelta(hours=hours) for hours in (23, 24, 25)]


def test_a_wall_time_with_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="naive"):
        to_instant(SPRING, time(10, tzinfo=BERLIN), BERLIN)


@given(
    st.sampled_from([SPRING, AUTUMN, SPRING - timedelta(days=1), AUTUMN + timedelta(days=1)]),
    st.times(),
    st.times(),
)
def test_order_of_wall_times_is_kept_and_the_day_is_the_day(day: date, one: time, other: time) -> None:
    early, late = sorted([one, other])
    assert to_instant(day, early, BERLIN) <= to_instant(day, late, BERLIN)
    instant = to_instant(day, one, BERLIN)
    assert instant.utcoffset() == timedelta(0)
    assert local_day(instant, BERLIN) == day
    shown = instant.astimezone(BERLIN).time()
    assert shown == one or (day == SPRING and shown == time(3) and one.hour == 2)
