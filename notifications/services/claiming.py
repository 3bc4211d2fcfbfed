"""Claiming a batch: looked at again, written, marked as being sent and committed, before anybody is called."""

import json
import logging
from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from psycopg.abc import Buffer
from psycopg.adapt import Loader

from accounts.services.mails import write_mail
from notifications.models import (
    OTHER_WAY_REASONS,
    BlockedAddress,
    Channel,
    GatewayKind,
    Message,
    MessageKind,
    Outcome,
    Reason,
)
from notifications.phone import address_hash
from notifications.services import send_sql
from notifications.services.contacts import refresh_contacts
from notifications.services.credits import free_credit, release, reserve
from notifications.services.judging import (
    Draft,
    Ended,
    Judged,
    Later,
    Picked,
    cancelled,
    judge,
    judge_notice,
    lapsed,
    sendable,
)
from notifications.services.lanes import Lane
from notifications.services.replanning import replan_soon
from praxis.core.crypto import encrypt_all, new_numbered_tokens
from praxis.core.fields import place_of
from praxis.core.localtime import day_bounds, local_day
from praxis.core.workrow import WorkState

logger = logging.getLogger(__name__)


class _Moment(Loader):
    """Django's own takes a moment apart in Python: three in each row are a tenth of all the work here."""

    def load(self, data: Buffer) -> datetime:
        return datetime.fromisoformat(bytes(data).decode())


# Staff may get several mails of the program on a day, but not any number.
NOTICES_A_DAY = 50


def claim_batch(lane: Lane, *, now: datetime, limit: int) -> list[Draft]:
    """Up to `limit` messages of the lane that are to be called now. Raises inside a transaction."""
    with transaction.atomic(durable=True):
        rows = _pick(lane, now, limit)
        judged = Judged(tokens=new_numbered_tokens([row.id for row in rows]))
        for row in rows:
            if row.kind == MessageKind.NOTICE:
                _judge_notice(row, lane, now, judged)
            else:
                judge(row, lane, now, judged)
        _cap(lane, now, judged)
        _cover(lane, now, judged)
        if judged.stale_patients:
            refresh_contacts(lane.practice)
        _begin(lane, now, judged.drafts)
        _end(lane, now, judged.ended)
        _postpone(judged.later)
    # Whoever was only put off or ended leaves room for others: the lane is empty when nothing was found at all.
    lane.is_empty = not rows
    return judged.drafts


def _judge_notice(row: Picked, lane: Lane, now: datetime, judged: Judged) -> None:
    """The part of the product that wanted the mail writes it; its mistake must not stop the others."""
    try:
        with transaction.atomic():
            content = write_mail(row.notice, row.notice_reference or 0, now)
    except Exception as error:
        logger.error("Notice %s %s: %s", row.notice, row.id, type(error).__name__)
        judged.ended.append(Ended(row, WorkState.FAILED, Outcome.NONE, Reason.TEMPLATE_BROKEN))
    else:
        if content is not None and lane.channel == Channel.SMS and _is_blocked(sendable(content, lane)):
            judged.ended.append(cancelled(row, Reason.BLOCKED))
        else:
            judge_notice(row, content, lane, now, judged)


def _is_blocked(number: str) -> bool:
    """Signed off by the recipient, or known not to be reached."""
    return BlockedAddress.objects.filter(channel=Channel.SMS, address_hash=address_hash(number)).exists()


def _pick(lane: Lane, now: datetime, limit: int) -> list[Picked]:
    values: dict[str, Any] = {
        "practice": lane.practice.pk, "channel": str(lane.channel), "now": now, "limit": limit,
        "today": local_day(now, lane.zone),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.cursor.adapters.register_loader("timestamptz", _Moment)
        # Joined as it is written: looking for a better order takes as long as all the joins.
        cursor.execute("SET LOCAL join_collapse_limit = 1")
        cursor.execute(send_sql.PICK, values)
        found = [Picked(*row) for row in cursor.fetchall()]
        cursor.execute("SET LOCAL join_collapse_limit TO DEFAULT")
        return found


def _cap(lane: Lane, now: datetime, judged: Judged) -> None:
    """The last brake: an address gets so many messages a day and no more, counted where all workers count."""
    wanted = Counter(draft.hash for draft in judged.drafts)
    if not wanted:
        return
    day = local_day(now, lane.zone)
    values: dict[str, Any] = {
        "practice": lane.practice.pk,
        "day": day,
        "wanted": json.dumps(wanted),
    }
    with connection.cursor() as cursor:
        cursor.execute(send_sql.COUNT_DAY, values)
        counted = dict(cursor.fetchall())
    if max(counted.values()) <= min(lane.settings.daily_cap, NOTICES_A_DAY):
        return
    # What the practice wrote by itself gives way to what answers somebody who waits.
    others = Counter(draft.hash for draft in judged.drafts if draft.row.kind != MessageKind.NOTICE)
    over: Counter[tuple[str, bool]] = Counter()
    for hash_, number in wanted.items():
        held = min(others[hash_], max(counted[hash_] - lane.settings.daily_cap, 0))
        over[hash_, False] = held
        over[hash_, True] = min(number - others[hash_], max(counted[hash_] - held - NOTICES_A_DAY, 0))
    if over.total():
        _hold_back(lane, now, judged, over)


def _hold_back(lane: Lane, now: datetime, judged: Judged, over: Counter[tuple[str, bool]]) -> None:
    """Of (address, whether a notice) so many, the last ones: tomorrow, or never when that is too late."""
    _start, tomorrow = day_bounds(local_day(now, lane.zone), lane.zone)
    kept, given_back, left = [], Counter[str](), Counter(over)
    for draft in reversed(judged.drafts):
        row = draft.row
        kind = draft.hash, row.kind == MessageKind.NOTICE
        if not left[kind]:
            kept.append(draft)
            continue
        left[kind] -= 1
        given_back[draft.hash] += 1
        if row.not_after is not None and tomorrow > row.not_after:
            judged.ended.append(lapsed(row, Reason.DAILY_CAP))
        else:
            judged.later.append(Later(row, tomorrow))
    judged.drafts = kept[::-1]
    give_back_day(lane, now, given_back)


def give_back_day(lane: Lane, at: datetime, numbers: "Counter[str]") -> None:
    """They were counted at `at` and not sent."""
    values: dict[str, Any] = {
        "practice": lane.practice.pk, "day": local_day(at, lane.zone), "hash": list(numbers),
        "number": list(numbers.values()),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(send_sql.GIVE_BACK_DAY, values)


def _cover(lane: Lane, now: datetime, judged: Judged) -> None:
    """A text longer than was thought needs more credit than was set aside: set it aside, or do not send."""
    longer = [draft for draft in judged.drafts if draft.segments > draft.row.credits_reserved]
    if not lane.settings.check_credit or not longer:
        return
    # Together with those that are given back in this transaction, so that all are locked in one order.
    touched = {draft.row.mandant_id for draft in longer} | {one.row.mandant_id for one in judged.ended}
    free = free_credit({mandant_id for mandant_id in touched if mandant_id is not None})
    more, uncovered = Counter[int](), set[int]()
    for draft in longer:
        mandant_id, missing = draft.row.mandant_id or 0, draft.segments - draft.row.credits_reserved
        if free.get(mandant_id, 0) - more[mandant_id] < missing:
            uncovered.add(draft.row.id)
        else:
            more[mandant_id] += missing
    reserve(lane.practice, {mandant_id: (0, cost) for mandant_id, cost in more.items()}, now=now, note="längerer Text")
    if uncovered:
        _leave_uncovered(lane, now, judged, uncovered)


def _leave_uncovered(lane: Lane, now: datetime, judged: Judged, uncovered: Collection[int]) -> None:
    left = [draft for draft in judged.drafts if draft.row.id in uncovered]
    judged.drafts = [draft for draft in judged.drafts if draft.row.id not in uncovered]
    judged.ended += [Ended(draft.row, WorkState.FAILED, Outcome.NONE, Reason.NO_CREDIT) for draft in left]
    give_back_day(lane, now, Counter(draft.hash for draft in left))


def _begin(lane: Lane, now: datetime, drafts: Sequence[Draft]) -> None:
    if not drafts:
        return
    outgoing = [draft.outgoing for draft in drafts]
    recipients = encrypt_all([one.recipient for one in outgoing], aad=place_of(Message, "recipient"))
    subjects = _sealed([one.subject for one in outgoing], "subject")
    texts = _sealed([_kept_text(lane, draft) for draft in drafts], "text")
    checks = lane.settings.check_credit
    told = [
        {
            "id": draft.row.id, "recipient": recipient, "recipient_hash": draft.hash, "subject": subject,
            "text": text, "is_secret": draft.is_secret,
            "opt_out_hash": draft.opt_out_hash, "length": draft.length, "segments": draft.segments,
            "encoding": draft.encoding,
            "credits_reserved": max(draft.segments if checks else 0, draft.row.credits_reserved),
            "template_version": draft.template_version,
        }
        for draft, recipient, subject, text in zip(drafts, recipients, subjects, texts, strict=True)
    ]  # fmt: skip
    values: dict[str, Any] = {
        "now": now, "lease_until": now + Message.lease, "gateway": lane.account.pk if lane.account else None,
        "gateway_kind": str(lane.gateway_kind), "told": json.dumps(told),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(send_sql.BEGIN, values)


def _kept_text(lane: Lane, draft: Draft) -> str:
    """What opens somebody's account is not kept, except where the outbox is the only place to read it."""
    return "" if draft.is_secret and lane.gateway_kind != GatewayKind.CONSOLE else draft.outgoing.text


def _sealed(texts: Sequence[str], field: str) -> list[str]:
    sealed = iter(encrypt_all([text for text in texts if text], aad=place_of(Message, field)))
    return [next(sealed) if text else "" for text in texts]


def _end(lane: Lane, now: datetime, ended: Sequence[Ended]) -> None:
    if not ended:
        return
    values: dict[str, Any] = {
        "now": now, "id": [one.row.id for one in ended], "state": [str(one.state) for one in ended],
        "outcome": [int(one.outcome) for one in ended], "reason": [str(one.reason) for one in ended],
        "error": [one.error for one in ended],
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(send_sql.END, values)
    released: dict[int, tuple[int, int]] = {}
    for one in ended:
        if one.row.mandant_id is not None:
            number, cost = released.get(one.row.mandant_id, (0, 0))
            released[one.row.mandant_id] = (number + 1, cost + one.row.credits_reserved)
    release(lane.practice, released, now=now, note="nicht gesendet")
    no_way = [one.row for one in ended if one.row.kind == MessageKind.REMINDER and one.reason in OTHER_WAY_REASONS]
    replan_soon([(row.entry_id, True) for row in no_way], practice_id=lane.practice.pk, now=now)


def _postpone(later: Sequence[Later]) -> None:
    if later:
        values: dict[str, Any] = {"id": [one.row.id for one in later], "due_at": [one.due_at for one in later]}
        with connection.cursor() as cursor:
            cursor.execute(send_sql.POSTPONE, values)
