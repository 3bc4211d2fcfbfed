import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from celery import current_app
from django.db import transaction

from praxis.core import nudging, sweeping, tasks
from praxis.core.audit import current_via
from praxis.core.exceptions import OutsideError
from praxis.core.jobs import enqueue, finish
from praxis.core.workrow import WorkRow, WorkState
from tests.workapp.models import Errand, Letter

pytestmark = [pytest.mark.usefixtures("work_tables"), pytest.mark.django_db]

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)


@pytest.fixture(autouse=True)
def only_our_handlers(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, empty in (("_handlers", {}), ("_batches", {}), ("_each_tick", [])):
        monkeypatch.setattr(sweeping, name, empty)


def one(model: type[WorkRow]) -> WorkRow:
    return model._base_manager.get(pk=enqueue(model, dedupe_key=None, due_at=NOW))


def state(row: WorkRow) -> str:
    row.refresh_from_db()
    return row.state


def raising(error: Exception) -> Callable[[WorkRow], None]:
    def handle(row: WorkRow) -> None:
        raise error

    return handle


def test_it_hands_every_due_row_to_the_handler_of_its_model() -> None:
    seen: list[tuple[str, str]] = []

    @sweeping.work(Errand)
    @sweeping.work(Letter)
    def handle(row: WorkRow) -> None:
        seen.append((type(row).__name__, current_via.get()))

    rows = [one(Errand), one(Errand), one(Letter)]
    assert sweeping.sweep(NOW) == 3
    assert sorted(seen) == [("Errand", "worker"), ("Errand", "worker"), ("Letter", "worker")]
    assert {state(row) for row in rows} == {"done"}
    assert sweeping.sweep(NOW) == 0


def test_a_handler_may_write_its_receipt_itself() -> None:
    @sweeping.work(Errand)
    def handle(row: Errand) -> None:
        finish(row, now=NOW, note="receipt 7")

    row = one(Errand)
    sweeping.sweep(NOW)
    assert (state(row), row.note, row.finished_at) == (WorkState.DONE, "receipt 7", NOW)


@pytest.mark.parametrize(
    ("model", "error", "expected"),
    [
        (Errand, OutsideError("weg"), "queued"),
        (Errand, OutsideError("weg", outcome_unknown=True), "queued"),
        (Errand, OutsideError("nein", permanent=True), "failed"),
        (Errand, ZeroDivisionError(), "queued"),
        (Letter, OutsideError("nicht verbunden"), "queued"),
        (Letter, OutsideError("abgebrochen", outcome_unknown=True), "unknown"),
        (Letter, OutsideError("nein", permanent=True), "failed"),
        (Letter, ZeroDivisionError(), "unknown"),
    ],
)
def test_an_error_decides_what_comes_next(model: type[WorkRow], error: Exception, expected: str) -> None:
    sweeping.work(model)(raising(error))
    row = one(model)
    sweeping.sweep(NOW)
    assert state(row) == expected
    assert row.last_error


def test_one_bad_row_does_not_keep_the_others(caplog: pytest.LogCaptureFixture) -> None:
    first, second = one(Errand), one(Errand)

    @sweeping.work(Errand)
    def handle(row: Errand) -> None:
        if row.pk == first.pk:
            raise ValueError("Erika Mustermann")

    with caplog.at_level(logging.INFO):
        assert sweeping.sweep(NOW) == 2
    assert (state(first), state(second)) == ("queued", "done")
    assert "ValueError" in caplog.text
    assert "Mustermann" not in caplog.text + first.last_error


def test_it_hands_over_when_its_time_is_spent() -> None:
    sweeping.work(Errand)(lambda row: None)
    one(Errand)
    assert sweeping.run_due(Errand, now=NOW, budget=timedelta()) == 0


def test_a_commit_nudges_the_worker_once_however_many_rows_it_wrote(
    django_capture_on_commit_callbacks: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[str] = []
    monkeypatch.setattr(tasks.run_due, "apply_async", lambda args, **_: ran.extend(args))
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        for _ in range(3):
            one(Errand)
        one(Letter)
        enqueue(Letter, dedupe_key=None, due_at=datetime.now(UTC) + timedelta(days=1))
    assert ran == ["workapp.Errand", "workapp.Letter"]


def test_an_unreachable_redis_costs_the_person_who_books_no_time_and_no_booking(
    django_capture_on_commit_callbacks: Callable, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(current_app.conf, "broker_write_url", "redis://127.0.0.1:1/0")
    started = time.monotonic()
    with django_capture_on_commit_callbacks(execute=True):
        nudging.nudge(Errand)
    assert "not nudged" in caplog.text
    assert time.monotonic() - started < 3, "Celery's own patience is 6 seconds"


def test_the_task_finds_the_model_by_its_label() -> None:
    done: list[int] = []
    sweeping.work(Errand)(lambda row: done.append(row.pk))
    row = one(Errand)
    tasks.run_due("workapp.Errand")
    tasks.tick()
    assert done == [row.pk]


def test_a_loop_of_its_own_takes_the_place_of_one_by_one() -> None:
    asked: list[datetime] = []

    @sweeping.work_in_batches(Letter)
    def loop(now: datetime) -> int:
        asked.append(now)
        return 7

    one(Letter)
    assert sweeping.sweep(NOW) == 7
    assert sweeping.run_due(sweeping.model_by_label(Letter._meta.label), now=NOW) == 7
    assert asked[1] == NOW
    assert timedelta() <= asked[0] - NOW < timedelta(seconds=5)


def test_whoever_comes_last_in_a_sweep_is_told_how_late_it_is() -> None:
    """Quiet hours, leases and limits of a loop count from the time it begins."""
    asked: list[datetime] = []

    @sweeping.work(Errand)
    def handle(row: Errand) -> None:
        time.sleep(0.3)

    @sweeping.work_in_batches(Letter)
    def loop(now: datetime) -> int:
        asked.append(now)
        return 0

    one(Errand)
    sweeping.sweep(NOW)
    assert asked[0] - NOW >= timedelta(seconds=0.3)


def test_what_each_tick_causes_is_worked_on_by_the_same_sweep() -> None:
    @sweeping.work(Errand)
    def handle(row: Errand) -> None: ...

    @sweeping.each_tick
    def cause(now: datetime) -> None:
        enqueue(Errand, dedupe_key=None, due_at=now)

    assert sweeping.sweep(NOW) == 1


def test_a_loop_that_fails_keeps_nobody_else_from_working(caplog: pytest.LogCaptureFixture) -> None:
    @sweeping.work(Errand)
    def handle(row: Errand) -> None: ...

    @sweeping.each_tick
    @sweeping.work_in_batches(Letter)
    def broken(now: datetime) -> int:
        raise ValueError("Magda Mustermann")

    one(Errand)
    assert sweeping.sweep(NOW) == 1
    assert "ValueError" in caplog.text
    assert "Mustermann" not in caplog.text


def test_a_task_whose_time_is_up_calls_the_next_one_where_somebody_watches(monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[type[WorkRow]] = []
    monkeypatch.setattr(sweeping, "nudge", called.append)
    monkeypatch.setattr(Errand, "is_watched", True)

    @sweeping.work(Errand)
    @sweeping.work(Letter)
    def slow(row: WorkRow) -> None:
        time.sleep(0.02)

    for model in (Errand, Letter):
        one(model)
        one(model)
        assert sweeping.run_due(model, now=NOW, budget=timedelta(milliseconds=10)) == 1
    assert called == [Errand]
    assert sweeping.run_due(Errand, now=NOW) == 1
    assert called == [Errand], "nothing is left to do"
