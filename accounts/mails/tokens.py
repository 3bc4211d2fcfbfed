from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import ApiToken
from accounts.services.mails import MailContent, writes_mail
from accounts.services.tokens import CREATED_MAIL


@writes_mail(CREATED_MAIL)
def token_created(token_id: int, now: datetime) -> MailContent | None:
    """A key that somebody else made in one's name should not stay unnoticed. Never the key itself."""
    token = ApiToken.objects.select_related("user", "practice").filter(pk=token_id, revoked_at=None).first()
    if token is None or not token.user.is_active:
        return None
    scopes = ", ".join(token.scope_labels)
    text = _(
        "Guten Tag %(name)s,\n\nfür Ihr Konto wurde ein API-Schlüssel angelegt: %(label)s (%(scopes)s). Andere "
        "Programme handeln damit in Ihrem Namen.\n\nWenn Sie das nicht waren, widerrufen Sie ihn bitte gleich in den "
        "Einstellungen unter „API-Schlüssel“ und ändern Sie Ihr Passwort.\n\n%(practice)s"
    ) % {
        "name": token.user.get_full_name(), "label": str(token), "scopes": scopes, "practice": token.practice.name,
    }  # fmt: skip
    return MailContent(recipient=token.user.email, subject=_("Neuer API-Schlüssel"), text=text)
