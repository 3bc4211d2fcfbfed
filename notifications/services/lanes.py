"""A lane: the messages of one practice on one channel, with everything their sending needs to know."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings as django_settings
from django.db import connection
from django.urls import reverse

from accounts.models import Practice
from accounts.selectors import practices_by_id
from notifications.channels import Access, Gateway, open_gateway
from notifications.models import GatewayAccount, GatewayKind, MessageKind, MessageSettings, MessageTemplate
from notifications.quiet import SendingHours
from notifications.services.hours import hours_of
from notifications.services.settings import settings_of
from praxis.core.addresses import public_url

# A call begun in the last seconds of the window would arrive after it.
CLOSING_MARGIN = timedelta(seconds=30)
# In place nothing leaves the house: many, as each batch is planned and written to the disk twice.
INSTANT_BATCH, CALL_BATCH, UNANSWERABLE_BATCH = 1_000, 20, 4

# Loose scan over (practice, channel): one probe of the index per lane, however many messages wait in it.
_DUE_LANES = """
WITH RECURSIVE lane AS (
    (SELECT practice_id, channel FROM notifications_message
     WHERE state = 'queued' AND released_at IS NOT NULL ORDER BY practice_id, channel LIMIT 1)
    UNION ALL
    SELECT following.practice_id, following.channel FROM lane CROSS JOIN LATERAL (
        SELECT practice_id, channel FROM notifications_message
        WHERE state = 'queued' AND released_at IS NOT NULL
          AND (practice_id, channel) > (lane.practice_id, lane.channel)
        ORDER BY practice_id, channel LIMIT 1) following
)
SELECT practice_id, channel FROM lane WHERE EXISTS (
    SELECT FROM notifications_message due WHERE due.practice_id = lane.practice_id AND due.channel = lane.channel
      AND due.state = 'queued' AND due.released_at IS NOT NULL AND due.due_at <= %(now)s)
"""


@dataclass
class Lane:
    practice: Practice
    channel: str
    settings: MessageSettings
    account: GatewayAccount | None
    gateway: Gateway
    templates: Mapping[tuple[str, int | None], MessageTemplate]
    hours: Mapping[str, SendingHours]
    zone: ZoneInfo
    # Claimed and not yet called.
    ready: deque = field(default_factory=deque)
    calls: int = 0
    is_empty: bool = False
    next_try: float = 0.0
    opt_out_address: str = ""
    asked: tuple[str, datetime] | None = None
    is_open: bool = False

    @property
    def gateway_kind(self) -> str:
        return self.account.kind if self.account else GatewayKind.CONSOLE

    @property
    def batch(self) -> int:
        """Few where a death in between leaves what nobody can be asked about, or where each has to wait its turn."""
        if self.gateway.is_instant:
            return INSTANT_BATCH
        if not self.gateway.can_query:
            return UNANSWERABLE_BATCH
        rate = self.account.rate_per_second if self.account else 0
        return min(CALL_BATCH, max(1, int(rate * 20))) if rate else CALL_BATCH

    def may_send(self, kind: str, now: datetime) -> bool:
        """In the window now and when the call arrives. Notices answer somebody who waits."""
        if kind == MessageKind.NOTICE:
            return True
        # A batch asks a thousand times about the same instant.
        if self.asked != (kind, now):
            hours = self.hours[kind]
            self.asked, self.is_open = (kind, now), hours.is_open(now) and hours.is_open(now + CLOSING_MARGIN)
        return self.is_open

    def next_allowed(self, kind: str, now: datetime) -> datetime | None:
        later = now + CLOSING_MARGIN if self.hours[kind].is_open(now) else now
        return self.hours[kind].next_allowed(later)


def due_lanes(now: datetime, practice: Practice | None = None) -> list[tuple[int, str]]:
    with connection.cursor() as cursor:
        cursor.execute(_DUE_LANES, {"now": now})
        found = cursor.fetchall()
    return [(key, channel) for key, channel in found if practice is None or key == practice.pk]


def open_lane(practice: Practice, channel: str) -> Lane:
    """Inside the scope of the practice."""
    settings = settings_of(practice)
    account = GatewayAccount.objects.filter(practice=practice, channel=channel, is_active=True).first()
    templates = {
        (template.kind, template.appointment_type_id): template
        for template in MessageTemplate.objects.filter(practice=practice, channel=channel)
    }
    kinds = (MessageKind.REMINDER, MessageKind.GREETING)
    return Lane(
        practice=practice, channel=channel, settings=settings, account=account,
        gateway=open_gateway(account.kind if account else GatewayKind.CONSOLE, access_of(account)),
        templates=templates, hours={kind: hours_of(settings, practice, kind) for kind in kinds},
        zone=ZoneInfo(practice.time_zone),
    )  # fmt: skip


def lane_practices(lanes: list[tuple[int, str]]) -> dict[int, Practice]:
    return {practice.pk: practice for practice in practices_by_id({key for key, _channel in lanes})}


def access_of(account: GatewayAccount | None) -> Access:
    if account is None:
        return Access(sender=django_settings.DEFAULT_FROM_EMAIL)
    return Access(
        sender=account.sender or (django_settings.DEFAULT_FROM_EMAIL if account.kind == GatewayKind.SMTP else ""),
        reply_to=account.reply_to, host=account.host, port=account.port, user=account.user, secret=account.secret,
        base_url=account.base_url, is_inside=account.is_inside, callback_url=callback_url(account),
    )  # fmt: skip


def callback_url(account: GatewayAccount) -> str:
    """Where the gateway reports to; empty while the program does not know its own address."""
    if not django_settings.PUBLIC_URL or not account.callback_token:
        return ""
    return public_url(reverse("message-callback", args=[account.callback_token]))
