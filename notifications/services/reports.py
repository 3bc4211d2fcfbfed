"""Rückmeldungen: stored raw and answered at once, read afterwards. A report only ever raises the outcome of a message.

So the order of reports, a second copy, or one that comes before our own commit changes nothing in the end.
"""

import hashlib
import hmac
import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import BigIntegerField, QuerySet
from django.utils.translation import gettext as _
from django_scopes import scope

from accounts.selectors import practices_by_id
from notifications.channels import Report, open_gateway
from notifications.models import BlockedAddress, DeliveryReport, GatewayAccount, Message
from notifications.models.message import KNOWN_BY_THEIR_OWN
from notifications.services import send_sql
from notifications.services.credits import book
from notifications.services.lanes import access_of
from notifications.services.recording import booking_of
from praxis.core.exceptions import OutsideError
from praxis.core.nudging import nudge

MOST_BYTES = 200_000
_QUIETLY_GIVEN_UP = timedelta(days=3)
_OUR_REFERENCE = re.compile(r"[0-9a-fA-F]{32}")

_RAISE = """
UPDATE notifications_message SET outcome = %(outcome)s, outcome_at = %(at)s,
    gateway_reference = COALESCE(NULLIF(gateway_reference, ''), %(gateway_reference)s),
    reason = CASE WHEN %(outcome)s IN (30, 31) THEN 'not_delivered' WHEN %(outcome)s = 40 THEN '' ELSE reason END,
    final_at = CASE WHEN %(outcome)s >= 30 AND state = 'done' THEN COALESCE(final_at, %(now)s) ELSE final_at END
WHERE id = %(id)s AND outcome < %(outcome)s AND state IN ('running', 'unknown', 'done') AND outcome <> ALL(ARRAY[1, 2])
"""


def take_report(
    *, account: GatewayAccount, query: Mapping[str, str], body: bytes, content_type: str, now: datetime
) -> bool:  # fmt: skip
    """Into the inbox, unread; False: the very same came before, or it is no report by its size."""
    if len(body) > MOST_BYTES:
        return False
    asked = json.dumps(dict(sorted(query.items())))
    digest = hashlib.sha256(asked.encode() + b"\n" + body).hexdigest()
    report = DeliveryReport(
        practice_id=account.practice_id, gateway=account, query=asked, body=body.decode("utf-8", "replace"),
        content_type=content_type[:100], digest=digest, received_at=now, due_at=now,
    )  # fmt: skip
    with transaction.atomic():
        DeliveryReport._base_manager.bulk_create([report], ignore_conflicts=True)
        nudge(DeliveryReport, due_at=now)
    return True


def read_report(row: DeliveryReport, *, now: datetime) -> None:
    """Work on one row of the inbox. Raises OutsideError while the message is not to be found (it may come)."""
    account = row.gateway
    gateway = open_gateway(account.kind, access_of(account))
    try:
        reports = gateway.read_report(json.loads(row.query or "{}"), row.body.encode(), row.content_type)
    except (ValueError, KeyError, TypeError) as error:
        raise OutsideError(_("Die Rückmeldung ist nicht lesbar."), permanent=True) from error
    with scope(practice=account.practice):
        for report in reports:
            message_id = find_message(account, report)
            if message_id is None:
                late = now - row.received_at > _QUIETLY_GIVEN_UP
                raise OutsideError(_("Zu dieser Rückmeldung gibt es keine Nachricht."), permanent=late)
            apply_report(message_id, report, now=now)
            DeliveryReport.objects.filter(pk=row.pk).update(message_id=message_id, outcome=report.outcome)


def find_message(account: GatewayAccount, report: Report) -> int | None:
    """By our reference, which is known before the call; else by the gateway's."""
    messages = Message.objects.filter(practice=account.practice_id)
    if _OUR_REFERENCE.fullmatch(report.reference):
        found = _by_ours(messages, report.reference.lower())
        if found is not None:
            return found
    if not report.gateway_reference or account.kind not in KNOWN_BY_THEIR_OWN:
        return None
    mine = messages.filter(gateway_reference=report.gateway_reference, gateway=account, gateway_kind=account.kind)
    return mine.values_list("pk", flat=True).first()


def _by_ours(messages: "QuerySet[Message]", reference: str) -> int | None:
    number = int(reference[:16], 16)
    if number <= BigIntegerField.MAX_BIGINT:
        found = messages.filter(pk=number).first()
        if found is not None and hmac.compare_digest(found.outside_reference, reference):
            return found.pk
    # Sent when a reference did not begin with the number.
    return (
        messages.filter(reference=reference, is_numbered=False, sent_at__isnull=False)
        .values_list("pk", flat=True)
        .first()
    )


@transaction.atomic
def apply_report(message_id: int, report: Report, *, now: datetime) -> bool:
    """False: nothing new. What was unclear is settled by it; a dead address gets nothing more."""
    values: dict[str, Any] = {
        "id": message_id, "outcome": int(report.outcome), "at": min(report.at or now, now), "now": now,
        "gateway_reference": report.gateway_reference[:80],
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_RAISE, values)
        is_new = bool(cursor.rowcount)
    if is_new:
        settle_answered(now=now)
        if report.is_hard_bounce:
            _block(message_id, now)
    return is_new


@transaction.atomic
def settle_answered(*, now: datetime) -> int:
    """Unclear messages that a report has answered count as sent, and are paid for."""
    with connection.cursor() as cursor:
        cursor.execute(send_sql.ANSWERED, {"now": now})
        rows: Sequence[tuple[int, int | None, int, int]] = cursor.fetchall()
    by_practice: dict[int, list[tuple[int | None, int, int]]] = {}
    for practice_id, mandant_id, segments, reserved in rows:
        by_practice.setdefault(practice_id, []).append((mandant_id, segments, reserved))
    for practice in practices_by_id(by_practice):
        with scope(practice=practice):
            book(practice, booking_of(by_practice[practice.pk]), now=now)
    return len(rows)


def _block(message_id: int, now: datetime) -> None:
    message = Message.objects.get(pk=message_id)
    if message.recipient_hash:
        BlockedAddress.objects.get_or_create(
            practice_id=message.practice_id, channel=message.channel, address_hash=message.recipient_hash,
            defaults={"cause": BlockedAddress.Cause.BOUNCE, "at": now},
        )  # fmt: skip
