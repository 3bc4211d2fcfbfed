import logging
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import context
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.factors import factors_of
from accounts.models import HistoryLine, User
from accounts.passwords import DEMO_PASSWORD
from accounts.recent_sign_in import signed_in_recently
from accounts.second_factor_due import second_factor_due
from accounts.services.history import note_history, note_security_change
from accounts.services.sessions import end_sessions
from accounts.services.sign_ins import note_failed_sign_in

logger = logging.getLogger(__name__)
Kind = HistoryLine.Kind
# What django-allauth would write a mail about.
SECURITY_CHANGES = {
    "account/email/password_changed": Kind.PASSWORD_SET,
    "account/email/password_set": Kind.PASSWORD_SET,
    "mfa/email/totp_activated": Kind.FACTOR_ADDED,
    "mfa/email/webauthn_added": Kind.FACTOR_ADDED,
    "mfa/email/totp_deactivated": Kind.FACTOR_REMOVED,
    "mfa/email/webauthn_removed": Kind.FACTOR_REMOVED,
    "mfa/email/recovery_codes_generated": Kind.RECOVERY_MADE,
}
WAYS = {
    "reauthenticate": _("Mit dem Passwort bestätigen"),
    "mfa_reauthenticate": _("Mit einem Code bestätigen"),
    "mfa_reauthenticate:webauthn": _("Mit einem Passkey bestätigen"),
}


class StaffAccountAdapter(DefaultAccountAdapter):
    """People are invited: nobody signs up, and the demo password opens only the demo. Mails go by MailWanted."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": _("Dieser Zugang ist ausgeschaltet. Die Praxisverwaltung kann ihn wieder einschalten."),
        "email_password_mismatch": _("E-Mail und Passwort passen nicht zusammen."),
        "incorrect_password": _("Das Passwort stimmt nicht."),
        "enter_current_password": _("Das bisherige Passwort stimmt nicht."),
        "too_many_login_attempts": _("Zu viele Versuche. In fünf Minuten geht es weiter."),
        "rate_limited": _("Zu viele Anfragen in kurzer Zeit. Bitte einen Moment warten."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_login(self, request: HttpRequest, user: User, **details: Any) -> HttpResponse | None:
        answer: HttpResponse | None = super().pre_login(request, user, **details)
        return answer if answer or user.may_sign_in else self.respond_user_inactive(request, user)

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        if credentials.get("password") == DEMO_PASSWORD and not settings.DEMO:
            # Same path as a wrong password, so that counting and messages stay the same.
            credentials["password"] = ""
        return super().authenticate(request, **credentials)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        note_failed_sign_in(email=str(credentials.get("email", "")), now=timezone.now())

    def post_login(self, request: HttpRequest, user: User, **details: Any) -> HttpResponse:
        answer: HttpResponse = super().post_login(request, user, **details)
        proofs = get_authentication_records(request, user)
        now = timezone.now()
        if proofs and proofs[-1].get("type") == "recovery_codes":
            note_security_change(kind=Kind.RECOVERY_USED, user=user, now=now)
        else:
            note_history(kind=Kind.SIGNED_IN, user=user, now=now)
        due = second_factor_due(user, now)
        if due is not None and due.from_on is not None and not due.is_over:
            # The calendar, where staff arrive, has no room for the line that other pages show.
            day = date_format(due.from_on, "d.m.Y")
            messages.info(request, gettext("Bitte bis zum %(day)s einen zweiten Faktor einrichten.") % {"day": day})
        return answer

    def is_reauthentication_required(self, *, app: str, **options: Any) -> bool:
        """Whoever came in a moment ago is not asked again at once."""
        return not signed_in_recently(context.request) and super().is_reauthentication_required(app=app, **options)

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        ways: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        return [way | {"description": WAYS.get(way["id"], way["description"])} for way in ways]

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        raise RuntimeError(f"{template_prefix}: mails are wanted by event (MailWanted), nothing is sent from here.")

    def send_notification_mail(self, template_prefix: str, user: User, *args: Any, **options: Any) -> None:
        """A line of history and a mail through the outbox instead of one sent while somebody waits for the page."""
        kind = SECURITY_CHANGES.get(template_prefix)
        if kind is None:
            logger.warning("No mail for %s", template_prefix)
            return
        note_security_change(kind=kind, user=user, now=timezone.now())
        request: HttpRequest | None = context.request
        if kind == Kind.FACTOR_ADDED and request is not None and factors_of(user.pk).count() == 1:
            # Whoever signed in elsewhere before did it with the password alone.
            end_sessions(user, but=request.session.session_key or "")
