"""PostgreSQL dies with -9 at each step of the Konto-Migration. PRAXIS_RUNS=20: that often at each."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import migrated
from tests.notifications.runs import RUNS
from tests.videosprechstunde.konto.service import running
from tests.videosprechstunde.konto.steps import OF_A_PAGE, OF_A_ROW

ROOT = Path(__file__).parents[2]


@pytest.fixture
def folder() -> Iterator[Path]:
    """Below none that another pytest closes for the account of the engines when it starts."""
    with tempfile.TemporaryDirectory(prefix="praxis-konto-") as name:
        Path(name).chmod(0o711)
        yield Path(name)


@pytest.mark.timeout(300 + 60 * RUNS)
def test_the_database_killed_at_any_step(folder: Path) -> None:
    schema = folder / "schema.sql"
    schema.write_bytes(migrated.dump())
    # Neither the addresses nor the mark of the engines of the test run.
    own = {name: value for name, value in os.environ.items() if not name.startswith("PRAXIS_TEST")}
    own = {name: value for name, value in own.items() if name not in ("DATABASE_URL", "REDIS_URL", "DATA_DIR")}
    with running(folder) as service:
        words = [sys.executable, "-m", "tests.faults.konto_database", str(folder / "data"), service.url, str(schema)]
        ended = subprocess.run([*words, str(RUNS)], cwd=ROOT, env=own, capture_output=True, text=True, check=False)
        assert ended.returncode == 0, ended.stderr[-4000:]
        assert json.loads(ended.stdout) == [*OF_A_PAGE, *OF_A_ROW] * RUNS
        gone = service.gone()

    # Two old participants where a worker died, one where somebody clicked.
    assert len(gone) == len(set(gone)) == (2 * len(OF_A_ROW) + len(OF_A_PAGE)) * RUNS
