"""The system's coturn for tests of calls: relays on this machine only, each with ports of its own.

`with running_turn(folder) as turn:` gives the address; `turn.kill()` and `turn.start()` cut the line and mend it.
"""

import contextlib
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.system_packages import install

HINT = "Der Test braucht coturn: bitte installieren (Debian: apt-get install coturn) oder TURNSERVER setzen."
SECRET = "nur-fuer-tests"
# Below the ports that the system hands out by itself; each worker of the run has its own.
FIRST_PORT = 21000
PORTS_EACH = 200


def ensure_coturn() -> str | None:
    """Path of the program, installed from the system's packages if need be; None when it cannot be had."""
    return _find() or (install("coturn") and _find()) or None


def _find() -> str | None:
    return next((found for name in (os.environ.get("TURNSERVER", ""), "turnserver") if (found := _path(name))), None)


def _path(name: str) -> str | None:
    return shutil.which(name) if name else None


@dataclass
class Turn:
    program: str
    folder: Path
    port: int
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"turn:127.0.0.1:{self.port}?transport=udp"

    def start(self) -> None:
        words = [
            self.program, "-n", "--listening-ip=127.0.0.1", "--relay-ip=127.0.0.1", f"--listening-port={self.port}",
            f"--min-port={self.port + 1}", f"--max-port={self.port + PORTS_EACH - 1}", "--use-auth-secret",
            f"--static-auth-secret={SECRET}", "--realm=praxis.test", "--no-tls", "--no-dtls", "--no-cli",
            "--allow-loopback-peers", f"--pidfile={self.folder / 'turn.pid'}", f"--userdb={self.folder / 'turn.db'}",
            f"--log-file={self.folder / 'turn.log'}", "--simple-log",
        ]  # fmt: skip
        with (self.folder / "turn.out").open("ab") as out:
            self.process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=out, stderr=out)
        self._wait_for_answer()

    def kill(self) -> None:
        if self.process:
            self.process.kill()
            self.process.wait()

    def _wait_for_answer(self, seconds: float = 10) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
                return
            time.sleep(0.05)
        raise AssertionError(f"coturn does not answer: {(self.folder / 'turn.out').read_text()[-1000:]}")


@contextlib.contextmanager
def running_turn(folder: Path) -> Iterator[Turn]:
    program = ensure_coturn()
    assert program, HINT
    number = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    turn = Turn(program, folder, FIRST_PORT + number * PORTS_EACH)
    turn.start()
    try:
        yield turn
    finally:
        turn.kill()
