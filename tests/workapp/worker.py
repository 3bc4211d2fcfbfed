"""A real worker process that can be killed: `python -m tests.workapp.worker`, configured by one JSON line on stdin.

It forks a child that sweeps, says its process id, and forks the next one when that child is killed, until the
sweeping child finds nothing open. Each act of a handler is one appended line "model id" in the file of effects.
"""

import json
import os
import sys
import time

import django
from django.conf import settings


def main() -> None:
    config = json.loads(sys.stdin.readline())
    settings.configure(
        DATABASES={"default": config["database"]},
        INSTALLED_APPS=["praxis.core"],
        USE_TZ=True,
        BASE_DIR="/",
        FIELD_KEYS="",
    )
    django.setup()
    while True:
        child = os.fork()
        if child == 0:
            sweep_until_done(config["effects"])
            os._exit(0)
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()
        _, status = os.waitpid(child, 0)
        if os.waitstatus_to_exitcode(status) == 0:
            return


def sweep_until_done(effects: str) -> None:
    from django.utils import timezone

    from praxis.core.sweeping import sweep, work
    from praxis.core.workrow import OPEN_STATES, WorkRow
    from tests.workapp.models import Errand, Letter

    def act(row: WorkRow) -> None:
        with open(effects, "ab", buffering=0) as file:
            file.write(f"{type(row).__name__} {row.pk}\n".encode())
        time.sleep(0.01)

    for model in (Errand, Letter):
        work(model)(act)
    while any(model._base_manager.filter(state__in=OPEN_STATES).exists() for model in (Errand, Letter)):
        sweep(timezone.now())
        time.sleep(0.02)


if __name__ == "__main__":
    main()
