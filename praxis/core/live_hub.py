"""One reader of the live stream per web process, fanning out to the open pages of each practice and to those that wait
for a topic (`praxis.core.live.wake`)."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from django.conf import settings
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from praxis.core.live import START, STREAM, STREAM_LENGTH

logger = logging.getLogger(__name__)

QUEUE_LENGTH = 64
BACKLOG_LENGTH = 500
BLOCK_MS = 5_000
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 5.0


@dataclass(frozen=True)
class Note:
    """`kind`: change (with data), resync (fetch all, something may be missing), lost (nothing comes, poll)."""

    kind: str
    id: str = ""
    data: str = "{}"


LOST = Note("lost")
NOBODY = 0
Inbox = asyncio.Queue[Note]
# A practice by its id, a topic by its name.
Owner = int | str


def order(stream_id: str) -> tuple[int, int]:
    milliseconds, _, number = stream_id.partition("-")
    return int(milliseconds), int(number or 0)


class Hub:
    def __init__(self, url: str) -> None:
        # The stubs of redis-py know only bytes; decode_responses makes them str.
        self._redis: Any = Redis.from_url(
            url,
            decode_responses=True,
            socket_connect_timeout=1,
            socket_timeout=BLOCK_MS / 1000 + 2,
            retry=Retry(NoBackoff(), 0),
        )
        self._inboxes: dict[Owner, set[Inbox]] = {}
        self._reader: asyncio.Task[None] | None = None
        self._positioned = asyncio.Event()
        self._connected = True
        self._last_id = ""

    @asynccontextmanager
    async def subscribed(self, owner: Owner) -> AsyncIterator[Inbox]:
        """From here on the inbox gets every note of the practice, or of the topic."""
        inbox: Inbox = asyncio.Queue(QUEUE_LENGTH)
        self._inboxes.setdefault(owner, set()).add(inbox)
        if not self._connected:
            inbox.put_nowait(LOST)
        if self._reader is None:
            self._reader = asyncio.create_task(self._read())
        try:
            # A reader without a position would begin after a backlog read meanwhile, with a hole between the two.
            await self._positioned.wait()
            yield inbox
        finally:
            self._inboxes[owner].discard(inbox)
            if not self._inboxes[owner]:
                del self._inboxes[owner]

    @property
    def pages(self) -> int:
        return sum(map(len, self._inboxes.values()))

    async def close(self) -> None:
        while self._reader is not None and not self._reader.done():
            # More than once: asyncio.wait_for inside redis-py swallows a cancellation that comes with a result.
            self._reader.cancel()
            await asyncio.wait([self._reader], timeout=0.1)
        await self._redis.aclose()

    async def backlog(self, owner: Owner, since: str) -> list[Note]:
        """What the owner missed after `since`; one resync note when that cannot be told any more."""
        try:
            lines = await self._redis.xrange(STREAM, min=f"({since}", count=BACKLOG_LENGTH + 1)
            oldest = await self._redis.xrange(STREAM, count=1)
            newest = await self._redis.xrevrange(STREAM, count=1)
            length = await self._redis.xlen(STREAM)
        except (RedisError, OSError):
            return [Note("resync")]
        newest_id = newest[0][0] if newest else START
        forgotten = length >= STREAM_LENGTH if since == START else not oldest or order(oldest[0][0]) > order(since)
        if forgotten or len(lines) > BACKLOG_LENGTH or order(since) > order(newest_id):
            return [Note("resync", newest_id)]
        return [note for whose, note in map(_parse, lines) if whose == owner]

    async def _read(self) -> None:
        pause = FIRST_PAUSE
        while self._inboxes:
            try:
                await self._read_once()
                pause = FIRST_PAUSE
            except (RedisError, OSError) as error:
                self._tell_lost(error)
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)
        self._reader, self._last_id, self._connected = None, "", True
        self._positioned.clear()

    def _tell_lost(self, error: Exception) -> None:
        if self._connected:
            logger.warning("Live stream lost: %s", type(error).__name__)
            self._connected = False
            self._tell_all(LOST)
        self._positioned.set()

    async def _read_once(self) -> None:
        if not self._last_id or not self._connected:
            await self._find_position()
        answer: Any = await self._redis.xread({STREAM: self._last_id}, count=200, block=BLOCK_MS)
        for _, lines in answer or []:
            for line in lines:
                owner, note = _parse(line)
                self._last_id = note.id
                for inbox in self._inboxes.get(owner, ()):
                    _put(inbox, note)

    async def _find_position(self) -> None:
        newest = await self._redis.xrevrange(STREAM, count=1)
        self._last_id = newest[0][0] if newest else START
        self._positioned.set()
        if not self._connected:
            self._connected = True
            logger.info("Live stream is back")
            self._tell_all(Note("resync", self._last_id))

    def _tell_all(self, note: Note) -> None:
        for inboxes in self._inboxes.values():
            for inbox in inboxes:
                _put(inbox, note)


def _put(inbox: Inbox, note: Note) -> None:
    """A page that does not keep up gets one "resync" for all it missed, and costs no memory."""
    with suppress(asyncio.QueueFull):
        inbox.put_nowait(note)
        return
    while not inbox.empty():
        inbox.get_nowait()
    inbox.put_nowait(note if note.kind == "lost" else Note("resync", note.id))


def _parse(line: tuple[str, dict[str, str]]) -> tuple[Owner, Note]:
    """Whose it is, and the note; a line that is not ours belongs to nobody."""
    stream_id, fields = line
    try:
        change = json.loads(fields["change"])
        if "topic" in change:
            return str(change["topic"]), Note("change", stream_id, json.dumps(change["hint"]))
        data = json.dumps({"columns": change["columns"], "days": change["days"]})
        return int(change["practice"]), Note("change", stream_id, data)
    except (KeyError, TypeError, ValueError):
        return NOBODY, Note("change", stream_id)


_hubs: WeakKeyDictionary[asyncio.AbstractEventLoop, Hub] = WeakKeyDictionary()


def hub() -> Hub:
    """The hub of the running event loop: connections and queues belong to one loop."""
    loop = asyncio.get_running_loop()
    if loop not in _hubs:
        _hubs[loop] = Hub(settings.REDIS_URL)
    return _hubs[loop]
