"""What the portal says is checked before anything is made of it."""

import pytest

from integrations.betty24 import wire


@pytest.mark.parametrize("zone", ["Mars/Olympus", "../../etc/passwd", "Europe", "", None, 7])
def test_a_time_zone_that_there_is_not_is_that_of_the_practices(zone: object) -> None:
    [calendar] = wire.read_calendars({"calendars": [{"id": "cal-1", "name": "x", "timezone": zone}]})
    assert calendar.time_zone == "Europe/Berlin"


def test_a_time_zone_that_there_is_stays() -> None:
    [calendar] = wire.read_calendars({"calendars": [{"id": "cal-1", "timezone": "Europe/Lisbon"}]})
    assert calendar.time_zone == "Europe/Lisbon"


@pytest.mark.parametrize("start", ["gestern", "0001-01-01T00:00:00+14:00", None])
def test_a_lock_that_cannot_be_read_is_an_answer_not_understood(start: object) -> None:
    lock = {"practice_ref": "entry-1", "start": start, "end": "2026-11-23T09:00:00+00:00", "kind": "lock"}
    with pytest.raises(wire.NotUnderstood):
        wire.read_locks({"locks": [lock]})
