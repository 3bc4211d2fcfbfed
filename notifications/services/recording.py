"""What came of the calls, written for a whole batch: accepted, unclear, again later, never."""

import json
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple, cast

from django.db import connection, transaction
from django.db.models.functions import Now

from notifications.channels import Receipt
from notifications.models import GatewayAccount, Message, Reason
from notifications.services import send_sql
from notifications.services.claiming import give_back_day
from notifications.services.credits import book, release
from notifications.services.judging import Draft
from notifications.services.lanes import Lane
from praxis.core.exceptions import OutsideError
from praxis.core.workrow import WorkState

_UNEXPECTED = "Unerwarteter Fehler beim Senden. Ob die Nachricht angekommen ist, ist unklar."


class Result(NamedTuple):
    """`answer` None: not called at all, it goes back as it was."""

    draft: Draft
    answer: Receipt | OutsideError | None
    begun_at: datetime


@transaction.atomic
def record(lane: Lane, results: Sequence[Result], *, now: datetime) -> None:
    """A claim that is not ours any more changes nothing."""
    _accept(lane, [one for one in results if isinstance(one.answer, Receipt)], now)
    failed = [one for one in results if isinstance(one.answer, OutsideError)]
    _unclear([one for one in failed if _error(one).outcome_unknown], now)
    returned = [one for one in results if one.answer is None]
    _return(lane, [one for one in failed if not _error(one).outcome_unknown] + returned, now)
    _tell_of_the_account(lane, failed, is_working=any(isinstance(one.answer, Receipt) for one in results))


def unexpected() -> OutsideError:
    return OutsideError(_UNEXPECTED, outcome_unknown=True)


def _error(result: Result) -> OutsideError:
    return cast(OutsideError, result.answer)


def _accept(lane: Lane, results: Sequence[Result], now: datetime) -> None:
    if not results:
        return
    told = [
        {
            "id": one.draft.row.id, "claim_number": one.draft.claim_number,
            "gateway_reference": one.answer.gateway_reference[:80], "price_points": one.answer.price_points,
        }
        for one in results
        if isinstance(one.answer, Receipt)
    ]  # fmt: skip
    values: dict[str, Any] = {"now": now, "told": json.dumps(told)}
    with connection.cursor() as cursor:
        cursor.execute(send_sql.ACCEPT, values)
        accepted = cursor.fetchall()
    book(lane.practice, booking_of(accepted), now=now)


def booking_of(rows: Sequence[tuple[int | None, int, int]]) -> dict[int, tuple[int, int, int]]:
    """(messages, segments, reserved) per Mandant of rows (Mandant, segments, reserved)."""
    moves: dict[int, tuple[int, int, int]] = {}
    for mandant_id, segments, reserved in rows:
        if mandant_id is not None:
            number, used, set_aside = moves.get(mandant_id, (0, 0, 0))
            moves[mandant_id] = (number + 1, used + segments, set_aside + reserved)
    return moves


def _unclear(results: Sequence[Result], now: datetime) -> None:
    if not results:
        return
    values: dict[str, Any] = {
        "now": now, "id": [one.draft.row.id for one in results],
        "claim_number": [one.draft.claim_number for one in results],
        "error": [_error(one).message for one in results],
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(send_sql.UNCLEAR, values)


def _return(lane: Lane, results: Sequence[Result], now: datetime) -> None:
    """Certainly not sent: its place of the day is free again, and its credit where it is over."""
    if not results:
        return
    decided = [_decide(one, now) for one in results]
    values: dict[str, Any] = {
        "now": now, "id": [one.draft.row.id for one in results],
        "claim_number": [one.draft.claim_number for one in results],
        "state": [str(state) for state, _due, _uncounted in decided], "due_at": [due for _state, due, _n in decided],
        "uncounted": [uncounted for _state, _due, uncounted in decided],
        "error": [one.answer.message if isinstance(one.answer, OutsideError) else "" for one in results],
        "reason": [str(Reason.REFUSED) if state == WorkState.FAILED else "" for state, _due, _n in decided],
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(send_sql.RETURN, values)
        changed = cursor.fetchall()
    begun = {one.draft.row.id: one.begun_at for one in results}
    for day_at in sorted(set(begun.values())):
        give_back_day(lane, day_at, Counter(row[4] for row in changed if begun[row[0]] == day_at))
    over: dict[int, tuple[int, int]] = {}
    for _id, state, mandant_id, reserved, _hash in changed:
        if state == WorkState.FAILED and mandant_id is not None:
            number, cost = over.get(mandant_id, (0, 0))
            over[mandant_id] = (number + 1, cost + reserved)
    release(lane.practice, over, now=now, note="abgelehnt")


def _decide(result: Result, now: datetime) -> tuple[WorkState, datetime | None, int]:
    """State, when again, and whether the attempt counts as none."""
    error = result.answer
    if not isinstance(error, OutsideError):
        return WorkState.QUEUED, None, 1
    if error.permanent:
        return WorkState.FAILED, None, 0
    if error.retry_after is not None:
        # The account pauses, the message did nothing wrong.
        return WorkState.QUEUED, now + max(error.retry_after, timedelta(seconds=1)), 1
    pauses = min(result.draft.claim_number, 6)
    return WorkState.QUEUED, now + Message.first_pause * 2 ** (pauses - 1), 0


def _tell_of_the_account(lane: Lane, failed: Sequence[Result], *, is_working: bool) -> None:
    """What the gateway asked for holds for everybody who uses the account. What is wrong with one message, a number
    that does not exist, says nothing about the account; an answer that is good says that it works again."""
    if lane.account is None:
        return
    account = GatewayAccount.objects.filter(pk=lane.account.pk)
    troubles = [one for one in failed if not _error(one).permanent]
    if troubles:
        lane.account.last_error = _error(troubles[-1]).message[:200]
        account.update(last_error=lane.account.last_error, last_error_at=troubles[-1].begun_at)
    elif is_working and lane.account.last_error:
        lane.account.last_error = ""
        account.update(last_error="")
    asked = max((pause for one in failed if (pause := _error(one).retry_after)), default=None)
    if asked is not None:
        account.update(next_free_at=Now() + asked)
