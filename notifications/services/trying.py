"""A message to oneself through a provider: whether key, server and sender are right shows before the first patient."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from notifications.events import GatewayTested
from notifications.models import Channel, GatewayAccount, Verdict
from notifications.phone import read_email, read_phone
from notifications.services.releasing import notice_message, take_up_notices
from praxis.core.events import publish
from praxis.core.exceptions import PraxisError

TEST_NOTICE = "gateway_test"
USEFUL_FOR = timedelta(minutes=10)


class RecipientInvalid(PraxisError):
    """Nothing can be sent to what was typed."""


@transaction.atomic
def send_test_message(*, account: GatewayAccount, recipient: str, actor: User, now: datetime) -> None:
    """On its way at once, quiet hours or not; what became of it is shown among the messages. One a second.

    Raises RecipientInvalid.
    """
    reading = read_phone(recipient, "DE") if account.channel == Channel.SMS else read_email(recipient)
    if reading.verdict != Verdict.OK:
        raise RecipientInvalid(_wrong(account.channel), field="recipient")
    account.test_recipient = reading.address
    account.save(update_fields=["test_recipient"])
    message = notice_message(
        practice_id=account.practice_id, notice=TEST_NOTICE, reference_id=account.pk, not_after=now + USEFUL_FOR,
        now=now, channel=account.channel, number=int(now.timestamp()),
    )  # fmt: skip
    take_up_notices([message])
    publish(GatewayTested(practice_id=account.practice_id, actor_id=actor.pk, gateway_id=account.pk))


def _wrong(channel: str) -> str:
    if channel == Channel.SMS:
        return _("Bitte eine Mobilnummer eingeben, zum Beispiel 0151 23456789.")
    return _("Bitte eine E-Mail-Adresse eingeben.")
