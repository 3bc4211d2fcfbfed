"""The rate limit of a gateway account: one row in PostgreSQL paces every worker on every host.

A token bucket as GCRA: `next_free_at` is when the next message may leave. Spacing is 1.7 % wider than the limit asks,
and a start may come up to 8 ms early, so that a late wake-up is made good: within any second never more than the
limit, over a longer time within 2 % of it.
"""

from typing import Any

from django.db import connection

from notifications.models import GatewayAccount

_WIDER = 1.017
_EARLY_SECONDS = 0.008
# Asked again a little before its time: a sleep that ends late would cost throughput.
_WAKE_BEFORE = 0.003

_TAKE = """
UPDATE notifications_gatewayaccount
SET next_free_at = GREATEST(next_free_at, clock_timestamp()) + %(gap)s * interval '1 s'
WHERE id = %(id)s AND next_free_at <= clock_timestamp() + %(early)s * interval '1 s'
"""
_WAIT = """
SELECT extract(epoch FROM next_free_at - clock_timestamp())::float8 - %(early)s
FROM notifications_gatewayaccount WHERE id = %(id)s
"""


def take_turn(account: GatewayAccount | None) -> float:
    """0: the call may begin now. Else the seconds until it is worth asking again."""
    if account is None:
        return 0.0
    gap = _WIDER / account.rate_per_second if account.rate_per_second else 0.0
    values: dict[str, Any] = {"id": account.pk, "gap": gap, "early": _EARLY_SECONDS if gap else 0.0}
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, values)
        if cursor.rowcount:
            return 0.0
        cursor.execute(_WAIT, values)
        row = cursor.fetchone()
    return max(float(row[0]) - _WAKE_BEFORE, 0.001) if row else 0.0
