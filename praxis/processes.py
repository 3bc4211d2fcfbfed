"""Starting, stopping and finding again the processes of one machine."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import psutil

# Every process of `make run` carries its DATA_DIR in this variable, so that a later run knows what an earlier one left.
MARK = "PRAXIS_RUN"
LOG_LIMIT_BYTES = 10_000_000
# Loaded before there are children: between fork and exec is no time for it.
LIBC = ctypes.CDLL(None)
PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class Account:
    uid: int
    gid: int


@dataclass(frozen=True)
class Program:
    name: str
    command: list[str]
    cwd: Path
    stop_signal: signal.Signals = signal.SIGTERM
    # None: the present account. Only root may name another one.
    account: Account | None = None
    # None: the terminal.
    log: Path | None = None


@dataclass
class Running:
    program: Program
    process: subprocess.Popen[bytes]
    started_at: float = field(default_factory=time.monotonic)

    @property
    def has_ended(self) -> bool:
        return self.process.poll() is not None


def launch(program: Program, env: dict[str, str]) -> Running:
    """Start in a session of its own: Ctrl-C reaches the supervisor only, and the whole group can be ended."""
    account = program.account
    log = _open_log(program.log) if program.log else None
    try:
        process = subprocess.Popen(
            program.command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=program.cwd,
            env=env,
            start_new_session=True,
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
            preexec_fn=partial(end_with_parent, program.stop_signal),
        )
    finally:
        if log is not None:
            os.close(log)
    return Running(program, process)


def stop(running: Iterable[Running], *, timeout: float) -> None:
    """Ask all at once, wait together, then end what is left of each group."""
    everything = list(running)
    for one in everything:
        with suppress(ProcessLookupError):
            one.process.send_signal(one.program.stop_signal)
    deadline = time.monotonic() + timeout
    for one in everything:
        with suppress(subprocess.TimeoutExpired):
            one.process.wait(timeout=max(0, deadline - time.monotonic()))
        end_group(one)


def end_group(one: Running) -> None:
    """Kill whatever lives on in the group of a process, its dead leader's children included."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(one.process.pid, signal.SIGKILL)
    one.process.wait()


def left_over(data_dir: Path) -> list[psutil.Process]:
    """Processes of an earlier run on this DATA_DIR. Only meaningful while holding its lock."""
    own = {os.getpid(), *(parent.pid for parent in psutil.Process().parents())}
    return [process for process in psutil.process_iter() if process.pid not in own and _belongs(process, data_dir)]


def stop_left_over(processes: list[psutil.Process], *, timeout: float) -> None:
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            # PostgreSQL would wait for its clients on SIGTERM.
            process.send_signal(signal.SIGINT if process.name() == "postgres" else signal.SIGTERM)
    _, stubborn = psutil.wait_procs(processes, timeout=timeout)
    for process in stubborn:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(stubborn, timeout=timeout)


def _belongs(process: psutil.Process, data_dir: Path) -> bool:
    try:
        if process.name() in ("postgres", "valkey-server"):
            # These overwrite their environment; their command line names a folder or file in DATA_DIR.
            return any(word.startswith(f"{data_dir}/") for word in process.cmdline())
        return process.environ().get(MARK) == str(data_dir)
    except (psutil.Error, OSError):
        return False


def _open_log(path: Path) -> int:
    if path.exists() and path.stat().st_size > LOG_LIMIT_BYTES:
        path.replace(path.with_suffix(".log.1"))
    return os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)


def end_with_parent(stop_signal: signal.Signals) -> None:
    """Linux sends this process a signal when its parent dies by whatever means; elsewhere the next run finds it."""
    if sys.platform == "linux":
        LIBC.prctl(PR_SET_PDEATHSIG, int(stop_signal))
