"""A worker for downloads that can be killed at any moment: `python -m tests.faults.downloads_worker`.

The real settings on the database named by the environment; leases are short, so that a test need not wait for what a
dead worker held.
"""

import os
import time
from datetime import timedelta

import django

LEASE = timedelta(seconds=1)


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "praxis.settings"
    django.setup()
    from django.utils import timezone

    from integrations.downloads.models import Download
    from praxis.core import nudging
    from praxis.core.sweeping import run_due

    # The loop below is the motor; there is nobody to wake.
    nudging._send = lambda *_args, **_kwargs: None
    Download.lease, Download.first_pause = LEASE, timedelta(seconds=0.2)
    while True:
        run_due(Download, now=timezone.now(), budget=timedelta(seconds=1))
        time.sleep(0.02)


if __name__ == "__main__":
    main()
