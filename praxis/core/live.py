"""Telling open calendar pages that something changed. A line says only where; the page fetches it with its own rights.

Lines live in a Redis stream. `announce` writes them, `praxis.core.live_hub` reads them once per web process.
"""

import json
import logging
from collections.abc import Iterable
from datetime import date
from functools import cache

import redis
from django.conf import settings
from django.db import transaction
from redis.backoff import NoBackoff
from redis.retry import Retry

logger = logging.getLogger(__name__)

STREAM = "praxis:live"
# A day of a busy house; a page that was away for longer reloads anyway.
STREAM_LENGTH = 10_000
START = "0-0"


@cache
def _redis(url: str) -> "redis.Redis":
    # Short and without retries: somebody waits for the answer to their booking while this runs.
    return redis.Redis.from_url(
        url, socket_connect_timeout=0.5, socket_timeout=1, retry=Retry(NoBackoff(), 0), decode_responses=True
    )


def announce(practice_id: int, columns: Iterable[int], days: Iterable[date]) -> None:
    """After the commit, tell the practice's open pages that these columns changed on these local days.

    Never fails: without Redis the pages notice by polling.
    """
    change = {"columns": sorted(set(columns)), "days": sorted({day.isoformat() for day in days})}
    line = json.dumps({"practice": practice_id} | change)
    transaction.on_commit(lambda: _send(line), robust=True)


def wake(topic: str, **hint: int) -> None:
    """After the commit, tell whoever listens to this topic to ask anew. A hint holds ids only; never fails."""
    line = json.dumps({"topic": topic, "hint": hint})
    transaction.on_commit(lambda: _send(line), robust=True)


def _send(line: str) -> None:
    try:
        _redis(settings.REDIS_URL).xadd(STREAM, {"change": line}, maxlen=STREAM_LENGTH, approximate=True)
    except redis.RedisError as error:
        logger.warning("Live line not sent: %s", type(error).__name__)


def position() -> str:
    """Where the stream stands. A page asks before it reads its rows and opens /live/?since=POSITION, so that no change
    falls between the two. Empty without Redis: the page then starts from now."""
    try:
        newest = _redis(settings.REDIS_URL).xrevrange(STREAM, count=1)
    except redis.RedisError as error:
        logger.warning("Live position unknown: %s", type(error).__name__)
        return ""
    return str(newest[0][0]) if newest else START
