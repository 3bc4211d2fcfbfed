"""Mails with a link that works once. The secret is made here and goes nowhere but into the mail."""

import secrets
from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import Invitation, User
from accounts.services.invitations import MAIL_KINDS, OPEN, Kind, LinkRefused, find_open
from accounts.services.mails import MailContent, writes_mail
from praxis.core.addresses import public_url
from praxis.core.crypto import hash_token

# Letters and digits only: mail programs cut other characters off the end of a link.
SECRET_BYTES = 24
Words = Callable[[Invitation], tuple[str, str, str]]


def _write(invitation_id: int, now: datetime, words: Words) -> MailContent | None:
    """None when the link is not wanted any more. A second attempt of sending makes the first secret void."""
    try:
        invitation = find_open(invitation_id=invitation_id, now=now)
    except LinkRefused:
        return None
    secret = secrets.token_hex(SECRET_BYTES)
    kept = Invitation._base_manager.filter(pk=invitation.pk, **OPEN).update(token_hash=hash_token(secret))
    if not kept:
        return None
    zone = ZoneInfo(invitation.practice.time_zone)
    with translation.override(_language(invitation)), timezone.override(zone):
        subject, greeting, why = words(invitation)
        text = "\n\n".join([greeting, why, *_how(invitation, secret), invitation.practice.name])
        return MailContent(recipient=_recipient(invitation), subject=subject, text=text, is_secret=True)


def _how(invitation: Invitation, secret: str) -> list[str]:
    page = public_url(reverse("welcome"))
    until = date_format(timezone.localtime(invitation.expires_at), "DATETIME_FORMAT")
    return [
        f"{page}#{secret}",
        _("Der Link gilt einmal und bis %(until)s Uhr. Danach senden wir Ihnen auf Wunsch einen neuen.")
        % {"until": until},
        _("Öffnet sich nichts? Dann rufen Sie %(page)s auf und fügen Sie dort diesen Code ein:") % {"page": page},
        secret,
        _("Haben Sie diese E-Mail nicht erwartet? Dann löschen Sie sie bitte: Ohne den Link geschieht nichts."),
    ]


@writes_mail(MAIL_KINDS[Kind.WELCOME])
def welcome(invitation_id: int, now: datetime) -> MailContent | None:
    return _write(invitation_id, now, _welcome_words)


def _welcome_words(invitation: Invitation) -> tuple[str, str, str]:
    user, practice = _user(invitation), invitation.practice
    if user.practice_id == practice.pk:
        what = _("%(practice)s hat für Sie einen Zugang zum Terminkalender eingerichtet.")
    else:
        what = _("%(practice)s hat für Sie einen Online-Zugang eingerichtet. Dort finden Sie Ihre Termine.")
    if user.has_usable_password():
        step = _("Ein Passwort haben Sie schon. Öffnen Sie den Link und melden Sie sich damit an:")
    else:
        step = _("Öffnen Sie den Link und wählen Sie Ihr Passwort:")
    subject = _("Ihr Zugang: %(practice)s") % {"practice": practice.name}
    return subject, _greeting(user.get_full_name()), f"{what % {'practice': practice.name}} {step}"


@writes_mail(MAIL_KINDS[Kind.RESET])
def new_password(invitation_id: int, now: datetime) -> MailContent | None:
    return _write(invitation_id, now, _reset_words)


def _reset_words(invitation: Invitation) -> tuple[str, str, str]:
    why = _("für Ihren Zugang wurde ein neues Passwort angefordert. Öffnen Sie den Link und wählen Sie es:")
    return _("Neues Passwort wählen"), _greeting(_user(invitation).get_full_name()), why


@writes_mail(MAIL_KINDS[Kind.CONFIRM])
def confirm_online_account(invitation_id: int, now: datetime) -> MailContent | None:
    return _write(invitation_id, now, _confirm_words)


def _confirm_words(invitation: Invitation) -> tuple[str, str, str]:
    licensee = str(invitation.online_account)
    why = _(
        "%(practice)s möchte ein Online-Konto für %(licensee)s mit dieser E-Mail-Adresse einrichten. Bitte öffnen Sie "
        "den Link und bestätigen Sie es:"
    ) % {"practice": invitation.practice.name, "licensee": licensee}
    return _("Online-Konto bestätigen: %(licensee)s") % {"licensee": licensee}, _("Guten Tag,"), why


@writes_mail(MAIL_KINDS[Kind.REGISTER])
def confirm_registration(invitation_id: int, now: datetime) -> MailContent | None:
    return _write(invitation_id, now, _register_words)


def _register_words(invitation: Invitation) -> tuple[str, str, str]:
    why = _(
        "mit dieser E-Mail-Adresse wurde bei %(practice)s ein Online-Zugang beantragt. Bitte öffnen Sie den Link und "
        "bestätigen Sie die Adresse. Danach prüft die Praxis Ihre Angaben und schreibt Ihnen wieder."
    ) % {"practice": invitation.practice.name}
    return _("E-Mail-Adresse bestätigen"), _("Guten Tag,"), why


@writes_mail(MAIL_KINDS[Kind.EMAIL])
def another_email(invitation_id: int, now: datetime) -> MailContent | None:
    """To the address that is to count from then on."""
    return _write(invitation_id, now, _email_words)


def _email_words(invitation: Invitation) -> tuple[str, str, str]:
    why = _(
        "mit dieser Adresse möchten Sie sich künftig bei %(practice)s anmelden. Bitte öffnen Sie den Link und "
        "bestätigen Sie sie:"
    ) % {"practice": invitation.practice.name}
    return _("Neue E-Mail-Adresse bestätigen"), _greeting(_user(invitation).get_full_name()), why


def _greeting(name: str) -> str:
    return _("Guten Tag %(name)s,") % {"name": name}


def _user(invitation: Invitation) -> User:
    if invitation.user is None:
        raise LookupError("This kind of mail is for somebody who signs in.")
    return invitation.user


def _recipient(invitation: Invitation) -> str:
    if invitation.kind == Kind.EMAIL:
        return invitation.new_email
    about = invitation.user or invitation.online_account or invitation.registration
    return about.email if about is not None else ""


def _language(invitation: Invitation) -> str:
    """The practice's people read German; patients what they have chosen."""
    if invitation.registration is not None:
        return invitation.registration.language
    user = invitation.user
    return user.language if user is not None and user.practice_id is None else "de"
