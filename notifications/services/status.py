"""Status aktualisieren: asks the gateways what became of messages, and settles those whose outcome is unclear."""

import logging
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, QuerySet
from django_scopes import scope

from accounts.models import Practice
from accounts.selectors import practices_by_id
from notifications.channels import Access, Asked, Gateway, Report, open_gateway
from notifications.models import GatewayAccount, GatewayKind, Message, Outcome
from notifications.services.claiming import give_back_day
from notifications.services.lanes import access_of, open_lane
from notifications.services.reports import apply_report, settle_answered
from praxis.core.exceptions import OutsideError
from praxis.core.workrow import WorkState

logger = logging.getLogger(__name__)

# Longer than any call lasts and any gateway needs to write its own journal: measured, 2 minutes leave no duplicates.
SETTLES_AFTER = timedelta(minutes=10)
ASKED_FOR = timedelta(days=7)
_AT_ONCE = 500


@dataclass
class StatusCounts:
    asked: int = 0
    news: int = 0
    settled: int = 0
    resent: int = 0
    unclear: int = 0
    errors: int = 0


def update_status(*, practice: Practice, now: datetime) -> StatusCounts:
    """Ask about everything that is open, up to seven days back. No transaction is open while anybody is asked."""
    counts = StatusCounts()
    with scope(practice=practice):
        settle_unclear_messages(practice, now=now, counts=counts)
        for batch in _accepted(practice, now):
            for account, gateway, messages in _by_gateway(batch):
                _ask(account, gateway, messages, counts, now)
        # Nobody will report any more.
        over = Message.objects.filter(practice=practice, state=WorkState.DONE, final_at=None)
        over.filter(sent_at__lte=now - ASKED_FOR).update(final_at=now)
        counts.unclear = Message.objects.filter(practice=practice, state=WorkState.UNKNOWN).count()
    return counts


def _accepted(practice: Practice, now: datetime) -> Iterator["QuerySet[Message]"]:
    """All that is not final, the oldest first; no mails: nobody can be asked about them, and they are many."""
    kinds = [kind for kind in GatewayKind if open_gateway(kind, Access()).can_query]
    open_ids = Message.objects.filter(
        practice=practice, state=WorkState.DONE, final_at=None, sent_at__gt=now - ASKED_FOR,
        outcome__gte=Outcome.ACCEPTED, gateway_kind__in=kinds,
    ).order_by("sent_at", "pk").values_list("pk", flat=True)  # fmt: skip
    found = list(open_ids)
    for start in range(0, len(found), _AT_ONCE):
        yield Message.objects.filter(pk__in=found[start : start + _AT_ONCE])


def settle_all_unclear(now: datetime) -> int:
    """Of all practices: each tick looks, so that nothing stays unclear until a job happens to run."""
    waiting = Message._base_manager.filter(state=WorkState.UNKNOWN, finished_at__lte=now - SETTLES_AFTER)
    waiting = waiting.filter(due_at__lte=now)
    settled = 0
    for practice in practices_by_id(waiting.values_list("practice", flat=True).distinct()):
        counts = StatusCounts()
        try:
            with scope(practice=practice):
                settle_unclear_messages(practice, now=now, counts=counts)
        except Exception as error:
            # One practice's account keeps nobody else's messages unclear.
            logger.error("Settling of %s: %s", practice.pk, type(error).__name__)
        settled += counts.settled + counts.resent
    return settled


def settle_unclear_messages(practice: Practice, *, now: datetime, counts: StatusCounts) -> None:
    """Known to the gateway: sent. Certainly unknown to it: sent once more while that is of use. Else people decide."""
    settle_answered(now=now)
    unclear = Message.objects.filter(
        practice=practice, state=WorkState.UNKNOWN, finished_at__lte=now - SETTLES_AFTER, due_at__lte=now,
        sent_at__gt=now - ASKED_FOR,
    )  # fmt: skip
    for account, gateway, messages in _by_gateway(unclear):
        reports = _query(account, gateway, messages, now) if gateway.can_query else None
        if reports is None:
            # No answer, or nobody to ask: not again before a while.
            later = now + SETTLES_AFTER
            Message.objects.filter(pk__in=[message.pk for message in messages]).update(due_at=later)
            counts.errors += gateway.can_query
            continue
        known = _match(messages, reports)
        for message in messages:
            if message.pk in known:
                counts.settled += apply_report(message.pk, known[message.pk], now=now)
            else:
                counts.resent += _send_once_more(practice, message, now)


@transaction.atomic
def _send_once_more(practice: Practice, message: Message, now: datetime) -> int:
    """Only once, and only if nothing was heard meanwhile. A second loss is for a person to look at."""
    lost = Message.objects.filter(
        pk=message.pk, state=WorkState.UNKNOWN, claim_number=message.claim_number, resends=0, outcome=Outcome.NONE,
        superseded_at=None,
    )  # fmt: skip
    if not lost.update(state=WorkState.QUEUED, resends=F("resends") + 1, due_at=now, finished_at=None, last_error=""):
        Message.objects.filter(pk=message.pk, state=WorkState.UNKNOWN).update(due_at=now + SETTLES_AFTER)
        return 0
    if message.sent_at and message.recipient_hash:
        give_back_day(open_lane(practice, message.channel), message.sent_at, Counter([message.recipient_hash]))
    return 1


def _by_gateway(messages: "QuerySet[Message]") -> list[tuple[GatewayAccount | None, Gateway, list[Message]]]:
    """Each message is asked about where it went, also when the practice has another gateway by now."""
    groups: dict[tuple[int | None, str], list[Message]] = {}
    for message in messages.select_related("gateway").order_by("sent_at")[:_AT_ONCE]:
        groups.setdefault((message.gateway_id, message.gateway_kind), []).append(message)
    found = []
    for (_key, kind), group in groups.items():
        account = group[0].gateway
        gone = account is not None and account.kind != kind
        if not gone and (account is not None or kind == GatewayKind.CONSOLE):
            found.append((account, open_gateway(kind, access_of(account)), group))
    return found


def _ask(
    account: GatewayAccount | None, gateway: Gateway, messages: list[Message], counts: StatusCounts, now: datetime
) -> None:  # fmt: skip
    if not gateway.can_query:
        return
    counts.asked += len(messages)
    reports = _query(account, gateway, messages, now)
    if reports is None:
        counts.errors += 1
        return
    for message_id, report in _match(messages, reports).items():
        counts.news += apply_report(message_id, report, now=now)


def _query(
    account: GatewayAccount | None, gateway: Gateway, messages: list[Message], now: datetime
) -> Sequence[Report] | None:  # fmt: skip
    """None: no answer that one could rely on."""
    asked = [
        Asked(message.outside_reference, message.gateway_reference, message.recipient, message.sent_at or now)
        for message in messages
    ]
    try:
        return gateway.query(asked)
    except OutsideError as error:
        if account is not None:
            told = GatewayAccount.objects.filter(pk=account.pk)
            told.update(last_error=error.message[:200], last_error_at=now)
        return None


def _match(messages: Sequence[Message], reports: Sequence[Report]) -> dict[int, Report]:
    by_reference = {message.outside_reference: message.pk for message in messages}
    return {by_reference[report.reference]: report for report in reports if report.reference in by_reference}
