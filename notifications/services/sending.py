"""Senden: claims small batches, keeps each gateway's pace, calls outside any transaction, writes what came of it."""

import logging
import time
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import connection
from django_scopes import scope

from accounts.models import Practice
from notifications.channels import Gateway, Outgoing, Receipt
from notifications.services import send_sql
from notifications.services.claiming import claim_batch
from notifications.services.judging import Draft
from notifications.services.lanes import Lane, due_lanes, lane_practices, open_lane
from notifications.services.pacing import take_turn
from notifications.services.recording import Result, record, unexpected
from praxis.core.exceptions import OutsideError

logger = logging.getLogger(__name__)

# A task hands over to the next one before it blocks its worker process for long.
BUDGET = timedelta(seconds=20)
CALLS_AT_ONCE = 16
_DIED = "Die Bearbeitung wurde unterbrochen. Ob die Nachricht angekommen ist, ist unklar."

Clock = Callable[[], datetime]


def send_due(now: datetime, *, budget: timedelta = BUDGET, practice: Practice | None = None) -> int:
    """Send what is due and released, of one practice or of all; returns how many calls were made.

    Any number of workers may do this at the same time. Nothing is called twice, nothing inside a transaction.
    """
    started = time.monotonic()

    def clock() -> datetime:
        return now + timedelta(seconds=time.monotonic() - started)

    mark_the_dead_unclear(now)
    found = due_lanes(now, practice)
    practices = lane_practices(found)
    lanes = []
    for practice_id, channel in found:
        if practice_id in practices and (lane := _opened(practices[practice_id], channel)) is not None:
            lanes.append(lane)
    with _threads() as pool:
        return _Pump(lanes, pool, clock, started + budget.total_seconds()).run()


def _opened(practice: Practice, channel: str) -> Lane | None:
    """None: something is wrong with this practice's account. It keeps nobody else from sending."""
    try:
        with scope(practice=practice):
            return open_lane(practice, channel)
    except Exception as error:
        logger.error("Lane %s %s cannot be opened: %s", practice.pk, channel, type(error).__name__)
        return None


def mark_the_dead_unclear(now: datetime) -> int:
    """Messages whose worker died in the act: they may have been sent, so nobody sends them again."""
    with connection.cursor() as cursor:
        cursor.execute(send_sql.DIED, {"now": now, "error": _DIED})
        return cursor.rowcount


@contextmanager
def _threads() -> Iterator[ThreadPoolExecutor]:
    pool = ThreadPoolExecutor(CALLS_AT_ONCE, thread_name_prefix="gateway")
    try:
        yield pool
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


class _Pump:
    """Goes round the lanes until they are empty or the time is up; a slow gateway holds up nobody else's."""

    def __init__(self, lanes: list[Lane], pool: ThreadPoolExecutor, clock: Clock, deadline: float) -> None:
        self.lanes, self.pool, self.clock, self.deadline = lanes, pool, clock, deadline
        self.calls: dict[Future[Receipt | OutsideError], tuple[Lane, Draft, datetime]] = {}
        self.made = 0

    def run(self) -> int:
        try:
            while (self.lanes or self.calls) and time.monotonic() < self.deadline:
                moved = [self._advance_or_leave(lane) for lane in list(self.lanes)]
                if not self._collect() and not any(moved):
                    self._pause()
        finally:
            self._finish()
        return self.made

    def _advance_or_leave(self, lane: Lane) -> bool:
        """What goes wrong in one lane stops that lane: what it has claimed and not called goes back."""
        try:
            return self._advance(lane)
        except Exception as error:
            # Not the traceback: it may quote the message.
            logger.error("Lane %s %s: %s", lane.practice.pk, lane.channel, type(error).__name__)
            self.lanes.remove(lane)
            self._give_back(lane)
            return True

    def _advance(self, lane: Lane) -> bool:
        """One step of one lane; False: nothing to do before something answers or some time has gone."""
        with scope(practice=lane.practice):
            if lane.gateway.is_instant:
                return self._send_in_place(lane)
            if not lane.ready and not lane.is_empty:
                lane.ready.extend(claim_batch(lane, now=self.clock(), limit=lane.batch))
            if not lane.ready:
                if lane.is_empty and not lane.calls:
                    self.lanes.remove(lane)
                return False
            return self._call(lane)

    def _send_in_place(self, lane: Lane) -> bool:
        begun_at = self.clock()
        drafts = claim_batch(lane, now=begun_at, limit=lane.batch)
        if drafts:
            record(lane, [Result(d, _attempt(lane.gateway, d.outgoing), begun_at) for d in drafts], now=self.clock())
            self.made += len(drafts)
        if lane.is_empty:
            self.lanes.remove(lane)
        return True

    def _call(self, lane: Lane) -> bool:
        if len(self.calls) >= CALLS_AT_ONCE or time.monotonic() < lane.next_try:
            return False
        now = self.clock()
        if not lane.may_send(lane.ready[0].row.kind, now):
            self._give_back(lane)
            return True
        if waiting := take_turn(lane.account):
            lane.next_try = time.monotonic() + waiting
            if lane.next_try >= self.deadline and not lane.calls:
                # A pause of the account: a worker has better things to do than to wait for it.
                self._stop(lane)
            return False
        draft = lane.ready.popleft()
        self.calls[self.pool.submit(_attempt, lane.gateway, draft.outgoing)] = (lane, draft, now)
        lane.calls += 1
        self.made += 1
        return True

    def _collect(self) -> bool:
        done = [call for call in self.calls if call.done()]
        by_lane: dict[int, tuple[Lane, list[Result]]] = {}
        for call in done:
            lane, draft, begun_at = self.calls.pop(call)
            by_lane.setdefault(id(lane), (lane, []))[1].append(Result(draft, call.result(), begun_at))
        for lane, results in by_lane.values():
            with scope(practice=lane.practice):
                record(lane, results, now=self.clock())
                lane.calls -= len(results)
                if any(isinstance(one.answer, OutsideError) and one.answer.retry_after for one in results):
                    self._stop(lane)
        return bool(done)

    def _stop(self, lane: Lane) -> None:
        """The gateway wants a pause: what is claimed goes back."""
        self._give_back(lane)
        lane.is_empty = True

    def _give_back(self, lane: Lane) -> None:
        """Claimed and never called: certainly not sent."""
        now = self.clock()
        with scope(practice=lane.practice):
            record(lane, [Result(draft, None, now) for draft in lane.ready], now=now)
        lane.ready.clear()

    def _pause(self) -> None:
        now = time.monotonic()
        turns = [lane.next_try - now for lane in self.lanes if lane.ready]
        seconds = max(0.0005, min([*turns, 0.05, self.deadline - now]))
        if self.calls:
            wait(self.calls, timeout=seconds, return_when=FIRST_COMPLETED)
        else:
            time.sleep(seconds)

    def _finish(self) -> None:
        for lane in self.lanes:
            self._give_back(lane)
        while self.calls:
            wait(self.calls, timeout=1, return_when=FIRST_COMPLETED)
            self._collect()


def _attempt(gateway: Gateway, message: Outgoing) -> Receipt | OutsideError:
    """In a thread of its own, without the database."""
    try:
        return gateway.send(message)
    except OutsideError as error:
        return error
    except Exception as error:
        # Not the traceback: it may quote the message.
        logger.error("Sending failed: %s", type(error).__name__)
        return unexpected()
