"""The job that prepares does not come every day: whoever it would miss is written to the time before."""

from datetime import datetime, timedelta
from datetime import time as clock

import pytest

from accounts.models import Practice
from notifications.models import Job, JobKind, Message
from notifications.services.jobs import plan_job
from praxis.core.schedule import Frequency, Plan
from scheduling.models import CalendarColumn
from tests import factories
from tests.notifications import cast

pytestmark = pytest.mark.django_db

FRIDAY = cast.MONDAY + timedelta(days=4)
FRIDAY_TEN = factories.at(10, day=FRIDAY)


def plan(house: Practice, weekdays: set[int], now: datetime = cast.NOW) -> None:
    job = Job.objects.get(practice=house, kind=JobKind.PREPARE_REMINDERS)
    plan = Plan(
        frequency=Frequency.WEEKLY, start_on=cast.MONDAY, at=clock(9), zone=house.time_zone,
        weekdays=frozenset(weekdays),
    )  # fmt: skip
    plan_job(job=job, plan=plan, catch_up_minutes=60, is_enabled=True, actor=None, now=now)


@pytest.mark.parametrize(
    ("weekdays", "planned"),
    [
        # Saturday and, as nothing is sent on Sunday, Monday are looked at on Saturday.
        (range(6), 1),
        # Nobody comes before Monday: Saturday, Sunday and Monday are looked at today.
        (range(5), 2),
        # Once a week: everybody until the next Friday.
        ({4}, 3),
    ],
)
def test_a_day_without_preparing_loses_nobody(
    house: Practice, column: CalendarColumn, weekdays: set[int], planned: int
) -> None:
    for days in (1, 3, 7, 8):
        cast.make_visit(column, cast.make_person(house, f"Meier{days}"), day=FRIDAY + timedelta(days=days))
    plan(house, set(weekdays))
    cast.prepare(house, FRIDAY_TEN)
    assert Message.objects.filter(stage__offset_days=1).count() == planned


def test_a_job_that_is_off_looks_no_further_than_its_stage(house: Practice, column: CalendarColumn) -> None:
    cast.make_visit(column, cast.make_person(house), day=FRIDAY + timedelta(days=3))
    Job.objects.filter(practice=house).update(is_enabled=False, next_run_at=None)
    assert not cast.prepare(house, FRIDAY_TEN).planned
