"""PostgreSQL killed with -9 at each step: `python -m tests.faults.konto_database FOLDER URL SCHEMA RUNS`.

An engine of its own, which this process starts, kills and starts again with recovery. A house for each step stops right
there, in a thread of its own; then the database dies once under all of them, and each goes on as it would: workers take
up what was held, whoever clicked clicks again. URL: the simulator of the old service. SCHEMA: a dump of the tables.
Says as JSON which steps it went through; what is not true afterwards ends it with an error.
"""

import json
import os
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import django

from praxis import embedded
from praxis.processes import stop
from tests.faults.database import Database

LEASE = timedelta(seconds=0.3)


def main() -> None:
    folder, url, schema, runs = Path(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4])
    database = Database(folder)
    database.start()
    try:
        urls = embedded.announce(folder, database.engines)
        psql = [str(embedded.POSTGRES_HOME / "bin" / "psql"), "--quiet", "--file", schema, urls["database_url"]]
        subprocess.run(psql, check=True, stdout=subprocess.DEVNULL)
        os.environ |= {"DATABASE_URL": urls["database_url"], "REDIS_URL": urls["redis_url"], "LOG_LEVEL": "CRITICAL"}
        os.environ |= {"SECRET_KEY": "s" * 40, "FIELD_KEYS": f"k1:{'A' * 43}=", "LEGACY_VSS_ALLOW_PRIVATE_HOSTS": "1"}
        os.environ["DJANGO_SETTINGS_MODULE"] = "praxis.settings"
        django.setup()
        sys.stdout.write(json.dumps(go_through(database, url, runs)))
    finally:
        stop(database.started, timeout=20)


def go_through(database: Database, url: str, runs: int) -> list[str]:
    from praxis.core import nudging
    from tests.faults.konto_houses import build, check, install_stops, let_go, stop_at_their_steps
    from videosprechstunde.models import KontoRow

    # The loop is the motor, and nobody waits a minute for what was held.
    nudging._send = lambda *_args, **_kwargs: None
    KontoRow.lease = LEASE
    install_stops()
    done = []
    for run in range(runs):
        houses = build(url, f"r{run}")
        stop_at_their_steps(houses)
        database.crash()
        let_go(houses)
        work_until_done()
        for house in houses:
            check(house)
            done.append(house.step)
    return done


def work_until_done() -> None:
    """As the worker of the house does: what a dead connection leaves is taken up by the next sweep."""
    from django.db import DatabaseError, InterfaceError, connections
    from django.utils import timezone

    from praxis.core.sweeping import run_due
    from videosprechstunde.models import KontoRow

    end = time.monotonic() + 60
    while True:
        try:
            run_due(KontoRow, now=timezone.now(), budget=timedelta(seconds=10))
            KontoRow._base_manager.filter(state="queued").update(due_at=timezone.now())
            if not KontoRow._base_manager.filter(state__in=["queued", "running"]).exists():
                return
        except (DatabaseError, InterfaceError):
            connections.close_all()
        assert time.monotonic() < end, list(KontoRow._base_manager.values_list("state", "attempts", "last_error"))
        time.sleep(0.05)


if __name__ == "__main__":
    main()
