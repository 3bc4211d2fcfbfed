from datetime import timedelta

from allauth.usersessions.models import UserSession
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.utils import timezone

from accounts.models import User
from praxis.core.retention import erase_due


def test_a_session_that_is_over_leaves_nothing(db: None) -> None:
    over, open_one = SessionStore(), SessionStore()
    over["typed"] = "Magda Meier"
    over.set_expiry(timezone.now() - timedelta(minutes=1))
    over.save()
    open_one.save()
    erase_due(timezone.now())
    assert [session.session_key for session in Session.objects.all()] == [open_one.session_key]


def test_where_somebody_signed_in_is_forgotten_after_a_month(reception: User) -> None:
    now = timezone.now()
    for days in (29, 31):
        UserSession.objects.create(
            user=reception, ip="192.0.2.1", user_agent="x", session_key=f"key-{days}",
            created_at=now - timedelta(days=days),
        )  # fmt: skip
    erase_due(now)
    assert [session.session_key for session in UserSession.objects.all()] == ["key-29"]
