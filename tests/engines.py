"""One PostgreSQL and one Valkey for a whole test run, in a folder of their own, gone afterwards.

tests.settings calls `use_test_engines`, so it happens before Django looks at a setting. The process that asks first
(pytest itself, before it makes xdist workers) starts a guardian; workers inherit the addresses. The guardian lives as
long as the pipe to its starter: however the run ends, the engines end with it.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from praxis import embedded

MARK = "PRAXIS_TEST_ENGINES"


def use_test_engines() -> None:
    """Point DATA_DIR, DATABASE_URL and REDIS_URL of this process and its children at the engines of the test run."""
    if MARK not in os.environ:
        os.environ |= _start_guardian()
    # One Valkey database per xdist worker ("gw0"), so that workers do not meet; 0 is the run without workers.
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    number = int(worker.removeprefix("gw")) + 1 if worker else 0
    os.environ["REDIS_URL"] = f"{os.environ['REDIS_URL'].rpartition('/')[0]}/{number}"


def _start_guardian() -> dict[str, str]:
    guardian = subprocess.Popen(
        [sys.executable, "-m", "tests.engines"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parent.parent,
        start_new_session=True,
    )
    assert guardian.stdout
    line = guardian.stdout.readline()
    if not line:
        raise embedded.EngineDidNotStart("The engines of the test run did not start, see above.")
    _kept_alive.append(guardian)
    environment: dict[str, str] = json.loads(line)
    return environment


_kept_alive: list[subprocess.Popen[bytes]] = []


def guard() -> None:
    data_dir = Path(tempfile.mkdtemp(prefix="praxis-tests-"))
    data_dir.chmod(0o711)
    try:
        with embedded.running(data_dir, durable=False) as urls:
            environment = {"DATA_DIR": str(data_dir), "DATABASE_URL": urls["database_url"]}
            environment |= {"REDIS_URL": urls["redis_url"], MARK: str(os.getpid())}
            sys.__stdout__.write(json.dumps(environment) + "\n")
            sys.__stdout__.flush()
            sys.stdin.read()
    finally:
        shutil.rmtree(data_dir, ignore_errors=True)


if __name__ == "__main__":
    guard()
