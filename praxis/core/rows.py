"""Rows for the paths where every millisecond of the processor counts: who calls, booking, the calendar page.

Compiling the SQL of a queryset costs the processor about five times what sending it and building the object costs, and
these few statements never change. Everywhere else a queryset and `save` are right.
"""

from collections.abc import Callable, Collection, Sequence
from functools import cache
from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection, models
from django.db.models import BooleanField, F, Func, Value
from django.db.models.expressions import DatabaseDefault
from django.db.transaction import get_connection
from django_scopes import get_scope

M = TypeVar("M", bound=models.Model)


def columns_of(model: type[models.Model], alias: str) -> str:
    """All columns of a model for a SELECT, in the order that `build` expects."""
    return ", ".join(f'{alias}."{field.column}"' for field in model._meta.concrete_fields)


def select(columns: str, tail: str) -> str:
    """A statement of fixed parts; values travel as parameters only."""
    return " ".join(("SELECT", columns, tail))


def build(model: type[M], values: Sequence[Any]) -> M:
    names, converters = _reading(model)
    if converters:
        values = list(values)
        for position, convert in converters:
            values[position] = convert(values[position], None, connection)
    return model.from_db(DEFAULT_DB_ALIAS, names, values)


def scoped_practice_id() -> int:
    """For statements written by hand. Raises KeyError without a scope."""
    practice_id: int = get_scope()["practice"].pk
    return practice_id


def row_by_id(model: type[M], row_id: int) -> M | None:
    """The row if it belongs to the practice of the active scope; the model has a column practice_id.

    `row_id` must be within bigint. Raises KeyError without a scope.
    """
    return rows_by_id((model, row_id))[0]


def rows_by_id(*wanted: tuple[type[models.Model], int]) -> list[Any]:
    """As `row_by_id` for rows of several models, asked in one message, in the order of the question."""
    practice_id = scoped_practice_id()
    statements = [_select_by_id(model) for model, _row_id in wanted]
    parameters = [value for _model, row_id in wanted for value in (row_id, practice_id)]
    with get_connection().cursor() as cursor:
        cursor.execute("; ".join(statements), parameters)
        found = [cursor.fetchone()]
        while cursor.nextset():
            found.append(cursor.fetchone())
    return [
        None if values is None else build(model, values) for (model, _id), values in zip(wanted, found, strict=True)
    ]


def among(name: str, ids: Collection[int]) -> Func:
    """For `filter`: as `name__in=ids`, which makes a place and a lookup for each id; this sends one array."""
    return Func(
        F(name), Value(list(ids)), template="%(expressions)s)", arg_joiner=" = ANY(", output_field=BooleanField()
    )


def insert(*rows: models.Model) -> None:
    """As save(force_insert=True): the database's defaults for what is not set, and the new id on the object.

    Several rows travel in one message.
    """
    # Not the proxy: it would look for the connection of this thread once per field.
    database = get_connection()
    statements, parameters = [], []
    for row in rows:
        given = []
        for field in row._meta.concrete_fields:
            value = getattr(row, field.attname)
            if not field.primary_key and not isinstance(value, DatabaseDefault):
                given.append(field.column)
                parameters.append(field.get_db_prep_save(value, database))
        statements.append(_insert(type(row), tuple(given)))
    with database.cursor() as cursor:
        cursor.execute("; ".join(statements), parameters)
        for row in rows:
            (row.pk,) = cursor.fetchone()
            row._state.adding = False
            row._state.db = DEFAULT_DB_ALIAS
            cursor.nextset()


@cache
def _insert(model: type[models.Model], given: tuple[str, ...]) -> str:
    columns = ", ".join(f'"{column}"' for column in given)
    places = ", ".join(["%s"] * len(given))
    return " ".join(("INSERT INTO", f'"{model._meta.db_table}" ({columns}) VALUES ({places}) RETURNING id'))


@cache
def _select_by_id(model: type[models.Model]) -> str:
    return select(columns_of(model, "t"), f'FROM "{model._meta.db_table}" t WHERE t.id = %s AND t.practice_id = %s')


@cache
def _reading(model: type[models.Model]) -> tuple[list[str], list[tuple[int, Callable[..., Any]]]]:
    fields = model._meta.concrete_fields
    converters = [(n, field.from_db_value) for n, field in enumerate(fields) if hasattr(field, "from_db_value")]
    return [field.attname for field in fields], converters
