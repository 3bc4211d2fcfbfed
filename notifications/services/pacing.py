"""The rate limit of a gateway account: one row in PostgreSQL paces every worker on every host.

The row remembers when the last calls began, as many as the limit allows in a window. Another may begin when the oldest
of them is a window ago: within any window never more than the limit, by the clock of the database. A start that lies
ahead shows that this clock was set back; it counts no longer, or nobody would send for as long. Calls of a window
are spread over nearly all of it, so that no burst leaves; a worker that wakes up late is made good within the window.
"""

import math
from typing import Any

from django.db import connection

from notifications.models import GatewayAccount

# For what the way to the gateway adds.
_WIDER = 1.008
_GAP = 0.95
# Asked again a little before its time: a sleep that ends late would cost throughput.
_WAKE_BEFORE = 0.005

_TAKE = """
UPDATE notifications_gatewayaccount
SET recent_starts = recent_starts[GREATEST(cardinality(recent_starts) - %(most)s + 2, 1):] || clock_timestamp()
WHERE id = %(id)s AND next_free_at <= clock_timestamp()
  AND (cardinality(recent_starts) = 0
       OR recent_starts[cardinality(recent_starts)] <= clock_timestamp() - %(gap)s * interval '1 s'
       OR recent_starts[cardinality(recent_starts)] > clock_timestamp() + interval '5 s')
  AND (cardinality(recent_starts) < %(most)s
       OR recent_starts[cardinality(recent_starts) - %(most)s + 1] <= clock_timestamp() - %(window)s * interval '1 s'
       OR recent_starts[cardinality(recent_starts) - %(most)s + 1] > clock_timestamp() + interval '5 s')
"""
_WAIT = """
SELECT extract(epoch FROM GREATEST(
    next_free_at,
    recent_starts[cardinality(recent_starts)] + %(gap)s * interval '1 s',
    recent_starts[cardinality(recent_starts) - %(most)s + 1] + %(window)s * interval '1 s'
) - clock_timestamp())::float8
FROM notifications_gatewayaccount WHERE id = %(id)s
"""
# Without a limit only a pause keeps anybody waiting.
_PAUSE = """
SELECT extract(epoch FROM next_free_at - clock_timestamp())::float8 FROM notifications_gatewayaccount WHERE id = %(id)s
"""


def take_turn(account: GatewayAccount | None) -> float:
    """0: the call may begin now. Else the seconds until it is worth asking again."""
    if account is None:
        return 0.0
    rate = account.rate_per_second
    most = max(1, math.ceil(rate))
    window, gap = (_WIDER * most / rate, _GAP / rate) if rate else (0.0, 0.0)
    values: dict[str, Any] = {"id": account.pk, "most": most, "window": window, "gap": gap}
    with connection.cursor() as cursor:
        if rate:
            cursor.execute(_TAKE, values)
            if cursor.rowcount:
                return 0.0
        cursor.execute(_WAIT if rate else _PAUSE, values)
        row = cursor.fetchone()
    waiting = float(row[0]) if row and row[0] is not None else 0.0
    if not rate and waiting <= 0:
        return 0.0
    return max(waiting - _WAKE_BEFORE, 0.001)
