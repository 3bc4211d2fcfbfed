"""What a command does itself and waits for, instead of asking the worker. One speaks to a portal at a time."""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from django.utils.translation import gettext as _

from integrations.betty24.client import Betty24Client
from integrations.betty24.differences import Comparison
from integrations.betty24.models import Betty24Binding, Betty24Connection
from integrations.betty24.services.comparing import compare
from integrations.betty24.services.jobs import synchronise
from integrations.betty24.services.repairing import put_right
from integrations.betty24.services.uploading import Step, upload_column
from integrations.betty24.turns import taking_turns
from praxis.core.exceptions import PraxisError

Clock = Callable[[], datetime]

PATIENCE_SECONDS = 15.0
LOOK_AGAIN_SECONDS = 0.2


class PortalBusy(PraxisError):
    """Somebody else has been speaking to the portal all the time."""


def sync_at_once(connection: Betty24Connection, *, clock: Clock, patience: float = PATIENCE_SECONDS) -> Counter[str]:
    """Until both sides agree; counts by kind. Raises PortalBusy, OutsideError."""
    with _our_turn(connection, patience):
        return synchronise(connection, clock=clock)


def compare_at_once(
    connection: Betty24Connection, bindings: Sequence[Betty24Binding], *, clock: Clock, repair: bool = False,
    patience: float = PATIENCE_SECONDS,
) -> list[Comparison]:  # fmt: skip
    """`repair`: what was found is put right and told, and what is answered is what differs after that.

    Raises PortalBusy, OutsideError.
    """
    with _our_turn(connection, patience):
        client = Betty24Client(connection)
        found = compare(client, connection, bindings, now=clock())
        if repair and any(one.differences for one in found):
            put_right(client, connection, found, now=clock())
            connection.refresh_from_db()
            synchronise(connection, clock=clock)
            found = compare(client, connection, bindings, now=clock())
        return found


def upload_at_once(
    binding: Betty24Binding, *, clock: Clock, step: Step, patience: float = PATIENCE_SECONDS
) -> Counter[str]:
    """Counts by kind; `step(done, all)` is called after each part. Raises PortalBusy, OutsideError."""
    connection = binding.connection
    with _our_turn(connection, patience):
        return upload_column(Betty24Client(connection), connection, binding, now=clock(), step=step)


@contextmanager
def _our_turn(connection: Betty24Connection, patience: float) -> Iterator[None]:
    until = time.monotonic() + patience
    while True:
        with taking_turns(connection.pk) as is_ours:
            if is_ours:
                # What the one before us learned.
                connection.refresh_from_db()
                yield
                return
        if time.monotonic() >= until:
            raise PortalBusy(_("Es läuft gerade ein anderer Abgleich. Bitte in einer Minute noch einmal versuchen."))
        time.sleep(LOOK_AGAIN_SECONDS)
