"""How one column of one day is cut into the pieces of the grid."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from scheduling.models import CalendarColumn
from scheduling.models.entry import Kind
from scheduling.presentation.clock import DayClock
from scheduling.presentation.grid import geometry
from scheduling.presentation.lanes import Lane, build_lane
from scheduling.selectors.page import EntryLine
from scheduling.slots import Rule
from tests.factories import MONDAY, at

BERLIN = ZoneInfo("Europe/Berlin")
FALL_BACK = date(2026, 10, 25)


def rule(from_time: time, until_time: time, minutes: int = 15, weekday: int = 0) -> Rule:
    return Rule(1, weekday, from_time, until_time, minutes, date(2020, 1, 1), None)


def line(starts_at: datetime, ends_at: datetime, kind: str = Kind.APPOINTMENT, pk: int = 1) -> EntryLine:
    return EntryLine(
        pk, 1, kind, "grid", starts_at, ends_at, "Text", "definite", "practice", False, None, None, 1, None, "Meier",
        "Magda", None, None,
    )  # fmt: skip


def lane(*lines: EntryLine, rules: list[Rule] | None = None, day: date = MONDAY) -> Lane:
    rules = [rule(time(8), time(9))] if rules is None else rules
    return build_lane(CalendarColumn(pk=1, name="Dr. Reuter"), DayClock(day, BERLIN), rules, lines)


def spans(found: Lane, first: int = 480, last: int = 540) -> list[tuple[int, int, str]]:
    return [
        (p.start, p.end, "taken" if p.entries else "free" if p.is_open else "closed") for p in found.pieces(first, last)
    ]


def test_free_time_is_cut_into_slots() -> None:
    assert spans(lane()) == [(480, 495, "free"), (495, 510, "free"), (510, 525, "free"), (525, 540, "free")]


def test_what_an_entry_leaves_of_a_slot_stays_free_as_a_shorter_piece() -> None:
    found = spans(lane(line(at(8), at(8, 10))))
    assert found[:3] == [(480, 490, "taken"), (490, 495, "free"), (495, 510, "free")]


def test_a_leftover_counts_as_no_slot() -> None:
    pieces = lane(line(at(8), at(8, 10))).pieces(480, 540)
    assert [p.is_slot for p in pieces] == [False, False, True, True, True]


def test_closed_hours_fill_the_rest_of_the_visible_range() -> None:
    found = spans(lane(rules=[rule(time(8), time(8, 30)), rule(time(9), time(9, 15))]), 450, 600)
    assert [p for p in found if p[2] == "closed"] == [(450, 480, "closed"), (510, 540, "closed"), (555, 600, "closed")]


def test_every_minute_belongs_to_exactly_one_piece() -> None:
    found = spans(lane(line(at(7, 50), at(8, 20)), line(at(8, 50), at(9, 10), pk=2)), 450, 600)
    assert [a[1] for a in found[:-1]] == [b[0] for b in found[1:]]
    assert (found[0][0], found[-1][1]) == (450, 600)


def test_entries_that_overlap_share_a_piece_so_that_none_is_hidden() -> None:
    pieces = lane(line(at(8), at(8, 30)), line(at(8, 15), at(8, 45), pk=2)).pieces(480, 540)
    assert [entry.id for entry in pieces[0].entries] == [1, 2]
    assert (pieces[0].start, pieces[0].end) == (480, 525)


def test_a_note_leaves_its_slots_free_and_marks_each_of_them() -> None:
    pieces = lane(line(at(8), at(8, 30), Kind.NOTE)).pieces(480, 540)
    assert [bool(p.notes) for p in pieces] == [True, True, False, False]
    assert all(p.is_open and p.is_slot for p in pieces)


def test_a_note_under_an_appointment_is_kept_with_it() -> None:
    pieces = lane(line(at(8), at(8, 15), Kind.NOTE), line(at(8), at(8, 15), pk=2)).pieces(480, 540)
    assert [note.id for note in pieces[0].notes] == [1]


def test_a_note_outside_hours_is_shown_too() -> None:
    assert (570, 600, "free") in spans(lane(line(at(9, 30), at(10), Kind.NOTE)), 480, 600)


def test_rules_that_overlap_never_make_pieces_that_do() -> None:
    found = spans(lane(rules=[rule(time(8), time(9), 15), rule(time(8), time(9), 20)]))
    assert [a[1] for a in found[:-1]] == [b[0] for b in found[1:]]


def test_the_step_of_the_rows_fits_everything_that_begins_or_ends() -> None:
    raster, last = geometry([lane(line(at(8, 5), at(8, 25)))])
    assert (raster.first, raster.step, raster.slot, last) == (480, 5, 15, 540)


def test_columns_of_different_rasters_get_a_common_step() -> None:
    raster, _last = geometry([lane(), lane(rules=[rule(time(8, 10), time(8, 50), 20)])])
    assert (raster.step, raster.slot) == (5, 15)


def test_a_day_without_hours_or_entries_still_has_rows() -> None:
    raster, last = geometry([lane(rules=[])])
    assert (raster.first, last) == (480, 1020)


def test_a_column_without_hours_or_entries_does_not_work_that_day() -> None:
    assert not lane(rules=[]).works
    assert lane(line(at(9), at(10)), rules=[]).works


def test_two_appointments_in_the_doubled_hour_are_both_shown() -> None:
    first = line(datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 1, 0, tzinfo=UTC))
    second = line(datetime(2026, 10, 25, 1, 30, tzinfo=UTC), datetime(2026, 10, 25, 2, 0, tzinfo=UTC), pk=2)
    night = lane(first, second, rules=[rule(time(1), time(5), 30, weekday=6)], day=FALL_BACK)
    shown = [entry.id for piece in night.pieces(60, 300) for entry in piece.entries]
    assert sorted(shown) == [1, 2]


def test_an_entry_from_the_evening_before_ends_in_the_morning() -> None:
    found = lane(line(at(22, day=date(2026, 11, 22)), at(2)), rules=[])
    assert [(start, end) for start, end, _line in found.busy] == [(0, 120)]
