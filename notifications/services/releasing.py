"""The job "send" lets go what was prepared; workers then send it as soon as quiet hours and limits allow."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from accounts.models import Practice
from notifications.models import Channel, JobRun, Message, MessageKind
from notifications.services.credits import release
from praxis.core.nudging import nudge
from praxis.core.workrow import WorkState

_RELEASE = """
UPDATE notifications_message SET released_at = %(now)s, sent_by_id = %(run)s, due_at = GREATEST(due_at, %(now)s)
WHERE practice_id = %(practice)s AND state = 'queued' AND released_at IS NULL
  AND (%(entry)s::bigint IS NULL OR entry_id = %(entry)s)
"""

_LAPSE = """
UPDATE notifications_message message SET state = 'done', outcome = 2, reason = 'too_late', finished_at = %(now)s,
    outcome_at = %(now)s, final_at = %(now)s, credits_reserved = 0
WHERE practice_id = %(practice)s AND state = 'queued' AND released_at IS NULL AND not_after < %(now)s
RETURNING message.mandant_id, old.credits_reserved
"""


@transaction.atomic
def lapse_what_nobody_sent(*, practice: Practice, now: datetime) -> None:
    """Planned, and the job "send" never ran while it was of use: it is over, and its credit is free again."""
    with connection.cursor() as cursor:
        cursor.execute(_LAPSE, {"practice": practice.pk, "now": now})
        lapsed = cursor.fetchall()
    freed: dict[int, tuple[int, int]] = {}
    for mandant_id, cost in lapsed:
        if mandant_id is not None:
            number, sum_ = freed.get(mandant_id, (0, 0))
            freed[mandant_id] = (number + 1, sum_ + cost)
    release(practice, freed, now=now, note="verfallen")


@transaction.atomic
def release_messages(*, practice: Practice, now: datetime, run: JobRun | None, entry_id: int | None = None) -> int:
    """Everything prepared so far, or what speaks of one entry; returns how many. A second call finds nothing."""
    values: dict[str, Any] = {"practice": practice.pk, "now": now, "entry": entry_id, "run": run.pk if run else None}
    with connection.cursor() as cursor:
        cursor.execute(_RELEASE, values)
        released = cursor.rowcount
    if released:
        nudge(Message, due_at=now)
    return released


def notice_message(
    *, practice_id: int, notice: str, reference_id: int, not_after: datetime | None, now: datetime,
    channel: str = Channel.EMAIL, number: int = 1, mandant_id: int | None = None, not_before: datetime | None = None,
) -> Message:  # fmt: skip
    """For `take_up_notices`: a mail or SMS of another part of the product, sent at once or from `not_before` on. One
    per kind, reference and `number`."""
    key = f"notice:{notice}:{reference_id}"
    return Message(
        practice_id=practice_id, kind=MessageKind.NOTICE, channel=channel, notice=notice,
        notice_reference=reference_id, not_after=not_after, released_at=now, due_at=max(now, not_before or now),
        mandant_id=mandant_id, state=WorkState.QUEUED, created_at=now,
        dedupe_key=key if number == 1 else f"{key}:{number}",
    )  # fmt: skip


def take_up_notices(messages: Sequence[Message]) -> None:
    """In one statement, whatever their number; those that are there already stay as they are."""
    Message._base_manager.bulk_create(messages, ignore_conflicts=True)
    for due_at in {message.due_at for message in messages}:
        nudge(Message, due_at=due_at)
