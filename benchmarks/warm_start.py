"""`make run` in a folder that was used before: seconds until the sign-in page answers."""

import http.client
import os
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

from benchmarks.report import Line

HOME = Path(__file__).resolve().parent.parent
TARGET_SECONDS = 5


def measure() -> list[Line]:
    with tempfile.TemporaryDirectory(prefix="praxis-bench-run-") as folder:
        Path(folder).chmod(0o711)
        cold = _start_and_stop(folder)
        warm = min(_start_and_stop(folder) for _again in range(2))
    return [
        Line(
            id="make-run-warm", figure=warm, unit="s", floor=None, ratio=None, target=f"< {TARGET_SECONDS} s",
            held=warm < TARGET_SECONDS, about=f"first start with migrations and demo data: {cold:.1f} s",
        )
    ]  # fmt: skip


def _start_and_stop(folder: str) -> float:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    unset = ("DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE")
    env = {name: value for name, value in os.environ.items() if name not in unset}
    env |= {"DATA_DIR": folder, "PORT": str(port)}
    started = time.monotonic()
    process = subprocess.Popen(["make", "run"], cwd=HOME, env=env, stdout=subprocess.DEVNULL, start_new_session=True)
    try:
        return _until_it_answers(port, started)
    finally:
        os.killpg(process.pid, signal.SIGINT)
        process.wait(60)


def _until_it_answers(port: int, started: float) -> float:
    while time.monotonic() - started < 180:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/konto/login/")
            if connection.getresponse().status == 200:
                return time.monotonic() - started
        except OSError:
            time.sleep(0.05)
    raise TimeoutError("make run did not answer")
