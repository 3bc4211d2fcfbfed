from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from praxis.core.schedule import LAST, Frequency, OnHoliday, Plan, PlanInvalid, may_still_run, next_runs

BERLIN = ZoneInfo("Europe/Berlin")
MONDAY = date(2026, 11, 23)
SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)


def plan(frequency: Frequency = Frequency.DAILY, **parts: object) -> Plan:
    defaults = {"start_on": date(2026, 1, 1), "at": time(10), "zone": "Europe/Berlin"}
    return Plan(frequency=frequency, **defaults | parts)


def midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=BERLIN)


def shown(runs: list[datetime]) -> list[str]:
    return [f"{run.astimezone(BERLIN):%d.%m. %H:%M}" for run in runs]


def days(plan: Plan, after: date, n: int) -> list[str]:
    return [f"{run.astimezone(BERLIN):%a %d.%m.}" for run in next_runs(plan, midnight(after), n)]


def test_once() -> None:
    once = plan(Frequency.ONCE, start_on=MONDAY)
    assert shown(next_runs(once, midnight(MONDAY), 5)) == ["23.11. 10:00"]
    assert next_runs(once, midnight(MONDAY) + timedelta(hours=10), 5) == []


def test_every_nth_day_counts_from_the_start() -> None:
    assert days(plan(every=3, start_on=MONDAY), MONDAY + timedelta(days=1), 3) == [
        "Thu 26.11.",
        "Sun 29.11.",
        "Wed 02.12.",
    ]


def test_every_second_week_on_two_days_counts_whole_weeks() -> None:
    fortnightly = plan(Frequency.WEEKLY, every=2, weekdays=frozenset({0, 4}), start_on=date(2026, 11, 25))
    assert days(fortnightly, date(2026, 11, 1), 4) == ["Fri 27.11.", "Mon 07.12.", "Fri 11.12.", "Mon 21.12."]


def test_month_ends_are_the_last_day_and_the_31st_is_not_lost_in_short_months() -> None:
    assert days(plan(Frequency.MONTHLY_DAY, day_of_month=LAST), date(2026, 1, 1), 3) == [
        "Sat 31.01.",
        "Sat 28.02.",
        "Tue 31.03.",
    ]
    assert days(plan(Frequency.MONTHLY_DAY, day_of_month=31), date(2026, 4, 1), 2) == ["Thu 30.04.", "Sun 31.05."]
    leap = plan(Frequency.MONTHLY_DAY, day_of_month=29, every=12, start_on=date(2027, 2, 1))
    assert days(leap, date(2027, 1, 1), 2) == ["Sun 28.02.", "Tue 29.02."]


def test_the_nth_and_the_last_weekday_of_every_second_month() -> None:
    second_tuesday = plan(Frequency.MONTHLY_WEEKDAY, every=2, weekdays=frozenset({1}), nth=2)
    assert days(second_tuesday, date(2026, 1, 1), 3) == ["Tue 13.01.", "Tue 10.03.", "Tue 12.05."]
    last_friday = plan(Frequency.MONTHLY_WEEKDAY, weekdays=frozenset({4}), nth=LAST)
    assert days(last_friday, date(2026, 1, 1), 2) == ["Fri 30.01.", "Fri 27.02."]


def test_a_plan_ends_with_its_last_day() -> None:
    assert days(plan(end_on=date(2026, 1, 2)), date(2025, 12, 1), 5) == ["Thu 01.01.", "Fri 02.01."]


def test_every_45_minutes_from_eight_to_six_starts_anew_each_day() -> None:
    often = plan(at=time(8), until=time(18), step=timedelta(minutes=45))
    runs = shown(next_runs(often, midnight(MONDAY), 15))
    assert (runs[0], runs[1], runs[13], runs[14]) == ("23.11. 08:00", "23.11. 08:45", "23.11. 17:45", "24.11. 08:00")


def test_both_ends_of_a_repeated_run_are_included() -> None:
    hourly = plan(at=time(8), until=time(10), step=timedelta(hours=1))
    assert shown(next_runs(hourly, midnight(MONDAY), 3)) == ["23.11. 08:00", "23.11. 09:00", "23.11. 10:00"]


def test_the_next_run_is_strictly_after() -> None:
    [first] = next_runs(plan(), midnight(MONDAY))
    assert next_runs(plan(), first) == [first + timedelta(days=1)]


def test_change_nights() -> None:
    assert shown(next_runs(plan(), midnight(SPRING), 2)) == ["29.03. 10:00", "30.03. 10:00"]
    assert shown(next_runs(plan(at=time(2, 30)), midnight(SPRING), 2)) == ["29.03. 03:00", "30.03. 02:30"]
    half_hourly = plan(at=time(1, 30), until=time(3, 30), step=timedelta(minutes=30))
    assert shown(next_runs(half_hourly, midnight(SPRING), 4)) == [
        "29.03. 01:30",
        "29.03. 03:00",
        "29.03. 03:30",
        "30.03. 01:30",
    ]
    autumn = next_runs(half_hourly, midnight(AUTUMN), 6)
    assert [f"{run.astimezone(BERLIN):%H:%M}" for run in autumn] == [
        "01:30",
        "02:00",
        "02:30",
        "03:00",
        "03:30",
        "01:30",
    ]
    assert autumn[2] == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (OnHoliday.RUN, ["Thu 24.12.", "Fri 25.12.", "Sat 26.12.", "Sun 27.12."]),
        (OnHoliday.SKIP, ["Thu 24.12.", "Sun 27.12."]),
        (OnHoliday.DAY_BEFORE, ["Thu 24.12.", "Sun 27.12."]),
    ],
)
def test_holidays(rule: OnHoliday, expected: list[str]) -> None:
    christmas = {date(2026, 12, 25), date(2026, 12, 26)}
    runs = next_runs(
        plan(on_holiday=rule), midnight(date(2026, 12, 24)), len(expected), is_holiday=christmas.__contains__
    )
    assert [f"{run.astimezone(BERLIN):%a %d.%m.}" for run in runs] == expected


def test_a_month_end_on_a_holiday_runs_the_day_before() -> None:
    month_end = plan(Frequency.MONTHLY_DAY, day_of_month=LAST, on_holiday=OnHoliday.DAY_BEFORE)
    runs = next_runs(month_end, midnight(date(2026, 12, 1)), 1, is_holiday=lambda day: day == date(2026, 12, 31))
    assert shown(runs) == ["30.12. 10:00"]


def test_a_plan_that_meets_only_holidays_ends_instead_of_searching_for_ever() -> None:
    assert next_runs(plan(on_holiday=OnHoliday.SKIP), midnight(MONDAY), 1, is_holiday=lambda _: True) == []
    assert next_runs(plan(on_holiday=OnHoliday.DAY_BEFORE), midnight(MONDAY), 1, is_holiday=lambda _: True) == []


@pytest.mark.parametrize(
    ("field", "parts"),
    [
        ("every", {"every": 0}),
        ("end_on", {"end_on": date(2025, 1, 1)}),
        ("weekdays", {"frequency": Frequency.WEEKLY}),
        ("weekdays", {"frequency": Frequency.WEEKLY, "weekdays": frozenset({7})}),
        ("weekdays", {"frequency": Frequency.MONTHLY_WEEKDAY, "weekdays": frozenset({1, 2}), "nth": 1}),
        ("nth", {"frequency": Frequency.MONTHLY_WEEKDAY, "weekdays": frozenset({1}), "nth": 5}),
        ("nth", {"frequency": Frequency.MONTHLY_WEEKDAY, "weekdays": frozenset({1})}),
        ("day_of_month", {"frequency": Frequency.MONTHLY_DAY}),
        ("day_of_month", {"frequency": Frequency.MONTHLY_DAY, "day_of_month": 32}),
        ("day_of_month", {"frequency": Frequency.MONTHLY_DAY, "day_of_month": 0}),
        ("step", {"step": timedelta(hours=1)}),
        ("step", {"step": timedelta(seconds=30), "until": time(18)}),
        ("until", {"step": timedelta(hours=1), "until": time(9)}),
        ("zone", {"zone": "Europe/Bielefeld"}),
        ("zone", {"zone": "../etc/passwd"}),
    ],
)
def test_parts_that_contradict_each_other_name_the_field(field: str, parts: dict[str, object]) -> None:
    with pytest.raises(PlanInvalid) as refused:
        plan(**parts)
    assert refused.value.field == field
    assert refused.value.message.endswith(".")


def test_a_missed_run_is_caught_up_within_its_hour_and_its_window() -> None:
    [ten] = next_runs(plan(), midnight(MONDAY))
    assert may_still_run(plan(), ten, ten + timedelta(minutes=60))
    assert not may_still_run(plan(), ten, ten + timedelta(minutes=61))
    assert not may_still_run(plan(), ten, ten - timedelta(minutes=1))
    often = plan(at=time(8), until=time(18), step=timedelta(minutes=45))
    late = midnight(MONDAY) + timedelta(hours=17, minutes=45)
    assert may_still_run(often, late, late + timedelta(minutes=15))
    assert not may_still_run(often, late, late + timedelta(minutes=16))


WALLS = st.times().map(lambda wall: wall.replace(second=0, microsecond=0))


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    frequency = draw(st.sampled_from([f for f in Frequency if f is not Frequency.ONCE]))
    repeated = draw(st.booleans())
    at, until = sorted([draw(WALLS), draw(WALLS)])
    weekdays = draw(st.frozensets(st.integers(0, 6), min_size=1, max_size=1 if "weekday" in frequency else 7))
    return Plan(
        frequency=frequency,
        start_on=draw(st.dates(date(2026, 1, 1), date(2026, 10, 31))),
        zone=draw(
            st.sampled_from(["Europe/Berlin", "Europe/Zurich", "UTC", "Australia/Lord_Howe", "America/Santiago"])
        ),
        every=draw(st.integers(1, 5)),
        weekdays=weekdays,
        day_of_month=draw(st.one_of(st.integers(1, 31), st.just(LAST))),
        nth=draw(st.sampled_from([1, 2, 3, 4, LAST])),
        at=at,
        until=until if repeated else None,
        step=timedelta(minutes=draw(st.integers(1, 700))) if repeated else None,
    )


AROUND_CHANGES = st.sampled_from([SPRING, AUTUMN, date(2026, 4, 5), date(2026, 10, 4), date(2026, 9, 6)]).flatmap(
    lambda day: st.integers(-72, 72).map(
        lambda hours: datetime.combine(day, time(), tzinfo=UTC) + timedelta(hours=hours)
    )
)


@given(plans(), AROUND_CHANGES)
def test_runs_rise_lie_in_the_window_and_do_not_depend_on_where_one_starts_to_look(plan: Plan, after: datetime) -> None:
    zone = ZoneInfo(plan.zone)
    runs = next_runs(plan, after, 6)
    assert len(runs) == 6
    assert runs == sorted(set(runs))
    assert runs[0] > after
    for run in runs:
        local = run.astimezone(zone)
        earliest = datetime.combine(local.date(), plan.at, tzinfo=zone)
        assert run >= earliest.astimezone(UTC) or local.fold == 0
        assert local.date() >= plan.start_on
    for number, run in enumerate(runs[:-1]):
        assert next_runs(plan, run, 5 - number) == runs[number + 1 :]
