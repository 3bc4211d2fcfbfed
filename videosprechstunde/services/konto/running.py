"""One row of a run, from wherever it stands to its end. Each step is a transaction of its own and may be repeated.

    move                   appointments, roles, type and links belong to the new participant
    delete_outside         noted, asked outside with no transaction open, written down
    complete               final: patients told, account data blanked, the row done

Whoever dies in between leaves a row that the next worker goes on with after its lease.
"""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from praxis.core.exceptions import OutsideError
from praxis.core.jobs import retry
from videosprechstunde.legacy_accounts import LegacyAccounts
from videosprechstunde.models import KontoLine, KontoRow
from videosprechstunde.services.konto.claims import ClaimLost, RowStuck, held, settle
from videosprechstunde.services.konto.finishing import complete, delete_outside, waits_for_consultation
from videosprechstunde.services.konto.lines import note_row
from videosprechstunde.services.konto.moving import move

Clock = Callable[[], datetime]


def migrate_row(row: KontoRow, accounts: LegacyAccounts, *, clock: Clock) -> None:
    """Ends the claim of the row in every case but one: somebody else holds it by now."""
    try:
        move(row, now=clock())
        if waits_for_consultation(row, now=clock()):
            return
        delete_outside(row, accounts, clock=clock)
        complete(row, now=clock())
    except ClaimLost:
        return
    except RowStuck as error:
        _leave_open(row, OutsideError(error.message, permanent=True), now=clock())
    except OutsideError as error:
        _leave_open(row, error, now=clock())


@transaction.atomic
def _leave_open(row: KontoRow, error: OutsideError, *, now: datetime) -> None:
    """Tried again by itself where that can help; otherwise a person decides. The other rows go on."""
    try:
        held(row)
    except ClaimLost:
        return
    retry(row, now=now, error=error.message, permanent=error.permanent, retry_after=error.retry_after)
    note_row(row, KontoLine.Kind.TROUBLE, now=now, reason=error.message)
    settle(row.run_id, now=now)
