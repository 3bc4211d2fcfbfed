"""Which function works on which kind of row, and the sweep that hands them their due rows."""

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, TypeVar

from praxis.core.audit import VIA_WORKER, acting_via
from praxis.core.exceptions import OutsideError
from praxis.core.jobs import claim, expire, finish, mark_unknown, retry
from praxis.core.nudging import nudge
from praxis.core.workrow import WorkRow, WorkState

logger = logging.getLogger(__name__)

W = TypeVar("W", bound=WorkRow)

# A task hands over to the next one before it blocks its worker process for long.
TIME_BUDGET = timedelta(seconds=20)

_handlers: dict[type[WorkRow], Callable[..., None]] = {}
_batches: dict[type[WorkRow], Callable[[datetime], int]] = {}
_each_tick: list[Callable[[datetime], None]] = []


def work(model: type[W]) -> Callable[[Callable[[W], None]], Callable[[W], None]]:
    """Decorator for the function that does one row of `model`, called outside any transaction.

    Returning means done; a handler with a receipt calls `finish(row, now=..., **receipt)` itself. An OutsideError says
    what comes next; any other error means again later, or unknown when the model is at most once.
    """

    def register(handler: Callable[[W], None]) -> Callable[[W], None]:
        _handlers[model] = handler
        return handler

    return register


def work_in_batches(model: type[WorkRow]) -> Callable[[Callable[[datetime], int]], Callable[[datetime], int]]:
    """Decorator for a loop of its own over the due rows of `model`, where one by one would be too slow.

    The function claims, works and ends its rows itself and answers how many; it stops within the time budget.
    """

    def register(function: Callable[[datetime], int]) -> Callable[[datetime], int]:
        _batches[model] = function
        return function

    return register


def each_tick(function: Callable[[datetime], None]) -> Callable[[datetime], None]:
    """Decorator: called with the present instant before each sweep, to write the work rows that time itself causes."""
    if function not in _each_tick:
        _each_tick.append(function)
    return function


def handlers() -> dict[type[WorkRow], Callable[..., None]]:
    return dict(_handlers)


def model_by_label(label: str) -> type[WorkRow]:
    return next(model for model in (*_handlers, *_batches) if model._meta.label == label)


def sweep(now: datetime) -> int:
    """Work on every due row of every registered model; returns how many rows were worked on."""
    started = time.monotonic()

    def clock() -> datetime:
        """One model may keep the next one waiting for a minute, and some must not be late by their hour."""
        return now + timedelta(seconds=time.monotonic() - started)

    for function in _each_tick:
        _call(function, clock())
    return sum(run_due(model, now=clock()) for model in (*_handlers, *_batches))


def _call(function: Callable[[datetime], Any], now: datetime) -> int:
    """One that fails keeps nobody else from working."""
    try:
        with acting_via(VIA_WORKER):
            return function(now) or 0
    except Exception as error:
        logger.error("%s: %s", function.__qualname__, _where(error))
        return 0


def run_due(model: type[WorkRow], *, now: datetime, budget: timedelta = TIME_BUDGET) -> int:
    """Work on the due rows of one model, one claim at a time, until none is left or the budget is spent."""
    if model in _batches:
        return _call(_batches[model], now)
    started = time.monotonic()
    expire(model, now=now)
    worked_on = 0
    while (spent := timedelta(seconds=time.monotonic() - started)) < budget:
        # One by one: a row claimed early and begun late would lose its lease while waiting.
        rows = claim(model, now=now + spent)
        if not rows:
            break
        with acting_via(VIA_WORKER):
            _work_on(rows[0], clock=lambda: now + timedelta(seconds=time.monotonic() - started))
        worked_on += 1
    else:
        if model.is_watched:
            nudge(model)
    return worked_on


def _work_on(row: WorkRow, *, clock: Callable[[], datetime]) -> None:
    try:
        _handlers[type(row)](row)
    except OutsideError as error:
        logger.warning("%s %s: outside error, attempt %s", row._meta.label, row.pk, row.attempts)
        if row.at_most_once and error.outcome_unknown:
            mark_unknown(row, now=clock(), error=error.message)
        else:
            retry(row, now=clock(), error=error.message, permanent=error.permanent, retry_after=error.retry_after)
    except Exception as error:
        # Not logger.exception: a message or a traceback may quote what the row is about.
        logger.error("%s %s: %s", row._meta.label, row.pk, _where(error))
        message = f"Unerwarteter Fehler ({type(error).__name__})."
        if row.at_most_once:
            mark_unknown(row, now=clock(), error=message)
        else:
            retry(row, now=clock(), error=message)
    else:
        if row.state == WorkState.RUNNING:
            finish(row, now=clock())


def _where(error: Exception) -> str:
    traceback = error.__traceback__
    while traceback and traceback.tb_next:
        traceback = traceback.tb_next
    place = f"{traceback.tb_frame.f_code.co_filename}:{traceback.tb_lineno}" if traceback else "?"
    return f"{type(error).__name__} at {place}"
