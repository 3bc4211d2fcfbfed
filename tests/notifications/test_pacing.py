"""One row in PostgreSQL paces all workers: two of them, sharing a limit of ten a second."""

import threading
import time

import pytest
from django.db import connection

from accounts.models import Practice
from notifications.services.gateways import save_gateway
from notifications.services.pacing import take_turn
from tests.notifications import cast

LIMIT, SECONDS = 10, 3


@pytest.mark.django_db(transaction=True)
def test_two_workers_together_keep_the_limit_and_use_it(house: Practice) -> None:
    account = save_gateway(
        practice=house, channel="sms", kind="seven", secret="x", rate_per_second=LIMIT, actor=None, now=cast.NOW
    )
    starts: list[float] = []
    end = time.monotonic() + SECONDS

    def work() -> None:
        while time.monotonic() < end:
            waiting = take_turn(account)
            if waiting:
                time.sleep(min(waiting, 0.05))
            else:
                starts.append(time.monotonic())
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    starts.sort()
    # Reading our own clock after the answer of the database may come a little late.
    assert all(later - earlier > 0.98 for earlier, later in zip(starts, starts[LIMIT:], strict=False))
    assert (len(starts) - 1) / (starts[-1] - starts[0]) == pytest.approx(LIMIT, rel=0.025)
