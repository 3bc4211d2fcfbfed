from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from accounts.models import ApiToken, User
from accounts.services.tokens import find_valid_token
from integrations.api.problems import Problem

SCHEME = "Bearer"


class BearerToken(BaseAuthentication):
    """`Authorization: Bearer praxis_…`. No session and no cookie opens the API."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken]:
        scheme, _blank, secret = request.META.get("HTTP_AUTHORIZATION", "").strip().partition(" ")
        if scheme.lower() != SCHEME.lower() or not secret.strip():
            raise _refused(_("Bitte einen API-Token mitschicken: „Authorization: Bearer …“."))
        now = timezone.now()
        token = find_valid_token(secret=secret.strip(), now=now)
        if token is None:
            raise _refused(_("Dieser API-Token gilt nicht oder nicht mehr."), error="invalid_token")
        if token.user.lacks_second_factor(now):
            # As at every other door: a token is no way around it.
            raise Problem(
                403, "second_factor_missing",
                _("Der Inhaber dieses Tokens muss sich erst anmelden und einen zweiten Faktor einrichten."),
            )  # fmt: skip
        # The query brought the practice along; the user need not fetch it again.
        token.user.practice = token.practice
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        return SCHEME


def _refused(detail: str, *, error: str = "") -> Problem:
    challenge = f'{SCHEME} realm="praxis"' + (f', error="{error}"' if error else "")
    return Problem(401, error or "token_missing", detail, headers={"WWW-Authenticate": challenge})


class BearerTokenScheme(OpenApiAuthenticationExtension):
    target_class = BearerToken
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer"}
