import asyncio
import json
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path

import pytest
import redis

from praxis.core import live, live_hub
from praxis.core.live_hub import Hub, Inbox, Note
from tests.core.valkey_process import ValkeyProcess

MONDAY = date(2026, 11, 23)


@pytest.fixture
def valkey() -> Iterator[ValkeyProcess]:
    # Not tmp_path: the path of a socket must be short.
    home = Path(tempfile.mkdtemp())
    process = ValkeyProcess(home)
    process.start()
    yield process
    process.stop()
    shutil.rmtree(home, ignore_errors=True)


@pytest.fixture
def say(valkey: ValkeyProcess) -> Iterator[Callable[..., str]]:
    with redis.Redis.from_url(valkey.url, decode_responses=True) as client:

        def send(practice: int, *columns: int, **extra: int) -> str:
            line = json.dumps({"practice": practice, "columns": columns, "days": [MONDAY.isoformat()]})
            return client.xadd(live.STREAM, {"change": line}, **extra)

        yield send


@asynccontextmanager
async def hub_of(url: str) -> AsyncIterator[Hub]:
    hub = Hub(url)
    yield hub
    await hub.close()


async def next_note(inbox: Inbox, seconds: float = 5) -> Note:
    return await asyncio.wait_for(inbox.get(), seconds)


def columns(note: Note) -> list[int]:
    return json.loads(note.data)["columns"]


def test_every_page_of_a_practice_hears_its_changes_and_nobody_elses(
    valkey: ValkeyProcess, say: Callable[..., str]
) -> None:
    async def play() -> None:
        async with (
            hub_of(valkey.url) as hub,
            hub.subscribed(1) as one,
            hub.subscribed(1) as two,
            hub.subscribed(2) as far,
        ):
            say(1, 7, 8)
            said_to_far = say(2, 9)
            for inbox in (one, two):
                note = await next_note(inbox)
                assert json.loads(note.data) == {"columns": [7, 8], "days": ["2026-11-23"]}
            assert (await next_note(far)).id == said_to_far
            assert one.empty()

    asyncio.run(play())


def test_two_web_processes_hear_the_same_line(valkey: ValkeyProcess, say: Callable[..., str]) -> None:
    async def play() -> None:
        async with (
            hub_of(valkey.url) as here,
            hub_of(valkey.url) as there,
            here.subscribed(1) as one,
            there.subscribed(1) as two,
        ):
            say(1, 7)
            assert await next_note(one) == await next_note(two)

    asyncio.run(play())


def test_what_came_before_the_first_page_is_history(valkey: ValkeyProcess, say: Callable[..., str]) -> None:
    async def play() -> None:
        say(1, 1)
        async with hub_of(valkey.url) as hub, hub.subscribed(1) as inbox:
            say(1, 2)
            assert columns(await next_note(inbox)) == [2]

    asyncio.run(play())


def test_a_page_that_was_away_gets_what_it_missed_in_order(valkey: ValkeyProcess, say: Callable[..., str]) -> None:
    async def play() -> None:
        seen = say(1, 1)
        say(2, 5)
        missed = [say(1, 2), say(1, 3)]
        async with hub_of(valkey.url) as hub:
            assert [note.id for note in await hub.backlog(1, seen)] == missed
            assert await hub.backlog(1, missed[-1]) == []

    asyncio.run(play())


def test_a_page_that_saw_the_empty_stream_gets_all_there_is(valkey: ValkeyProcess, say: Callable[..., str]) -> None:
    async def play() -> None:
        first = say(1, 1)
        async with hub_of(valkey.url) as hub:
            assert [note.id for note in await hub.backlog(1, live.START)] == [first]

    asyncio.run(play())


@pytest.mark.parametrize("case", ["trimmed", "too much", "emptied", "from the future"])
def test_a_page_whose_gap_cannot_be_told_is_asked_to_fetch_all(
    valkey: ValkeyProcess, say: Callable[..., str], monkeypatch: pytest.MonkeyPatch, case: str
) -> None:
    monkeypatch.setattr(live_hub, "BACKLOG_LENGTH", 3)

    async def play() -> None:
        seen = say(1, 1)
        if case == "trimmed":
            say(1, 2)
            say(1, 3, maxlen=1, approximate=False)
        elif case == "too much":
            for number in range(4):
                say(1, number)
        elif case == "emptied":
            with redis.Redis.from_url(valkey.url) as client:
                client.flushall()
        else:
            seen = "99999999999999-0"
        async with hub_of(valkey.url) as hub:
            assert [note.kind for note in await hub.backlog(1, seen)] == ["resync"]

    asyncio.run(play())


def test_a_page_that_does_not_keep_up_gets_one_resync_and_then_goes_on(
    valkey: ValkeyProcess, say: Callable[..., str]
) -> None:
    async def play() -> None:
        async with hub_of(valkey.url) as hub, hub.subscribed(1) as slow, hub.subscribed(2) as marker:
            for number in range(live_hub.QUEUE_LENGTH + 1):
                overflow = say(1, number)
            say(2, 1)
            await next_note(marker)
            assert await next_note(slow) == Note("resync", overflow)
            say(1, 99)
            assert columns(await next_note(slow)) == [99]

    asyncio.run(play())


def test_lines_that_are_not_ours_are_passed_over(valkey: ValkeyProcess, say: Callable[..., str]) -> None:
    async def play() -> None:
        with redis.Redis.from_url(valkey.url) as client:
            async with hub_of(valkey.url) as hub, hub.subscribed(1) as inbox:
                client.xadd(live.STREAM, {"change": "garbage"})
                client.xadd(live.STREAM, {"other": "field"})
                client.xadd(live.STREAM, {"change": json.dumps([1])})
                say(1, 7)
                assert columns(await next_note(inbox)) == [7]

    asyncio.run(play())


def test_pages_are_told_when_redis_is_gone_and_when_it_is_back(
    valkey: ValkeyProcess, say: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_hub, "FIRST_PAUSE", 0.05)
    monkeypatch.setattr(live_hub, "LONGEST_PAUSE", 0.1)

    async def play() -> None:
        async with hub_of(valkey.url) as hub, hub.subscribed(1) as inbox:
            valkey.stop()
            assert (await next_note(inbox)).kind == "lost"
            async with hub.subscribed(1) as late:
                assert (await next_note(late)).kind == "lost", "who comes while it is down must poll too"
            valkey.start()
            assert (await next_note(inbox)).kind == "resync"
            say(1, 7)
            assert columns(await next_note(inbox)) == [7]

    asyncio.run(play())


def test_a_hub_without_pages_stops_reading_and_starts_again(valkey: ValkeyProcess, say: Callable[..., str]) -> None:
    async def play() -> None:
        async with hub_of(valkey.url) as hub:
            async with hub.subscribed(1):
                pass
            say(1, 1)
            async with hub.subscribed(1) as inbox:
                say(1, 2)
                assert columns(await next_note(inbox)) in ([1], [2])

    asyncio.run(play())
