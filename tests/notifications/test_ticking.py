"""Plans of practices: who is due, when it comes next, and that nothing of the past ever runs."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from accounts.models import Practice
from notifications.models import Job, JobKind, JobRun
from notifications.services.jobs import JobChanged, RunRefused, enable_job, plan_job, run_now
from notifications.services.ticking import start_due_jobs
from praxis.core.planrow import PlanHasNoRuns
from praxis.core.schedule import Frequency, OnHoliday, Plan
from tests import factories
from tests.notifications import cast

pytestmark = pytest.mark.django_db

BERLIN = ZoneInfo("Europe/Berlin")
TICK = timedelta(seconds=10)


def berlin(day: date, hour: int, minute: int = 0, fold: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute, fold=fold), tzinfo=BERLIN).astimezone(ZoneInfo("UTC"))


@pytest.fixture
def job(house: Practice) -> Job:
    return Job.objects.select_related("practice").get(kind=JobKind.PREPARE_REMINDERS)


def daily(at: time, **fields: object) -> Plan:
    return Plan(frequency=Frequency.DAILY, start_on=date(2026, 1, 1), at=at, zone="Europe/Berlin", **fields)  # type: ignore[arg-type]


def planned(job: Job, plan: Plan, now: datetime, catch_up: int = 60) -> Job:
    return plan_job(job=job, plan=plan, catch_up_minutes=catch_up, is_enabled=True, actor=None, now=now)


def runs() -> list[datetime]:
    return list(JobRun.objects.order_by("planned_for").values_list("planned_for", flat=True))


def test_a_due_plan_becomes_one_run_however_often_it_ticks(job: Job) -> None:
    planned(job, daily(time(10)), factories.at(9))
    assert [start_due_jobs(factories.at(10) + n * TICK) for n in range(-1, 3)] == [0, 1, 0, 0]
    assert runs() == [factories.at(10)]


def test_a_plan_that_cannot_be_read_keeps_no_other_from_running(job: Job) -> None:
    planned(job, daily(time(10)), factories.at(9))
    sending = Job.objects.select_related("practice").get(kind=JobKind.SEND)
    planned(sending, daily(time(10)), factories.at(9))
    Job.objects.filter(pk=job.pk).update(frequency="never")
    assert start_due_jobs(factories.at(10)) == 1
    assert JobRun.objects.get().job == sending


def test_switching_on_or_changing_a_plan_never_runs_the_past(job: Job) -> None:
    evening = factories.at(22, 30)
    planned(job, daily(time(10)), evening)
    assert start_due_jobs(evening + TICK) == 0
    job.refresh_from_db()
    assert job.next_run_at == factories.at(10, day=cast.TOMORROW)
    job = enable_job(job=job, is_enabled=False, actor=None, now=evening)
    assert job.next_run_at is None
    job = enable_job(job=job, is_enabled=True, actor=None, now=factories.at(11, day=cast.TOMORROW))
    assert start_due_jobs(factories.at(11, day=cast.TOMORROW) + TICK) == 0
    assert runs() == []


def test_what_was_missed_is_made_up_for_within_its_limit(job: Job) -> None:
    planned(job, daily(time(10)), factories.at(9), catch_up=60)
    start_due_jobs(factories.at(10, 59))
    [run] = JobRun.objects.all()
    assert (run.state, run.result) == ("queued", "")


def test_what_was_missed_for_longer_is_left_out_and_says_so(job: Job) -> None:
    planned(job, daily(time(10)), factories.at(9), catch_up=60)
    start_due_jobs(factories.at(11, 1))
    [run] = JobRun.objects.all()
    assert (run.state, run.result) == ("done", JobRun.Result.SKIPPED)
    assert "Verpasst" in run.note


def test_after_days_without_the_program_it_runs_once_at_most(job: Job) -> None:
    planned(job, daily(time(8), step=timedelta(minutes=30), until=time(18)), factories.at(7), catch_up=60)
    start_due_jobs(factories.at(12, 10, day=cast.MONDAY + timedelta(days=3)))
    assert JobRun.objects.count() == 1
    job.refresh_from_db()
    assert job.next_run_at == factories.at(12, 30, day=cast.MONDAY + timedelta(days=3))


def test_the_last_run_of_a_window_is_not_too_late(job: Job) -> None:
    planned(job, daily(time(8), step=timedelta(hours=1), until=time(18)), factories.at(17, 30))
    start_due_jobs(factories.at(18) + TICK)
    assert JobRun.objects.get().state == "queued"


SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("night", "time_of_it"),
    # In spring 02:30 does not exist: once, at 03:00. In autumn it exists twice: the first one only.
    [(SPRING, (3, 0)), (AUTUMN, (2, 30))],
)
def test_both_change_nights_run_once(job: Job, night: date, time_of_it: tuple[int, int]) -> None:
    now = berlin(night - timedelta(days=2), 12)
    planned(job, daily(time(2, 30)), now)
    while now < berlin(night + timedelta(days=1), 12):
        start_due_jobs(now)
        now += timedelta(minutes=15)
    assert runs() == [berlin(night - DAY, 2, 30), berlin(night, *time_of_it), berlin(night + DAY, 2, 30)]


@pytest.mark.parametrize("jump", [timedelta(hours=1), timedelta(hours=-1), timedelta(hours=-25)])
def test_a_clock_that_jumps_repeats_nothing(job: Job, jump: timedelta) -> None:
    planned(job, daily(time(10)), factories.at(9))
    now = factories.at(10) + TICK
    start_due_jobs(now)
    for step in range(20):
        start_due_jobs(now + jump + step * TICK)
        start_due_jobs(now + step * TICK)
    assert runs() == [factories.at(10)]


def test_a_holiday_moves_or_skips_a_run_as_the_plan_says(job: Job) -> None:
    planned(job, daily(time(10), on_holiday=OnHoliday.SKIP), berlin(date(2026, 12, 24), 11))
    job.refresh_from_db()
    assert job.next_run_at == berlin(date(2026, 12, 27), 10)


def test_a_plan_that_is_over_cannot_be_switched_on(job: Job) -> None:
    with pytest.raises(PlanHasNoRuns):
        planned(job, daily(time(10), end_on=date(2026, 2, 1)), factories.at(9))


def test_two_people_change_a_job_and_the_second_one_hears_of_it(job: Job) -> None:
    version = job.version
    plan_job(
        job=job, plan=daily(time(9)), catch_up_minutes=0, is_enabled=True, actor=None, now=cast.NOW, version=version
    )
    with pytest.raises(JobChanged):
        plan_job(
            job=job,
            plan=daily(time(11)),
            catch_up_minutes=0,
            is_enabled=True,
            actor=None,
            now=cast.NOW,
            version=version,
        )


def test_run_now_is_one_run_even_if_pressed_twice(job: Job) -> None:
    run_now(job=job, actor=None, now=cast.NOW)
    with pytest.raises(RunRefused):
        run_now(job=job, actor=None, now=cast.NOW + timedelta(seconds=1))
