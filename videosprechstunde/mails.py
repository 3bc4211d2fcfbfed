"""Link and TAN by mail or SMS, written when they are sent, from the appointment as it then is, in the patient's
language. An SMS says when and how and nothing else: no doctor, no reason.
"""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.selectors import language_of_patient
from accounts.services.mails import MailContent, writes_mail
from praxis.core.addresses import public_url
from scheduling.services.booking import NotifiedBy, Placement
from videosprechstunde.models import CallEvent, CallMember
from videosprechstunde.providers import PROVIDERS, Access
from videosprechstunde.selectors.names import doctor_name, member_name
from videosprechstunde.services.inviting import INVITATION, SMS_INVITATION, address_of, mobile_of


@writes_mail(INVITATION)
def invitation(event_id: int, now: datetime) -> MailContent | None:
    """None when it is of no use any more: over, cancelled, on the clipboard, or a newer one is on its way."""
    member = _still_wanted(event_id, CallEvent.Kind.SENT, now)
    if member is None or not address_of(member):
        return None
    with timezone.override(ZoneInfo(member.call.practice.time_zone)), translation.override(_language(member)):
        text = _text(member, PROVIDERS[member.call.provider].access_of(member))
        return MailContent(recipient=address_of(member), subject=_subject(member), text=text, is_secret=True)


@writes_mail(SMS_INVITATION)
def sms_invitation(event_id: int, now: datetime) -> MailContent | None:
    """None as for the mail."""
    member = _still_wanted(event_id, CallEvent.Kind.SENT_SMS, now)
    if member is None or not mobile_of(member):
        return None
    with timezone.override(ZoneInfo(member.call.practice.time_zone)), translation.override(_language(member)):
        text = _short_text(member, PROVIDERS[member.call.provider].access_of(member))
        return MailContent(recipient=mobile_of(member), subject="", text=text, is_secret=True, costs=True)


def _still_wanted(event_id: int, kind: CallEvent.Kind, now: datetime) -> CallMember | None:
    sent = CallEvent.objects.select_related("call__practice").filter(pk=event_id, kind=kind).first()
    if sent is None or sent.member_id is None:
        return None
    newer = CallEvent.objects.filter(call=sent.call, member=sent.member_id, kind=kind, pk__gt=sent.pk)
    member = _member(sent.member_id)
    if newer.exists() or not _is_wanted(member, now):
        return None
    return member if PROVIDERS[member.call.provider].access_of(member).is_complete else None


def _language(member: CallMember) -> str:
    entry = member.call.entry
    if member.side != CallMember.Side.PATIENT or entry is None or entry.patient is None:
        return settings.LANGUAGE_CODE
    return language_of_patient(entry.patient)


def _short_text(member: CallMember, given: Access) -> str:
    entry = member.call.entry
    at = timezone.localtime(entry.starts_at if entry is not None else member.call.opens_at)
    said = _("Ihr Videotermin: %(day)s, %(time)s Uhr. %(link)s") % {
        "day": f"{at:%d.%m.%Y}", "time": f"{at:%H:%M}", "link": given.link,
    }  # fmt: skip
    return f"{said} TAN {given.tan}" if given.tan else said


def _member(member_id: int) -> CallMember:
    related = ("call__practice", "call__entry__practice", "call__entry__patient", "call__entry__column__doctor_role")
    return CallMember.objects.select_related(*related).get(pk=member_id)


def _is_wanted(member: CallMember, now: datetime) -> bool:
    call, entry = member.call, member.call.entry
    if call.is_over or call.closes_at <= now or entry is None or entry.placement == Placement.PARKED:
        return False
    return member.side == CallMember.Side.GUEST or entry.notified_by != NotifiedBy.SOURCE


def _starts_at(member: CallMember) -> tuple[str, str]:
    entry = member.call.entry
    at = timezone.localtime(entry.starts_at if entry is not None else member.call.opens_at)
    return date_format(at, _("l, j. F Y")), date_format(at, "H:i")


def _subject(member: CallMember) -> str:
    day, time = _starts_at(member)
    return _("Ihre Videosprechstunde am %(day)s um %(time)s Uhr") % {"day": day, "time": time}


def _text(member: CallMember, given: Access) -> str:
    call = member.call
    day, time = _starts_at(member)
    what = _("Ihre Videosprechstunde bei %(doctor)s beginnt am %(day)s um %(time)s Uhr.") % {
        "doctor": doctor_name(call.entry), "day": day, "time": time,
    }  # fmt: skip
    parts = [
        _("Guten Tag %(name)s,") % {"name": member_name(member, call)}, what,
        _("So kommen Sie in den Warteraum: Öffnen Sie diesen Link in Chrome, Firefox, Safari oder Edge."), given.link,
        *_by_tan(member, given), *_how(member), call.practice.name,
    ]  # fmt: skip
    return "\n\n".join(parts)


def _by_tan(member: CallMember, given: Access) -> list[str]:
    if not given.tan:
        return []
    if PROVIDERS[member.call.provider].is_here:
        page = public_url(reverse("video_login"))
        return [_("Oder geben Sie auf %(page)s Ihre TAN ein:") % {"page": page}, given.tan]
    return [_("Ihre TAN: %(tan)s") % {"tan": given.tan}]


def _how(member: CallMember) -> list[str]:
    if not PROVIDERS[member.call.provider].is_here:
        return []
    opens_at = date_format(timezone.localtime(member.call.opens_at), "H:i")
    return [
        _(
            "Der Warteraum ist ab %(time)s Uhr offen. Dort prüfen Sie Kamera, Mikrofon und Ton, und die Praxis holt Sie"
            " ins Gespräch. Geben Sie Link und TAN bitte nicht weiter."
        )
        % {"time": opens_at},
        _(
            "Das Gespräch läuft verschlüsselt von Gerät zu Gerät und wird nicht aufgezeichnet. Der Dienst ist nicht als"
            " Videodienstanbieter nach Anlage 31b BMV-Ä zertifiziert. Bedingungen: %(page)s"
        )
        % {"page": public_url(reverse("video_terms"))},
    ]
