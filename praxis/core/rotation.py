"""Re-encrypting stored secrets with the newest key, so that an old one can leave FIELD_KEYS."""

from collections.abc import Callable, Iterator

from django.apps import apps
from django.db import connection
from psycopg import sql

from praxis.core import crypto
from praxis.core.fields import EncryptedTextField

BATCH = 500
# Answers how many values got the newest key.
Rotate = Callable[[], int]

_others: dict[str, Rotate] = {}


def rotates(place: str) -> Callable[[Rotate], Rotate]:
    """Decorator, in a module that an app loads at the start: for secrets that are no EncryptedTextField of ours."""

    def register(function: Rotate) -> Rotate:
        _others[place] = function
        return function

    return register


def rotate_everything() -> Iterator[tuple[str, int]]:
    """Where, and how many values got the newest key, one place after the other."""
    for field in encrypted_fields():
        yield field.place, rotate_field(field)
    for place, rotate in _others.items():
        yield place, rotate()


def encrypted_fields() -> list[EncryptedTextField]:
    models = apps.get_models()
    return [
        field
        for model in models
        for field in model._meta.local_concrete_fields
        if isinstance(field, EncryptedTextField)
    ]


def rotate_field(field: EncryptedTextField) -> int:
    """Returns how many values got the newest key. Each change stands alone: it may be interrupted and started again."""
    change = _statement("UPDATE {table} SET {column} = %s WHERE {pk} = %s AND {column} = %s", field)
    rotated = 0
    for key, old in _values_of_old_keys(field):
        new = crypto.encrypt(crypto.decrypt(old, aad=field.place), aad=field.place)
        with connection.cursor() as cursor:
            # A value that was changed meanwhile already has the newest key.
            cursor.execute(change, [new, key, old])
            rotated += cursor.rowcount
    return rotated


def _values_of_old_keys(field: EncryptedTextField) -> Iterator[tuple[int, str]]:
    prefix = f"{crypto.newest_key_id()}:"
    page = _statement(
        "SELECT {pk}, {column} FROM {table} WHERE {column} <> '' AND NOT starts_with({column}, %s) "
        "AND {pk} > %s ORDER BY {pk} LIMIT %s",
        field,
    )
    last = -1
    while True:
        with connection.cursor() as cursor:
            cursor.execute(page, [prefix, last, BATCH])
            rows = cursor.fetchall()
        yield from rows
        if len(rows) < BATCH:
            return
        last = rows[-1][0]


def _statement(text: str, field: EncryptedTextField) -> str:
    meta = field.model._meta
    composed = sql.SQL(text).format(
        table=sql.Identifier(meta.db_table),
        column=sql.Identifier(str(field.column)),
        pk=sql.Identifier(str(meta.pk.column)),
    )
    return composed.as_string()
