"""The messages that this wing itself wants sent: those for trying a provider."""

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.services.mails import MailContent, writes_mail
from notifications.models import GatewayAccount
from notifications.services.trying import TEST_NOTICE


@writes_mail(TEST_NOTICE)
def test_message(account_id: int, now: datetime) -> MailContent | None:
    account = GatewayAccount.objects.select_related("practice").filter(pk=account_id, is_active=True).first()
    if account is None or not account.test_recipient:
        return None
    text = _("Testnachricht von %(practice)s. Der Versand funktioniert.") % {"practice": account.practice.name}
    return MailContent(recipient=account.test_recipient, subject=_("Testnachricht"), text=text)
