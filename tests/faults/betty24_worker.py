"""A worker for betty24 that can be killed at any moment: `python -m tests.faults.betty24_worker`.

The real settings on the database named by the environment; leases are short, so that a test need not wait a minute for
what a dead worker held. It forks the process that works, says its id on stdout, and forks the next one when it dies.
"""

import os
import sys
import time
from datetime import timedelta

import django

LEASE = timedelta(seconds=2)


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "praxis.settings"
    django.setup()
    while True:
        child = os.fork()
        if child == 0:
            work_for_ever()
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()
        os.waitpid(child, 0)


def work_for_ever() -> None:
    from django.utils import timezone

    from integrations.betty24.models import Betty24Job, Betty24Push, Betty24Sync
    from praxis.core import nudging
    from praxis.core.sweeping import run_due

    # The loop below is the motor; there is nobody to wake.
    nudging._send = lambda *_args, **_kwargs: None
    for model in (Betty24Job, Betty24Push, Betty24Sync):
        model.lease, model.first_pause, model.longest_pause = LEASE, timedelta(seconds=0.2), timedelta(seconds=1)
    while True:
        for model in (Betty24Job, Betty24Sync):
            run_due(model, now=timezone.now(), budget=timedelta(seconds=1))
        time.sleep(0.02)


if __name__ == "__main__":
    main()
