"""The changes that the portal has still to be told, one by one."""

from integrations.betty24.models import REFUSED, Betty24Connection, Betty24Push
from praxis.core.workrow import OPEN_STATES

SHOWN = 10


def waiting_changes(connection: Betty24Connection) -> list[Betty24Push]:
    """The first few: what the portal refused before what only waits, then the oldest."""
    rows = Betty24Push.objects.filter(connection=connection, state__in=OPEN_STATES)
    refused = list(rows.filter(REFUSED).select_related("column").order_by("created_at", "pk")[:SHOWN])
    others = rows.exclude(REFUSED).select_related("column").order_by("created_at", "pk")
    return [*refused, *others[: SHOWN - len(refused)]]
