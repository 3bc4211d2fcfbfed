"""free_slots against a model that knows nothing but minutes: it looks at every minute of the day, one by one."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from scheduling.slots import Range, Rule, Slot, free_slots

BERLIN = ZoneInfo("Europe/Berlin")
SPRING = date(2026, 3, 29)
AUTUMN = date(2026, 10, 25)
MINUTE = timedelta(minutes=1)
COLUMNS = (1, 2)


def instant_of(day: date, minute_of_day: int) -> datetime:
    """First instant at which the wall clock shows the minute or, when it is skipped, anything later."""
    wanted = (day, minute_of_day)
    moment = datetime.combine(day, time(0), tzinfo=UTC) - timedelta(hours=3)
    while True:
        local = moment.astimezone(BERLIN)
        if (local.date(), local.hour * 60 + local.minute) >= wanted:
            return moment
        moment += MINUTE


def model(
    rules: list[Rule], taken: dict[int, list[Range]], days: list[date], type_id: int | None, minutes: int | None
) -> set[Slot]:
    found: set[Slot] = set()
    for day in days:
        for column in COLUMNS:
            todays = [
                r
                for r in rules
                if r.column_id == column
                and r.weekday == day.weekday()
                and r.valid_from <= day
                and (r.valid_until is None or day <= r.valid_until)
                and (type_id is None or not r.type_ids or type_id in r.type_ids)
            ]
            open_minutes: set[datetime] = set()
            lengths: dict[datetime, int] = {}
            for rule in todays:
                first, last = (t.hour * 60 + t.minute for t in (rule.from_time, rule.until_time))
                moment, end = instant_of(day, first), instant_of(day, last)
                while moment < end:
                    open_minutes.add(moment)
                    moment += MINUTE
                for start in range(first, last - rule.slot_minutes + 1, rule.slot_minutes):
                    begin = instant_of(day, start)
                    length = minutes or rule.slot_minutes
                    lengths[begin] = min(length, lengths.get(begin, length))
            for begin, length in lengths.items():
                needed = [begin + n * MINUTE for n in range(length)]
                busy = any(r.starts_at <= m < r.ends_at for m in needed for r in taken.get(column, []))
                if not busy and all(m in open_minutes for m in needed):
                    found.add(Slot(column, begin, begin + length * MINUTE))
    return found


quarter_times = st.integers(0, 95).map(lambda n: time(n * 15 // 60, n * 15 % 60))
days_near_changes = st.sampled_from([SPRING, AUTUMN]).flatmap(
    lambda change: st.integers(-1, 1).map(lambda n: change + timedelta(days=n))
)


@st.composite
def rules_strategy(draw: st.DrawFn) -> Rule:
    from_time, until_time = sorted([draw(quarter_times), draw(quarter_times)])
    if from_time == until_time:
        until_time = time(23, 59)
    day = draw(days_near_changes)
    valid_until = draw(st.none() | st.integers(0, 2).map(lambda n: day + timedelta(days=n)))
    return Rule(
        column_id=draw(st.sampled_from(COLUMNS)),
        weekday=draw(days_near_changes).weekday(),
        from_time=from_time,
        until_time=until_time,
        slot_minutes=draw(st.sampled_from([5, 10, 15, 20, 45, 60])),
        valid_from=day - timedelta(days=draw(st.integers(0, 2))),
        valid_until=valid_until,
        type_ids=draw(st.sampled_from([frozenset(), frozenset({1}), frozenset({1, 2})])),
    )


@st.composite
def taken_strategy(draw: st.DrawFn) -> dict[int, list[Range]]:
    """Ranges as the exclusion constraint allows them: none overlaps another of its column."""
    taken: dict[int, list[Range]] = {}
    for column in COLUMNS:
        position = datetime.combine(draw(days_near_changes), time(0), tzinfo=UTC) - timedelta(hours=2)
        for gap, length in draw(st.lists(st.tuples(st.integers(0, 180), st.integers(1, 240)), max_size=8)):
            starts_at = position + gap * MINUTE
            position = starts_at + length * MINUTE
            taken.setdefault(column, []).append(Range(starts_at, position))
    return taken


@settings(max_examples=120, deadline=None)
@given(
    rules=st.lists(rules_strategy(), min_size=1, max_size=5),
    taken=taken_strategy(),
    day=days_near_changes,
    type_id=st.sampled_from([None, 1, 2]),
    minutes=st.sampled_from([None, 5, 15, 30, 90]),
)
def test_free_slots_equal_the_model_around_both_change_nights(
    rules: list[Rule], taken: dict[int, list[Range]], day: date, type_id: int | None, minutes: int | None
) -> None:
    found = free_slots(rules, taken, days=[day], zone=BERLIN, type_id=type_id, minutes=minutes)
    assert set(found) == model(rules, taken, [day], type_id, minutes)
    assert len(found) == len(set(found))
    assert found == sorted(found, key=lambda slot: (slot.starts_at, slot.column_id))


def test_the_skipped_hour_of_spring_offers_nothing_twice() -> None:
    rule = Rule(1, 6, time(1), time(4), 15, date(2026, 1, 1), None)
    starts = [slot.starts_at for slot in free_slots([rule], {}, days=[SPRING], zone=BERLIN)]
    assert len(starts) == len(set(starts)) == 8
    assert datetime(2026, 3, 29, 1, tzinfo=UTC) in starts


def test_the_doubled_hour_of_autumn_is_offered_once() -> None:
    rule = Rule(1, 6, time(1), time(4), 60, date(2026, 1, 1), None)
    starts = [slot.starts_at for slot in free_slots([rule], {}, days=[AUTUMN], zone=BERLIN)]
    utc = [datetime(2026, 10, 24, 23, tzinfo=UTC), datetime(2026, 10, 25, 0, tzinfo=UTC)]
    assert starts == [*utc, datetime(2026, 10, 25, 2, tzinfo=UTC)]


def test_a_rule_holds_on_its_first_and_its_last_day_only() -> None:
    monday = date(2026, 11, 23)
    rule = Rule(1, 0, time(8), time(9), 60, monday, monday + timedelta(days=7))
    days = [monday + timedelta(days=7 * n) for n in range(-1, 3)]
    found = [slot.starts_at.date() for slot in free_slots([rule], {}, days=days, zone=BERLIN)]
    assert found == [monday, monday + timedelta(days=7)]
