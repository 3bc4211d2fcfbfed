"""Empties the database after a test that committed: only what is full, and by DELETE.

Django's own way truncates every table and makes permissions and content types anew: half a second, three hundred times.
"""

from django.db import connection
from django.test import TransactionTestCase
from psycopg.sql import SQL, Identifier, Literal

# Belong to the schema: made by `migrate`, the same for every test.
KEPT = {"django_content_type", "auth_permission", "django_migrations"}
_LOOK = SQL("(SELECT {} FROM {} LIMIT 1)")
_EMPTY = SQL("DELETE FROM {}")


def empty_quickly() -> None:
    """From now on tests that commit clean up like this."""
    TransactionTestCase._fixture_teardown = lambda _case: empty_tables()


def empty_tables() -> None:
    with connection.cursor() as cursor:
        names = sorted(set(connection.introspection.table_names(cursor)) - KEPT)
        cursor.execute(SQL(" UNION ALL ").join(_LOOK.format(Literal(name), Identifier(name)) for name in names))
        full = [name for (name,) in cursor.fetchall()]
        # All of them go, so nobody needs to ask which row hangs on which.
        cursor.execute("SET session_replication_role = replica")
        for name in full:
            cursor.execute(_EMPTY.format(Identifier(name)))
        cursor.execute("RESET session_replication_role")
