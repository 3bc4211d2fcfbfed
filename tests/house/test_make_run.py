"""`make run` as a person meets it, without the demo practice. Its first step (installing) is not repeated here."""

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
from django.conf import settings

from accounts.passwords import DEMO_PASSWORD
from praxis import supervise
from praxis.processes import MARK, left_over
from tests import migrated
from tests.engines import MARK as TEST_ENGINES
from tests.house.tree import ROOT

# Several processes import Django at once; on a busy machine that takes its time.
PATIENCE_SECONDS = 120
pytestmark = pytest.mark.timeout(600)


@dataclass
class House:
    """One `make run` on a data folder and port of its own."""

    data_dir: Path
    port: int
    process: subprocess.Popen[str] | None = None

    def env(self, **more: str) -> dict[str, str]:
        inherited = {"DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE", "MAKELEVEL", TEST_ENGINES}
        kept = {name: value for name, value in os.environ.items() if name not in inherited}
        own = {"DATA_DIR": str(self.data_dir), "PORT": str(self.port), "DEMO": "0", "WEB_WORKERS": "1"}
        return kept | own | more

    def start(self, **env: str) -> None:
        with self.log.open("w") as log:
            words = [sys.executable, "-m", "praxis.supervise"]
            self.process = subprocess.Popen(words, cwd=ROOT, env=self.env(**env), stdout=log, stderr=log, text=True)

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, *words]
        return subprocess.run(command, cwd=ROOT, env=self.env(), capture_output=True, text=True, check=False)

    def signal(self, number: signal.Signals) -> int:
        assert self.process
        self.process.send_signal(number)
        return self.process.wait(timeout=PATIENCE_SECONDS)

    def get(self, path: str) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read()
        except OSError:
            return 0, b""
        finally:
            connection.close()

    def service(self, word: str) -> psutil.Process | None:
        return next((one for one in left_over(self.data_dir) if word in one.cmdline()), None)

    @property
    def log(self) -> Path:
        return self.data_dir / "output"


def wait_until(reached: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not reached():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.1)


@pytest.fixture
def house() -> Iterator[House]:
    data_dir = Path(tempfile.mkdtemp(prefix="praxis-run-"))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    house = House(data_dir, port)
    yield house
    if house.process and house.process.poll() is None:
        house.signal(signal.SIGTERM)
    shutil.rmtree(data_dir)


def test_from_the_first_start_over_a_death_and_a_kill_to_the_end(house: House) -> None:
    """One house through its life: each start costs the machine more than all that is looked at."""
    house.start()
    wait_until(lambda: house.get("/readyz")[0] == 200)
    _it_serves_and_is_shared_by_commands(house)
    _a_service_that_dies_is_started_again(house)
    _after_a_kill_the_next_run_clears_up_and_starts(house)
    _it_leaves_nothing_behind(house)


def _it_serves_and_is_shared_by_commands(house: House) -> None:
    assert house.get("/healthz") == (200, b"ok")
    assert json.loads(house.get("/readyz")[1]) == {"database": "ok", "redis": "ok", "worker": "ok"}
    assert house.get("/konto/login/")[0] == 200
    assert f"http://127.0.0.1:{house.port}/" in house.log.read_text()

    beside = house.run("manage.py", "migrate", "--check")
    assert (beside.returncode, beside.stderr) == (0, "")
    second = house.run("-m", "praxis.supervise")
    assert second.returncode == 1
    assert "läuft schon" in second.stderr


def _a_service_that_dies_is_started_again(house: House) -> None:
    web = house.service("praxis.asgi:application")
    assert web

    web.kill()

    wait_until(lambda: house.get("/healthz")[0] == 200)
    again = house.service("praxis.asgi:application")
    assert again
    assert again.pid != web.pid
    assert "Web ist beendet" in house.log.read_text()


def _after_a_kill_the_next_run_clears_up_and_starts(house: House) -> None:
    house.signal(signal.SIGKILL)
    # Deaf to the friendly signal, as a hanging worker is.
    deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)"
    orphan = subprocess.Popen([sys.executable, "-c", deaf], env=os.environ | {MARK: str(house.data_dir)})

    house.start()

    # The web of the first run may still answer while it leaves; only the second one says where it runs.
    wait_until(lambda: "Praxis läuft auf" in house.log.read_text())
    assert house.get("/healthz")[0] == 200
    assert orphan.wait(timeout=10) == -signal.SIGKILL


def _it_leaves_nothing_behind(house: House) -> None:
    assert house.signal(signal.SIGINT) == 0
    assert left_over(house.data_dir) == []
    assert house.get("/healthz")[0] == 0
    after = house.run("manage.py", "migrate", "--check")
    assert after.returncode == 1
    assert "make run" in after.stderr


def test_given_engines_replace_the_embedded_ones(house: House) -> None:
    engines = {"DATABASE_URL": migrated.make_copy("given"), "REDIS_URL": os.environ["REDIS_URL"]}

    house.start(**engines, SECRET_KEY=settings.SECRET_KEY, FIELD_KEYS=settings.FIELD_KEYS)
    wait_until(lambda: house.get("/readyz")[0] == 200)

    assert not (house.data_dir / "postgres").exists()
    assert not (house.data_dir / "valkey").exists()
    assert house.service("postgres") is None


def test_a_taken_port_is_named_with_a_way_out(house: House) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", house.port))
        other.listen()

        result = house.run("-m", "praxis.supervise")

    assert result.returncode == 1
    assert "PORT=" in result.stderr


def test_the_sign_ins_it_prints_are_those_of_the_demo() -> None:
    addresses = {word for word in supervise.SIGN_INS.split() if "@" in word}

    assert addresses == {f"{name}@demo.example" for name in ("empfang", "aerztin", "admin", "patientin")} | {
        "empfang@nachbar.example"
    }
    assert DEMO_PASSWORD in supervise.SIGN_INS
