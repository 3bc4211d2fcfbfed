"""How django-allauth keeps and checks second factors and sessions in this house."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.usersessions.adapter import DefaultUserSessionsAdapter
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.factors import factors_of
from accounts.models import HistoryLine, User
from accounts.rotation import SECRETS
from accounts.services.history import note_history
from praxis.core import crypto


class SecondFactorAdapter(DefaultMFAAdapter):
    """Secrets are stored encrypted; who must have a second factor keeps at least one."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "cannot_delete_authenticator": gettext_lazy(
            "Ihr Zugang braucht einen zweiten Faktor. Bitte zuerst einen anderen einrichten, dann diesen entfernen."
        ),
        "cannot_generate_recovery_codes": gettext_lazy("Notfallcodes gibt es erst zu einem zweiten Faktor."),
        "incorrect_code": gettext_lazy("Der Code stimmt nicht oder wurde schon benutzt. Bitte den nächsten eingeben."),
    }

    def encrypt(self, text: str) -> str:
        return crypto.encrypt(text, aad=SECRETS)

    def decrypt(self, encrypted_text: str) -> str:
        return crypto.decrypt(encrypted_text, aad=SECRETS)

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        user: User = authenticator.user
        others = factors_of(user.pk).exclude(pk=authenticator.pk)
        return not user.needs_second_factor(timezone.now()) or others.exists()

    def get_totp_issuer(self) -> str:
        practice = getattr(context.request.user, "practice", None)
        return practice.name if practice else _("Praxis")

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:
        count = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return _("Passkey %(number)d") % {"number": count + 1}

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Passkeys belong to one host for good, so it is the public one where that is set."""
        host = urlsplit(settings.PUBLIC_URL).hostname or context.request.get_host().partition(":")[0]
        return {"id": host, "name": _("Praxis")}


class SessionsAdapter(DefaultUserSessionsAdapter):
    def end_sessions(self, sessions: Iterable[UserSession]) -> None:
        ended = list(sessions)
        super().end_sessions(ended)
        user: Any = context.request.user
        if ended and isinstance(user, User):
            note_history(kind=HistoryLine.Kind.SESSIONS_ENDED, user=user, now=timezone.now())
