"""A database with every migration done, made once a test run: the databases of the workers and of houses are copies.

Migrating takes twenty seconds of a core; a copy takes less than one.
"""

import fcntl
import os
import subprocess
import sys
from pathlib import Path

import psycopg

from praxis.embedded import POSTGRES_HOME

NAME = "praxis_migrated"
ROOT = Path(__file__).parent.parent


def make_once() -> str:
    """Name of the database on the engine of the test run; whoever asks while it is made waits."""
    with Path(os.environ["DATA_DIR"], f"{NAME}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not _exists():
            _make()
    return NAME


def copy_into(url: str) -> None:
    """Everything, into the empty database at `url`, on whatever engine."""
    make_once()
    dump = subprocess.run([_program("pg_dump"), "--dbname", _url(NAME)], check=True, capture_output=True).stdout
    words = [_program("psql"), "--quiet", "--set", "ON_ERROR_STOP=1", "--dbname", url]
    subprocess.run(words, input=dump, check=True, capture_output=True)


def make_copy(name: str) -> str:
    """Address of a database of that name on the engine of the test run."""
    make_once()
    with _connect() as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {NAME}")
    return _url(name)


def _exists() -> bool:
    with _connect() as connection:
        return connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME]).fetchone() is not None


def _make() -> None:
    draft = f"{NAME}_draft"
    with _connect() as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {draft}")
        connection.execute(f"CREATE DATABASE {draft}")
        words = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
        env = os.environ | {"DATABASE_URL": _url(draft), "DJANGO_SETTINGS_MODULE": "tests.settings"}
        subprocess.run(words, cwd=ROOT, env=env, check=True)
        connection.execute(f"ALTER DATABASE {draft} RENAME TO {NAME}")


def _connect() -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(_url("postgres"), autocommit=True)


def _url(database: str) -> str:
    return f"{os.environ['DATABASE_URL'].rpartition('/')[0]}/{database}"


def _program(name: str) -> str:
    return str(POSTGRES_HOME / "bin" / name)
