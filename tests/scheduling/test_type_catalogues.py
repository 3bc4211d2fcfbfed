"""Catalogues of appointment types: what the practice set itself stays; undo never takes what is used."""

import pytest

from accounts.models import Practice
from praxis.core.packs import PackRefused, kind_of
from scheduling.models import AppointmentType, CalendarColumn
from scheduling.services.appointment_types import update_appointment_type
from tests.factories import at, make_appointment, make_type
from tests.packs import install, pack, preview, undo

BLOOD = {"name": "Blutabnahme", "minutes": 10}
VIDEO = {"name": "Videosprechstunde", "minutes": 15, "video": True, "online": True}


def values(name: str) -> tuple[int, bool, bool, bool]:
    row = AppointmentType.objects.get(name=name)
    return row.minutes, row.is_video, row.is_online, row.is_active


def test_it_adds_what_is_missing_and_keeps_what_the_practice_has(in_practice: Practice) -> None:
    make_type(in_practice, "Blutabnahme", minutes=20)
    raw = pack("appointment_types", BLOOD, VIDEO)
    expected = [("Blutabnahme", "kept"), ("Videosprechstunde", "added")]

    assert preview(in_practice, raw) == expected
    outcome = install(in_practice, raw)

    assert values("Blutabnahme") == (20, False, False, True)
    assert values("Videosprechstunde") == (15, True, True, True)
    assert undo(in_practice, "appointment_types", outcome) == [("Videosprechstunde", "removed")]
    assert AppointmentType.objects.count() == 1


def test_a_newer_catalogue_replaces_what_the_older_wrote_and_undo_brings_it_back(in_practice: Practice) -> None:
    install(in_practice, pack("appointment_types", BLOOD))
    AppointmentType.objects.update(is_active=False)
    newer = pack("appointment_types", BLOOD | {"minutes": 5})

    assert preview(in_practice, newer) == [("Blutabnahme", "replaced")]
    outcome = install(in_practice, newer)
    assert values("Blutabnahme") == (5, False, False, False)
    assert undo(in_practice, "appointment_types", outcome) == [("Blutabnahme", "replaced")]

    assert values("Blutabnahme") == (10, False, False, False)
    # What is back is the older pack's again, so the newer one may replace it once more.
    assert preview(in_practice, newer) == [("Blutabnahme", "replaced")]


def test_an_own_change_survives_a_newer_catalogue_and_undo(in_practice: Practice) -> None:
    outcome = install(in_practice, pack("appointment_types", BLOOD))
    update_appointment_type(appointment_type=AppointmentType.objects.get(), actor=None, minutes=12)

    assert preview(in_practice, pack("appointment_types", BLOOD | {"minutes": 5})) == [("Blutabnahme", "kept")]
    assert undo(in_practice, "appointment_types", outcome) == [("Blutabnahme", "kept")]
    assert values("Blutabnahme")[0] == 12


def test_undo_switches_off_a_type_that_is_already_booked(in_practice: Practice, column: CalendarColumn) -> None:
    outcome = install(in_practice, pack("appointment_types", BLOOD))
    make_appointment(column, at(9), appointment_type=AppointmentType.objects.get())

    assert undo(in_practice, "appointment_types", outcome) == [("Blutabnahme", "replaced")]
    assert values("Blutabnahme")[3] is False


def test_one_bad_entry_refuses_the_whole_catalogue_with_its_line() -> None:
    for bad in ({"name": "EKG", "minutes": 0}, {"name": "EKG", "minutes": "10"}, BLOOD, {"minutes": 5}):
        with pytest.raises(PackRefused) as caught:
            kind_of("appointment_types").parse(pack("appointment_types", BLOOD, VIDEO, bad))
        assert caught.value.line == 4
