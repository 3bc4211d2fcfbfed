"""PostgreSQL killed with -9 at each step of a row: `python -m tests.faults.konto_database FOLDER URL RUNS`.

An engine of its own, which this process starts, kills in the very moment of a step, and starts again with recovery;
then the worker goes on as it would in the house. URL: the simulator of the old service. Says as JSON which steps it
went through; what is not true afterwards ends it with an error.
"""

import json
import os
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import django

from praxis import embedded
from praxis.processes import stop
from tests.faults.database import Database

if TYPE_CHECKING:
    from tests.videosprechstunde.konto.steps import Install

LEASE = timedelta(seconds=0.3)


def main() -> None:
    folder, url, runs = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    database = Database(folder)
    database.start()
    try:
        urls = embedded.announce(folder, database.engines)
        os.environ |= {"DATABASE_URL": urls["database_url"], "REDIS_URL": urls["redis_url"], "LOG_LEVEL": "CRITICAL"}
        os.environ |= {"SECRET_KEY": "s" * 40, "FIELD_KEYS": f"k1:{'A' * 43}=", "LEGACY_VSS_ALLOW_PRIVATE_HOSTS": "1"}
        os.environ["DJANGO_SETTINGS_MODULE"] = "praxis.settings"
        django.setup()
        sys.stdout.write(json.dumps(go_through(database, url, runs)))
    finally:
        stop(database.started, timeout=20)


def go_through(database: Database, url: str, runs: int) -> list[str]:
    from django.core.management import call_command

    from praxis.core import nudging
    from tests.videosprechstunde.konto.steps import OF_A_ROW
    from videosprechstunde.models import KontoRow

    call_command("migrate", verbosity=0)
    # The loop is the motor, and nobody waits a minute for what was held.
    nudging._send = lambda *_args, **_kwargs: None
    KontoRow.lease = LEASE
    done = []
    for run in range(runs):
        for number, step in enumerate(OF_A_ROW):
            crash_at(database, url, f"r{run}s{number}", OF_A_ROW[step])
            done.append(step)
    return done


def crash_at(database: Database, url: str, slug: str, install: "Install") -> None:
    from django_scopes import scope

    from accounts.models import User
    from tests.factories import make_practice, make_user
    from tests.videosprechstunde.konto.cast import make_old_world
    from tests.videosprechstunde.konto.checking import check_final
    from videosprechstunde.models import CallEvent

    crashes: list[float] = []

    def crash_once() -> None:
        if not crashes:
            crashes.append(time.monotonic())
            database.crash()

    practice = make_practice(slug)
    admin = make_user(practice, f"admin@{slug}.example", role=User.Role.PRACTICE_ADMIN)
    with scope(practice=practice):
        world = make_old_world(practice, admin, url)
        legacy = world.pair("Arndt", user=f"arndt-{slug}")
        world.appointment(legacy, email=f"{slug}@patient.example")
        world.bin(world.old("Borchert", user=f"borchert-{slug}"))
        CallEvent.objects.all().delete()
        world.start()
        uninstall = install(crash_once)
        work_until_done()
        uninstall()
        assert crashes, "the step was never reached"
        check_final(appointments=1, told=1)


def work_until_done() -> None:
    """As the worker of the house does: what a dead connection leaves is taken up by the next sweep."""
    from django.db import DatabaseError, InterfaceError, connections
    from django.utils import timezone

    from praxis.core.sweeping import run_due
    from videosprechstunde.models import KontoRow

    end = time.monotonic() + 60
    while True:
        try:
            run_due(KontoRow, now=timezone.now(), budget=timedelta(seconds=1))
            KontoRow._base_manager.filter(state="queued").update(due_at=timezone.now())
            if not KontoRow.objects.exclude(state="done").exists():
                return
        except (DatabaseError, InterfaceError):
            connections.close_all()
        assert time.monotonic() < end, list(KontoRow.objects.values_list("state", "attempts", "last_error"))
        time.sleep(0.05)


if __name__ == "__main__":
    main()
