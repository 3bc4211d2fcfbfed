"""Mails that come back: delivery status notifications (RFC 3464), read for what they say about ours. Pure."""

import re
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import Message as Mail
from email.utils import parsedate_to_datetime

from notifications.channels.base import Report
from notifications.models.words import Outcome

_OUR_ID = re.compile(r"<([0-9a-f]{32})@[^>]*>")
_ACTIONS = {
    "failed": Outcome.NOT_DELIVERED, "delayed": Outcome.BUFFERED, "delivered": Outcome.DELIVERED,
    "relayed": Outcome.DELIVERED, "expanded": Outcome.DELIVERED,
}  # fmt: skip
# Bad mailbox, bad domain, moved, disabled: the address is dead. A full mailbox (5.2.2) is not.
_DEAD = re.compile(r"5\.(1\.[0-36]|1\.10|2\.1|7\.27)")


def read_bounce(content: bytes) -> list[Report]:
    """Raises ValueError when the mail is no notification about one of ours."""
    mail = message_from_bytes(content)
    status = next((part for part in mail.walk() if part.get_content_type() == "message/delivery-status"), None)
    reference = _OUR_ID.search(content.decode("utf-8", "replace"))
    if status is None or reference is None:
        raise ValueError("no bounce of ours")
    fields = _fields_of_recipient(status)
    outcome = _ACTIONS.get(fields.get("action", "").lower())
    if outcome is None:
        raise ValueError("no bounce of ours")
    is_dead = outcome == Outcome.NOT_DELIVERED and bool(_DEAD.match(fields.get("status", "")))
    return [Report(outcome, reference=reference[1], at=_date(mail), is_hard_bounce=is_dead)]


def _fields_of_recipient(status: Mail) -> dict[str, str]:
    """The block about the recipient, after the one about the message."""
    blocks = status.get_payload()
    for block in blocks if isinstance(blocks, list) else []:
        if isinstance(block, Mail) and block["Action"]:
            return {name.lower(): str(value).strip() for name, value in block.items()}
    return {}


def _date(mail: Mail) -> datetime | None:
    try:
        read = parsedate_to_datetime(mail["Date"] or "")
    except (TypeError, ValueError):
        return None
    return read if read.tzinfo else read.replace(tzinfo=UTC)
