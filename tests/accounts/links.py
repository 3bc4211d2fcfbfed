"""Mails of the outbox and the links in them, as the people who get them use them."""

import re
from datetime import datetime, timedelta

from django.test import Client
from django.utils import timezone
from django_scopes import scope, scopes_disabled

from accounts.models import Invitation, Practice
from notifications.models import Message
from notifications.services.sending import send_due


def send_mails(practice: Practice, now: datetime | None = None) -> list[Message]:
    """What waits goes out, through the console; answers everything sent to anybody so far, the oldest first."""
    send_due(now or timezone.now(), practice=practice, budget=timedelta(seconds=20))
    with scope(practice=practice):
        return list(Message.objects.filter(practice=practice).order_by("pk"))


def codes_in(messages: list[Message]) -> list[str]:
    return [found.group(1) for one in messages if (found := re.search(r"/willkommen/#([0-9a-f]+)", one.text))]


def last_code(practice: Practice, now: datetime | None = None) -> str:
    return codes_in(send_mails(practice, now))[-1]


def let_expire(invitation: Invitation) -> None:
    with scopes_disabled():
        Invitation.objects.filter(pk=invitation.pk).update(expires_at=timezone.now() - timedelta(seconds=1))


def open_link(client: Client, code: str) -> str:
    """Where the code leads to; empty when it is refused."""
    answer = client.post("/willkommen/", {"code": code})
    return answer.headers.get("Location", "")
