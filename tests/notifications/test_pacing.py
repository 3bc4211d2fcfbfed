"""One row in PostgreSQL paces all workers: two of them, sharing a limit of ten a second."""

import threading
import time
from datetime import datetime, timedelta

import pytest
from django.db import connection

from accounts.models import Practice
from notifications.models import GatewayAccount
from notifications.services.gateways import save_gateway
from notifications.services.pacing import take_turn
from tests.notifications import cast

LIMIT, SECONDS = 10, 3


@pytest.mark.django_db(transaction=True)
def test_two_workers_together_keep_the_limit_and_use_it(house: Practice) -> None:
    account = save_gateway(
        practice=house, channel="sms", kind="seven", secret="x", rate_per_second=LIMIT, actor=None, now=cast.NOW
    )
    starts: set[datetime] = set()
    end = time.monotonic() + SECONDS

    def work() -> None:
        while time.monotonic() < end:
            waiting = take_turn(account)
            if waiting:
                time.sleep(min(waiting, 0.05))
            else:
                starts.update(GatewayAccount._base_manager.get(pk=account.pk).recent_starts)
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    ordered = sorted(starts)
    second = timedelta(seconds=1)
    assert all(later - earlier > second for earlier, later in zip(ordered, ordered[LIMIT:], strict=False))
    # From the first of one window to the first of a later one; on a busy machine a worker may wake up late.
    windows = (len(ordered) - 1) // LIMIT
    assert (ordered[windows * LIMIT] - ordered[0]) / second < windows * 1.3
