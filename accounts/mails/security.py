"""What changed about somebody's sign-in, told to that person."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import HistoryLine, User
from accounts.services.history import SECURITY_MAIL
from accounts.services.mails import MailContent, writes_mail
from praxis.core.addresses import public_url

Kind = HistoryLine.Kind
WHAT = {
    Kind.PASSWORD_SET: gettext_lazy("Das Passwort wurde geändert."),
    Kind.FACTOR_ADDED: gettext_lazy("Ein zweiter Faktor wurde eingerichtet."),
    Kind.FACTOR_REMOVED: gettext_lazy("Ein zweiter Faktor wurde entfernt."),
    Kind.FACTOR_RESET: gettext_lazy("Der zweite Faktor wurde von der Praxis zurückgesetzt."),
    Kind.RECOVERY_MADE: gettext_lazy("Es wurden neue Notfallcodes erzeugt. Die alten gelten nicht mehr."),
    Kind.RECOVERY_USED: gettext_lazy("Ein Notfallcode wurde zum Anmelden benutzt."),
    Kind.CHANGED: gettext_lazy("Die Angaben zu Ihrem Zugang wurden geändert."),
    Kind.DEACTIVATED: gettext_lazy("Der Zugang wurde deaktiviert."),
    Kind.REACTIVATED: gettext_lazy("Der Zugang wurde wieder freigeschaltet."),
    Kind.SESSIONS_ENDED: gettext_lazy("Alle anderen Geräte wurden abgemeldet."),
}  # fmt: skip


@writes_mail(SECURITY_MAIL)
def security_notice(line_id: int, now: datetime) -> MailContent | None:
    line = HistoryLine.objects.select_related("practice", "user", "patient_account__user").filter(pk=line_id).first()
    if line is None:
        return None
    person = line.user or (line.patient_account.user if line.patient_account else None)
    if person is None:
        return None
    zone = ZoneInfo(line.practice.time_zone)
    with translation.override("de" if person.practice_id else person.language), timezone.override(zone):
        address = line.notice_to or person.email
        return MailContent(recipient=address, subject=_("Ihr Zugang wurde geändert"), text=_text(line, person))


def _text(line: HistoryLine, person: User) -> str:
    at = date_format(timezone.localtime(line.at), "DATETIME_FORMAT")
    parts = [
        _("Guten Tag %(name)s,") % {"name": person.get_full_name()},
        _("am %(at)s Uhr gab es eine Änderung an Ihrem Zugang:") % {"at": at},
        str(WHAT.get(Kind(line.kind), line.get_kind_display())),
        _("Waren Sie das oder wissen Sie davon, ist nichts zu tun."),
        _("Wenn nicht, wählen Sie bitte gleich ein neues Passwort und sagen Sie der Praxis Bescheid: %(page)s")
        % {"page": public_url(reverse("account_reset_password"))},
        line.practice.name,
    ]
    return "\n\n".join(parts)
