"""What patients are told about their accounts beside the links."""

from datetime import datetime

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import HistoryLine
from accounts.services.mails import MailContent, writes_mail
from accounts.services.patient_accounts import LINKED_MAIL
from praxis.core.addresses import public_url


@writes_mail(LINKED_MAIL)
def linked(line_id: int, now: datetime) -> MailContent | None:
    """To somebody whose sign-in shows one more patient from now on. Names nobody."""
    lines = HistoryLine.objects.filter(pk=line_id).select_related("patient_account__user", "practice")
    line = lines.first()
    account = line.patient_account if line else None
    if account is None or account.deactivated_at is not None or not account.user.is_active:
        return None
    with translation.override("de" if account.user.practice_id else account.user.language):
        text = _(
            "Guten Tag,\n\nIhr Online-Zugang bei %(practice)s zeigt jetzt auch die Termine einer weiteren Person. Sie "
            "brauchen dafür nichts zu tun; angemeldet wird wie bisher:\n\n%(page)s\n\nHaben Sie das nicht erwartet? "
            "Dann rufen Sie bitte in der Praxis an.\n\n%(practice)s"
        ) % {"practice": account.practice.name, "page": public_url(reverse("start"))}
        subject = _("Ihr Online-Zugang: %(practice)s") % {"practice": account.practice.name}
        return MailContent(recipient=account.user.email, subject=subject, text=text)
