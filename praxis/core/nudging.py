"""Waking a worker after the commit. Only a courtesy: the sweeper finds every row without it."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from math import ceil

from celery import current_app
from django.db import connection, models, transaction
from django.utils import timezone
from kombu import Connection
from kombu.exceptions import LimitExceeded, OperationalError
from kombu.pools import producers
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

RUN_DUE = "praxis.core.tasks.run_due"
WAIT_SECONDS = 0.5
# Workers keep what comes later in memory until then; beyond this the sweeper is soon enough.
LOOK_AHEAD = timedelta(minutes=1)
GRAIN_SECONDS = 0.5
# What this process has sent for later, by label; what has passed is dropped at the next one.
_looks: dict[str, set[datetime]] = {}


def nudge(model: type[models.Model], *, due_at: datetime | None = None) -> None:
    """After the commit, have a worker look at the model's due rows: once, however many rows the transaction wrote.

    Rows due within the next minute are looked at to the second, later ones by the sweeper.
    """
    now = timezone.now()
    if due_at is not None and due_at > now:
        if due_at <= now + LOOK_AHEAD:
            transaction.on_commit(partial(_send_once, model._meta.label, due_at), robust=True)
        return
    send = _sender(model._meta.label)
    if not any(entry[1] is send for entry in connection.run_on_commit):
        transaction.on_commit(send, robust=True)


@cache
def _sender(label: str) -> Callable[[], None]:
    """The same function for the same label, by which `nudge` knows its own."""
    return partial(_send, label)


def _send_once(label: str, due_at: datetime) -> None:
    """One look at the queue serves all that is due by then: a thousand rows need no thousand looks in one second."""
    look = datetime.fromtimestamp(ceil(due_at.timestamp() / GRAIN_SECONDS) * GRAIN_SECONDS, UTC)
    planned = {known for known in _looks.get(label, ()) if known > timezone.now()}
    if look not in planned:
        _send(label, eta=look)
    _looks[label] = planned | {look}


def _send(label: str, eta: datetime | None = None) -> None:
    try:
        with producers[_broker()].acquire(block=True, timeout=WAIT_SECONDS) as producer:
            current_app.tasks[RUN_DUE].apply_async(args=[label], producer=producer, retry=False, eta=eta)
    except (OperationalError, LimitExceeded, RedisError, OSError) as error:
        logger.warning("Worker not nudged for %s: %s", label, type(error).__name__)


def _broker() -> Connection:
    """Celery's broker without its patience: somebody waits for the answer to their booking while this runs."""
    impatient = {"max_retries": 0, "socket_connect_timeout": WAIT_SECONDS, "socket_timeout": 2 * WAIT_SECONDS}
    patient = current_app.conf.broker_transport_options or {}
    return current_app.connection_for_write(transport_options={**patient, **impatient})
