from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from scheduling.outside import Outside, why_outside
from scheduling.slots import Rule

BERLIN = ZoneInfo("Europe/Berlin")


def rule(from_hour: int, until_hour: int, *, minutes: int = 15, types: frozenset[int] = frozenset()) -> Rule:
    return Rule(1, 0, time(from_hour), time(until_hour), minutes, date(2026, 1, 1), None, types)


def why(rules: list[Rule], hour: int, minute: int = 0, *, minutes: int = 15, type_id: int | None = None) -> str | None:
    starts_at = datetime(2026, 11, 23, hour - 1, minute, tzinfo=UTC)
    return why_outside(
        rules, starts_at=starts_at, ends_at=starts_at + timedelta(minutes=minutes), type_id=type_id, zone=BERLIN
    )


@pytest.mark.parametrize(
    ("rules", "hour", "minute", "minutes", "type_id", "reason"),
    [
        ([rule(8, 12)], 8, 0, 15, None, None),
        ([rule(8, 12)], 11, 45, 15, None, None),
        ([rule(8, 12)], 11, 45, 30, None, Outside.HOURS),
        ([rule(8, 12)], 7, 45, 15, None, Outside.HOURS),
        ([rule(8, 12), rule(12, 14)], 11, 45, 30, None, None),
        ([], 9, 0, 15, None, Outside.HOURS),
        ([rule(8, 12, types=frozenset({7}))], 9, 0, 15, 7, None),
        ([rule(8, 12, types=frozenset({7}))], 9, 0, 15, 8, Outside.TYPE),
        ([rule(8, 12, minutes=30)], 9, 15, 15, None, Outside.RASTER),
        ([rule(8, 12, minutes=30), rule(8, 12)], 9, 15, 15, None, None),
    ],
)
def test_it_says_why_an_appointment_is_outside(
    rules: list[Rule], hour: int, minute: int, minutes: int, type_id: int | None, reason: str | None
) -> None:
    assert why(rules, hour, minute, minutes=minutes, type_id=type_id) == reason


def test_a_rule_of_another_weekday_covers_nothing() -> None:
    tuesday = Rule(1, 1, time(8), time(12), 15, date(2026, 1, 1), None)
    assert why([tuesday], 9) == Outside.HOURS


def test_the_last_valid_day_counts() -> None:
    until_today = Rule(1, 0, time(8), time(12), 15, date(2026, 1, 1), date(2026, 11, 23))
    until_before = Rule(1, 0, time(8), time(12), 15, date(2026, 1, 1), date(2026, 11, 22))
    assert why([until_today], 9) is None
    assert why([until_before], 9) == Outside.HOURS
