"""Holiday calendars: only the days of the practice's Land, and back again."""

from datetime import date

import pytest

from accounts.models import Practice, PublicHoliday
from accounts.selectors import holiday_calendars, holidays_in
from praxis.core.packs import PackRefused, kind_of
from tests.factories import make_practice
from tests.packs import install, pack, preview, undo

LIBERATION = {"on": "2027-05-08", "name": "Tag der Befreiung", "land": ["BE", "NW"]}
BAVARIAN = {"on": "2027-08-08", "name": "Friedensfest", "land": ["BY"]}
NO_MAY_DAY = {"on": "2027-05-01", "name": "Tag der Arbeit", "free": False}


def test_it_adds_and_takes_back_days_of_the_land_of_the_practice(in_practice: Practice) -> None:
    raw = pack("holidays", LIBERATION, BAVARIAN, NO_MAY_DAY)
    assert preview(in_practice, raw) == [
        ("Sa, 08.05.2027: Tag der Befreiung", "added"), ("Sa, 01.05.2027: Tag der Arbeit", "added"),
    ]  # fmt: skip

    outcome = install(in_practice, raw)

    days = holidays_in(in_practice)
    assert days(date(2027, 5, 8))
    assert days.name_of(date(2027, 5, 8)) == "Tag der Befreiung"
    assert not days(date(2027, 5, 1))
    assert days.name_of(date(2026, 12, 25)) == "Erster Weihnachtstag"
    assert not days(date(2027, 8, 8))
    assert undo(in_practice, "holidays", outcome) == [
        ("Sa, 08.05.2027: Tag der Befreiung", "removed"), ("Sa, 01.05.2027: Tag der Arbeit", "removed"),
    ]  # fmt: skip
    assert holidays_in(in_practice)(date(2027, 5, 1))


def test_a_newer_calendar_replaces_a_day_and_undo_brings_the_older_back(in_practice: Practice) -> None:
    install(in_practice, pack("holidays", LIBERATION))
    newer = pack("holidays", LIBERATION | {"name": "Jahrestag"})

    assert [change for _title, change in preview(in_practice, newer)] == ["replaced"]
    outcome = install(in_practice, newer)
    assert [change for _title, change in preview(in_practice, newer)] == ["unchanged"]
    undo(in_practice, "holidays", outcome)

    assert PublicHoliday.objects.get().name == "Tag der Befreiung"


def test_undo_leaves_a_day_that_a_later_pack_changed(in_practice: Practice) -> None:
    first = install(in_practice, pack("holidays", LIBERATION))
    install(in_practice, pack("holidays", LIBERATION | {"name": "Jahrestag"}))

    assert undo(in_practice, "holidays", first) == [("Sa, 08.05.2027: Tag der Befreiung", "kept")]
    assert PublicHoliday.objects.get().name == "Jahrestag"


def test_the_practice_next_door_keeps_its_own_days(in_practice: Practice) -> None:
    next_door = make_practice("nebenan")
    install(in_practice, pack("holidays", LIBERATION))

    calendars = holiday_calendars({in_practice.pk: "NW", next_door.pk: "NW"})

    assert [calendars[practice.pk](date(2027, 5, 8)) for practice in (in_practice, next_door)] == [True, False]


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ({"on": "8.5.2027", "name": "Tag"}, "2027-01-06"),
        ({"on": "2027-05-08", "name": ""}, "„name“"),
        ({"on": "2027-05-08", "name": "Tag", "land": ["XX"]}, "„land“"),
        ({"on": "2027-05-08", "name": "Tag", "datum": "x"}, "„datum“"),
        ({"on": "2027-05-08", "name": "Noch ein Tag"}, "schon eine Zeile"),
    ],
)
def test_one_bad_entry_refuses_the_whole_calendar_with_its_line(bad: dict[str, object], message: str) -> None:
    with pytest.raises(PackRefused, match=message) as caught:
        kind_of("holidays").parse(pack("holidays", NO_MAY_DAY, LIBERATION, bad))

    assert caught.value.line == 4
