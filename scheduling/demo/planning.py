"""What happens in the demo practice, as steps in the order of time, so that its history reads like a real one."""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from praxis.core.localtime import to_instant
from scheduling.slots import Range, Rule, open_ranges

QUARTER = timedelta(minutes=15)


@dataclass(order=True)
class Step:
    """`number` keeps steps of the same instant in the order in which they were planned."""

    at: datetime
    number: int
    run: Callable[[datetime], object] = field(compare=False)


@dataclass
class Plan:
    now: datetime
    zone: ZoneInfo
    chance: random.Random
    steps: list[Step] = field(default_factory=list)

    def add(self, at: datetime, run: Callable[[datetime], object]) -> None:
        """Never later than now: what is still to come cannot have been entered yet."""
        self.steps.append(Step(min(at, self.now), len(self.steps), run))

    def carry_out(self) -> int:
        for step in sorted(self.steps):
            step.run(step.at)
        return len(self.steps)

    def some_days_before(self, starts_at: datetime, *, least: int = 1, most: int = 30) -> datetime:
        """An hour of reception, on a working day that many days earlier."""
        day = (min(starts_at, self.now) - timedelta(days=self.chance.randint(least, most))).astimezone(self.zone).date()
        day -= timedelta(days=max(0, day.weekday() - 4))
        return to_instant(day, time(self.chance.randint(8, 16), self.chance.randint(0, 59)), self.zone)

    def wall(self, day: date, hour: int, minute: int = 0) -> datetime:
        return to_instant(day, time(hour, minute), self.zone)


def stretches(
    rules: Sequence[Rule], day: date, plan: Plan, *, blocked: Sequence[Range], density: float, lengths: Sequence[int]
) -> Iterator[tuple[Range, int]]:
    """Walk through the open hours of a day; yields stretches to book with the index of their length."""
    for opening in open_ranges(rules, day=day, zone=plan.zone):
        start = opening.starts_at
        while start < opening.ends_at:
            index = plan.chance.randrange(len(lengths))
            end = start + timedelta(minutes=lengths[index])
            fits = end <= opening.ends_at and not any(b.starts_at < end and start < b.ends_at for b in blocked)
            if fits and plan.chance.random() < density:
                yield Range(start, end), index
                start = end
            else:
                start += QUARTER
