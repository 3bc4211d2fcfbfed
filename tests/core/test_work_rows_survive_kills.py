"""Real worker processes, killed with -9 again and again."""

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import connection

from praxis.core.jobs import enqueue
from praxis.core.workrow import WorkState
from tests.workapp.models import Errand, Letter

ROOT = Path(__file__).parents[2]
ROWS, KILLS = 120, 6
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.fixture
def effects(tmp_path: Path) -> Path:
    path = tmp_path / "effects"
    path.touch()
    return path


@pytest.fixture
def workers(committed_rows: None, effects: Path) -> Iterator[list[subprocess.Popen[str]]]:
    started = [start_worker(effects) for _ in range(2)]
    yield started
    for worker in started:
        os.killpg(worker.pid, signal.SIGKILL) if worker.poll() is None else None
        worker.communicate()


def start_worker(effects: Path) -> subprocess.Popen[str]:
    worker = subprocess.Popen(
        [sys.executable, "-m", "tests.workapp.worker"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    database = {name: connection.settings_dict[name] for name in ("ENGINE", "NAME", "USER", "PASSWORD", "HOST", "PORT")}
    options = {name: value for name, value in connection.settings_dict["OPTIONS"].items() if name != "pool"}
    assert worker.stdin
    worker.stdin.write(json.dumps({"database": database | {"OPTIONS": options}, "effects": str(effects)}) + "\n")
    worker.stdin.flush()
    return worker


def acts(effects: Path) -> Counter[str]:
    return Counter(effects.read_text().splitlines())


def kill_in_the_middle_of_work(worker: subprocess.Popen[str], effects: Path) -> bool:
    """Waits until something more was done, then kills the sweeping child; its parent forks the next one.

    False: on a busy machine the work may be over before the last kill.
    """
    assert worker.stdout
    child, before = worker.stdout.readline(), acts(effects).total()
    while child and acts(effects).total() < before + 3 and worker.poll() is None:
        time.sleep(0.002)
    if not child or worker.poll() is not None:
        return False
    with suppress(ProcessLookupError):
        os.kill(int(child), signal.SIGKILL)
        return True
    return False


@pytest.mark.timeout(60)
def test_repeated_kills_lose_no_row_and_repeat_no_letter(workers: list[subprocess.Popen[str]], effects: Path) -> None:
    for model in (Errand, Letter):
        for _ in range(ROWS):
            enqueue(model, dedupe_key=None, due_at=LONG_AGO)
    kills = sum(kill_in_the_middle_of_work(workers[number % 2], effects) for number in range(KILLS))
    assert kills >= 2
    for worker in workers:
        assert worker.wait(timeout=40) == 0

    done = acts(effects)
    errands, letters = list(Errand._base_manager.all()), list(Letter._base_manager.all())
    assert {row.state for row in errands} == {WorkState.DONE}
    assert all(done[f"Errand {row.pk}"] >= 1 for row in errands)
    assert {row.state for row in letters} <= {WorkState.DONE, WorkState.UNKNOWN}
    assert all(done[f"Letter {row.pk}"] <= 1 for row in letters)
    assert all(done[f"Letter {row.pk}"] == 1 for row in letters if row.state == WorkState.DONE)
    assert sum(row.claim_number > 1 for row in errands) + sum(row.state == WorkState.UNKNOWN for row in letters) >= 1, (
        "no kill hit anything, so nothing was shown"
    )
