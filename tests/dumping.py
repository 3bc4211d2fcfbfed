"""All that the program has written down anywhere, as one would read it with every key at hand."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import redis
from django.apps import apps
from django.conf import settings
from django.db import connection
from psycopg.sql import SQL, Identifier

from praxis.core.crypto import decrypt
from praxis.core.fields import EncryptedTextField

ROWS = SQL("SELECT t::text FROM {} t")
TEXTS = SQL("SELECT {column} FROM {table} WHERE {column} <> ''")
TABLES = "SELECT relname FROM pg_stat_user_tables ORDER BY relname"


def database() -> Iterator[tuple[str, str]]:
    """Every row of every table as text, as a logical dump holds it, and every encrypted text in the clear."""
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        for (table,) in cursor.fetchall():
            cursor.execute(ROWS.format(Identifier(table)))
            yield from ((table, row) for (row,) in cursor.fetchall())
        for field in _encrypted():
            table = field.model._meta.db_table
            cursor.execute(TEXTS.format(column=Identifier(str(field.column)), table=Identifier(table)))
            yield from ((f"{table}.{field.column}", decrypt(text, aad=field.place)) for (text,) in cursor.fetchall())


def _encrypted() -> Iterator[EncryptedTextField]:
    for model in apps.get_models():
        yield from (field for field in model._meta.local_concrete_fields if isinstance(field, EncryptedTextField))


def memory() -> Iterator[tuple[str, str]]:
    """Redis, whatever kind a key is of."""
    store: Any = redis.Redis.from_url(settings.REDIS_URL)
    reading = {
        b"string": store.get,
        b"hash": store.hgetall,
        b"list": lambda key: store.lrange(key, 0, -1),
        b"set": store.smembers,
        b"zset": lambda key: store.zrange(key, 0, -1),
        b"stream": store.xrange,
    }
    for key in store.scan_iter():
        yield "redis", f"{key!r} {reading[store.type(key)](key)!r}"


def logs(*more: Path) -> Iterator[tuple[str, str]]:
    """Of the engines, and those that are named."""
    for path in (*Path(os.environ["DATA_DIR"]).rglob("*.log"), *more):
        yield path.name, path.read_text(errors="replace")


def hits(canaries: list[str], *places: Iterator[tuple[str, str]]) -> set[tuple[str, str]]:
    """Where each canary sings, in whatever case and spelling JSON or bytes give it."""
    found = set()
    for place in places:
        for where, text in place:
            said = text.casefold()
            found |= {(where, canary) for canary in canaries if canary.casefold() in said}
    return found
