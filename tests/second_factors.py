"""Second factors without a browser: an app with codes, and a session that is fresh enough for dangerous steps."""

import base64
import secrets
import time

from allauth.account.internal.flows.login import (
    _AUTHENTICATION_METHODS_USER_SESSION_KEY,
    AUTHENTICATION_METHODS_SESSION_KEY,
)
from allauth.account.internal.userkit import user_id_to_str
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.test import Client

from accounts.models import User


def sign_in_freshly(client: Client, user: User) -> None:
    """As force_login, and as if the password had just been typed."""
    client.force_login(user)
    session = client.session
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": "password", "at": time.time()}]
    session[_AUTHENTICATION_METHODS_USER_SESSION_KEY] = user_id_to_str(user)
    session.save()


def add_app(user: User) -> str:
    """The secret of a new app with codes."""
    secret = base64.b32encode(secrets.token_bytes(20)).decode()
    TOTP.activate(user, secret)
    user.__dict__.pop("has_second_factor", None)
    return secret


def code_of(secret: str, *, seconds: float = 0) -> str:
    """What the app shows now, or so many seconds later."""
    return format_hotp_value(hotp_value(secret, int(time.time() + seconds) // 30))


def add_recovery_codes(user: User) -> list[str]:
    codes: list[str] = RecoveryCodes.activate(user).get_unused_codes()
    return codes


def add_passkey_row(user: User, name: str = "Schlüssel") -> Authenticator:
    """A row as it counts; nobody can sign in with it."""
    data = {"name": name, "credential": {"clientExtensionResults": {"credProps": {"rk": True}}}}
    return Authenticator.objects.create(user=user, type=Authenticator.Type.WEBAUTHN, data=data)
