"""PostgreSQL and the workers die with -9, Redis is emptied, the gateway misbehaves, all while messages go out: each is
accepted once. Real processes, an engine of their own.

PRAXIS_RUNS=20 tears it down that often.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
import redis

from praxis import embedded
from praxis.processes import stop
from tests import migrated
from tests.faults.database import Database
from tests.notifications.gateway import Simulator, running
from tests.notifications.runs import RUNS

ROOT = Path(__file__).parents[2]
MESSAGES, BEATS, WORKERS = 60, 2, 8
FAULTS = ("reset", "500after", "garbage")


@pytest.fixture
def database() -> Iterator[Database]:
    # Not in the folder of pytest: each start of it closes that one to the account of PostgreSQL.
    with tempfile.TemporaryDirectory(prefix="praxis-faults-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        database = Database(folder)
        database.start()
        yield database
        stop(database.started, timeout=20)


@pytest.fixture
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    with running(tmp_path_factory.mktemp("seven")) as simulator:
        yield simulator


class House:
    def __init__(self, urls: dict[str, str]) -> None:
        # Neither the addresses nor the mark of the engines of the test run.
        own = {name: value for name, value in os.environ.items() if not name.startswith("PRAXIS_TEST")}
        env = own | {
            "DATABASE_URL": urls["database_url"], "REDIS_URL": urls["redis_url"], "LOG_LEVEL": "CRITICAL",
            "SECRET_KEY": "s" * 40, "FIELD_KEYS": f"k1:{'A' * 43}=",
        }  # fmt: skip
        migrated.copy_into(urls["database_url"])
        words = [sys.executable, "-m", "tests.faults.messages_house"]
        self.keeper = subprocess.Popen(
            words, cwd=ROOT, env=env, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )  # fmt: skip
        self.processes: list[psutil.Process] = []

    def order(self, *words: str) -> str:
        """Its answer; empty when it failed."""
        assert self.keeper.stdin
        assert self.keeper.stdout
        self.keeper.stdin.write(" ".join(words) + "\n")
        self.keeper.stdin.flush()
        answer = self.keeper.stdout.readline()
        assert answer, f"{words[0]} failed"
        return answer

    def start(self, what: str) -> None:
        self.processes.append(psutil.Process(int(self.order(what))))

    def kill(self, number: int) -> None:
        victim = self.processes.pop(number)
        victim.kill()
        # Its parent looks at no child: the dead stay listed.
        _until(lambda: victim.status() == psutil.STATUS_ZOMBIE)

    def kill_all(self) -> None:
        while self.processes:
            self.kill(0)

    def close(self) -> None:
        self.kill_all()
        self.keeper.communicate()


@pytest.mark.timeout(900)
@pytest.mark.parametrize("run", range(RUNS))
def test_each_message_is_accepted_once_whatever_dies(database: Database, simulator: Simulator, run: int) -> None:
    urls = embedded.announce(database.engines[0].program.cwd.parent, database.engines)
    house = House(urls)
    try:
        house.order("fill", simulator.url, str(MESSAGES))
        simulator.fault("slow", times=MESSAGES // 2, seconds=0.3)
        for what in ["beat"] * BEATS + ["work"] * WORKERS:
            house.start(what)
        house.order("let_go")
        _until(lambda: len(simulator.accepted()) > run % 10)
        database.crash()
        time.sleep(1)
        house.kill(0)
        house.kill(len(house.processes) - 1)
        with suppress(redis.ConnectionError), redis.Redis.from_url(urls["redis_url"]) as client:
            client.flushall()
        for kind in FAULTS:
            simulator.fault(kind, times=1)
        house.start("work")
        database.crash()
        # What the dead had claimed is unclear by now and waits for somebody to ask; the rest goes on.
        time.sleep(2)
        house.kill_all()
        told = json.loads(house.order("settle"))
    finally:
        house.close()

    accepts = Counter(row["foreign_id"] for row in simulator.accepted())
    assert max(accepts.values()) == 1, "nobody got it twice"
    assert set(accepts) == set(told["states"]), "every message of the practice, and no other"
    assert len(accepts) == MESSAGES
    assert {state for state, _outcome in told["states"].values()} == {"done"}
    assert told["runs"] == ["prepare-reminders", "send"], "two beats, each plan once"


def _until(reached: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < end, "the workers stand still"
        time.sleep(0.1)
