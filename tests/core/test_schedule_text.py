from datetime import date, time, timedelta

import pytest

from praxis.core.schedule import LAST, Frequency, OnHoliday, Plan
from praxis.core.schedule_text import describe

HOURLY = {"at": time(8), "until": time(18), "step": timedelta(hours=1)}


@pytest.mark.parametrize(
    ("parts", "sentence"),
    [
        ({}, "Täglich um 10:00 Uhr"),
        ({"frequency": Frequency.ONCE}, "Einmal am 23.11.2026 um 10:00 Uhr"),
        ({"every": 3}, "Alle 3 Tage um 10:00 Uhr, ab 23.11.2026"),
        (
            {"at": time(8), "until": time(18), "step": timedelta(minutes=45)},
            "Täglich, alle 45 Minuten von 08:00 bis 18:00 Uhr",
        ),
        (HOURLY, "Täglich, jede Stunde von 08:00 bis 18:00 Uhr"),
        (HOURLY | {"step": timedelta(hours=2)}, "Täglich, alle 2 Stunden von 08:00 bis 18:00 Uhr"),
        (HOURLY | {"step": timedelta(minutes=1)}, "Täglich, jede Minute von 08:00 bis 18:00 Uhr"),
        (
            {"frequency": Frequency.WEEKLY, "weekdays": frozenset({0, 2, 4})},
            "Jede Woche am Montag, Mittwoch und Freitag um 10:00 Uhr",
        ),
        (
            {"frequency": Frequency.WEEKLY, "weekdays": frozenset({1}), "every": 2, "end_on": date(2026, 12, 31)},
            "Alle 2 Wochen am Dienstag um 10:00 Uhr, ab 23.11.2026, bis 31.12.2026",
        ),
        ({"frequency": Frequency.MONTHLY_DAY, "day_of_month": LAST}, "Jeden Monat am letzten Tag um 10:00 Uhr"),
        ({"frequency": Frequency.MONTHLY_DAY, "day_of_month": 15}, "Jeden Monat am 15. um 10:00 Uhr"),
        (
            {"frequency": Frequency.MONTHLY_DAY, "day_of_month": 31},
            "Jeden Monat am 31. (in kürzeren Monaten am letzten Tag) um 10:00 Uhr",
        ),
        (
            {"frequency": Frequency.MONTHLY_WEEKDAY, "weekdays": frozenset({1}), "nth": 2, "every": 2},
            "Alle 2 Monate am zweiten Dienstag um 10:00 Uhr, ab 23.11.2026",
        ),
        ({"on_holiday": OnHoliday.SKIP}, "Täglich um 10:00 Uhr, nicht an Feiertagen"),
        ({"on_holiday": OnHoliday.DAY_BEFORE}, "Täglich um 10:00 Uhr, statt an einem Feiertag am Tag davor"),
    ],
)
def test_a_plan_reads_as_a_sentence(parts: dict[str, object], sentence: str) -> None:
    defaults = {"frequency": Frequency.DAILY, "start_on": date(2026, 11, 23), "at": time(10), "zone": "Europe/Berlin"}
    assert describe(Plan(**defaults | parts)) == sentence
