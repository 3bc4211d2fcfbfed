"""Another part of the product wants a mail: it says so, and this wing sends it through the same outbox."""

from datetime import timedelta

import pytest
from django.db import transaction
from django_scopes import scope

from accounts.events import MailWanted
from accounts.models import Practice, User
from accounts.services.tokens import create_token, revoke_token
from notifications.models import Message, Outcome, Reason
from praxis.core.events import publish
from praxis.core.models import AuditEntry
from tests.notifications import cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def night(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever waits for an answer gets it at night too."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: cast.NOW + timedelta(hours=13))


def test_who_gets_an_api_key_hears_of_it(house: Practice, practice_admin: User, night: None) -> None:
    token, secret = create_token(user=practice_admin, scopes=["calendar:read"], now=cast.NOW, name="Wartezimmer")
    assert cast.send(house, cast.NOW + timedelta(hours=13)) == 1
    message = cast.only_message(house)
    assert (message.channel, message.outcome, message.recipient) == ("email", Outcome.ACCEPTED, practice_admin.email)
    assert "Wartezimmer" in message.text
    assert secret not in message.text
    assert (message.notice, message.notice_reference) == ("api_token_created", token.pk)


def test_nobody_is_told_of_a_key_that_is_gone_already(house: Practice, practice_admin: User, night: None) -> None:
    token, _secret = create_token(user=practice_admin, scopes=["calendar:read"], now=cast.NOW)
    revoke_token(token=token, actor=practice_admin, now=cast.NOW)
    assert cast.send(house, cast.NOW + timedelta(hours=13)) == 0
    assert cast.only_message(house).outcome == Outcome.CANCELLED


def test_asked_for_twice_it_is_sent_once(house: Practice, night: None) -> None:
    for _ in range(2):
        with transaction.atomic():
            publish(MailWanted(practice_id=house.pk, actor_id=None, kind="invitation", reference_id=7))
    assert Message.objects.count() == 1
    assert AuditEntry.objects.filter(action="MailWanted", object_id=7).count() == 2


def test_a_kind_that_nobody_writes_is_an_error_and_stops_no_other(
    house: Practice, practice_admin: User, night: None
) -> None:
    with transaction.atomic():
        publish(MailWanted(practice_id=house.pk, actor_id=None, kind="unheard_of", reference_id=7))
    create_token(user=practice_admin, scopes=["calendar:read"], now=cast.NOW)
    assert cast.send(house, cast.NOW + timedelta(hours=13)) == 1
    failed = Message.objects.get(notice="unheard_of")
    assert (failed.state, failed.reason) == ("failed", Reason.TEMPLATE_BROKEN)


def test_nothing_wanted_by_one_practice_is_seen_by_another(
    house: Practice, neighbour: Practice, practice_admin: User, night: None
) -> None:
    create_token(user=practice_admin, scopes=["calendar:read"], now=cast.NOW)
    with scope(practice=neighbour):
        assert not Message.objects.exists()
