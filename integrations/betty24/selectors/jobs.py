"""What people asked for, and what came of it."""

from collections.abc import Iterable

from integrations.betty24.models import Betty24Binding, Betty24Connection, Betty24Job
from praxis.core.workrow import OPEN_STATES

RECENT = 6


def recent_jobs(connection: Betty24Connection) -> list[Betty24Job]:
    """The newest first: everything that is still open, and the last few that ended."""
    rows = Betty24Job.objects.filter(connection=connection).select_related("binding__column", "asked_by")
    open_rows = list(rows.filter(state__in=OPEN_STATES).order_by("-pk"))
    ended = rows.exclude(state__in=OPEN_STATES).order_by("-pk")[:RECENT]
    return [*open_rows, *ended]


def last_job(binding: Betty24Binding, kinds: Iterable[Betty24Job.Kind]) -> Betty24Job | None:
    """The newest of these kinds that concerns this column alone."""
    rows = Betty24Job.objects.filter(binding=binding, kind__in=list(kinds))
    return rows.select_related("binding__column", "asked_by").order_by("-pk").first()
