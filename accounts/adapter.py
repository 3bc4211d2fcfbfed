from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.passwords import DEMO_PASSWORD


class StaffAccountAdapter(DefaultAccountAdapter):
    """Staff are invited by their practice: nobody signs up, and the demo password opens only the demo."""

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
