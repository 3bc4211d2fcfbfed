import secrets
from typing import Any

import pytest
from django.core.cache import cache, caches
from redis.exceptions import ConnectionError as RedisGone

from praxis.core.throttling import allow, is_spent


def test_so_many_and_no_more() -> None:
    key = secrets.token_hex(8)
    assert [allow(what="test", key=key, most=2, seconds=60) for _ in range(3)] == [True, True, False]
    assert is_spent(what="test", key=key, most=2)


def test_a_window_always_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also when it was over just between beginning and counting."""
    key = secrets.token_hex(8)
    name = f"tries:test:{key}"
    monkeypatch.setattr(caches["default"], "add", lambda *_args, **_options: cache.set(name, 0, None))
    allow(what="test", key=key, most=1, seconds=60)
    shared: Any = caches["default"]
    client = shared._cache.get_client(None)
    assert 0 < client.ttl(cache.make_key(name)) <= 60


def test_without_the_cache_nobody_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*_args: object, **_options: object) -> None:
        raise RedisGone

    for name in ("add", "get"):
        monkeypatch.setattr(caches["default"], name, gone)
    assert allow(what="test", key="x", most=0, seconds=60)
    assert not is_spent(what="test", key="x", most=0)
