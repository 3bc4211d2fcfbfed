"""Second factors without a browser: an app with codes, recovery codes, the row of a passkey."""

import base64
import hashlib
import secrets
import time

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import Aaguid, AttestationObject, AttestedCredentialData, AuthenticatorData

from accounts.models import User

CLIENT_DATA = b'{"type": "webauthn.create", "challenge": "eA", "origin": "https://testserver"}'


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
    """A key as a browser would have registered it; nobody holds its private part any more."""
    public_key = ES256.from_cryptography_key(ec.generate_private_key(ec.SECP256R1()).public_key())
    credential_id = secrets.token_bytes(16)
    attested = AttestedCredentialData.create(Aaguid.NONE, credential_id, public_key)
    flags = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.UV | AuthenticatorData.FLAG.AT
    said = AuthenticatorData.create(hashlib.sha256(b"testserver").digest(), flags, 0, bytes(attested))
    response = {"clientDataJSON": websafe_encode(CLIENT_DATA), "attestationObject": websafe_encode(_unattested(said))}
    credential = {
        "type": "public-key", "id": websafe_encode(credential_id), "rawId": websafe_encode(credential_id),
        "response": response, "clientExtensionResults": {"credProps": {"rk": True}},
    }  # fmt: skip
    data = {"name": name, "credential": credential}
    return Authenticator.objects.create(user=user, type=Authenticator.Type.WEBAUTHN, data=data)


def _unattested(said: AuthenticatorData) -> bytes:
    return bytes(AttestationObject.create("none", said, {}))
