"""Whether a delivery comes from eTermin: a fixed header, or a keyed hash of the body.

What eTermin's "secret key hash" looks like is not public: header, digest and spelling are settings, and it is off by
default (wire-formats §1.3).
"""

import base64
import hmac
from collections.abc import Mapping
from datetime import datetime

from integrations.etermin.models import EterminConnection

Proof, Encoding = EterminConnection.Proof, EterminConnection.Encoding
LONGEST = 1000


def is_proven(connection: EterminConnection, headers: Mapping[str, str], raw: bytes, now: datetime) -> bool:
    """`headers` is looked up in any case. Takes as long whichever secret fits."""
    shown = headers.get(connection.header_name, "")[:LONGEST].strip().encode("utf-8", "replace")
    wanted = [_wanted(connection, secret, raw) for secret in valid_secrets(connection, now)]
    fitting = [hmac.compare_digest(shown, one) for one in wanted]
    return bool(shown) and any(fitting)


def proof_of(connection: EterminConnection, raw: bytes) -> str:
    """What eTermin shows with this body."""
    return _wanted(connection, connection.secret, raw).decode()


def valid_secrets(connection: EterminConnection, now: datetime) -> list[str]:
    until = connection.previous_until
    is_rotating = bool(connection.previous_secret) and until is not None and now < until
    return [connection.secret, connection.previous_secret] if is_rotating else [connection.secret]


def _wanted(connection: EterminConnection, secret: str, raw: bytes) -> bytes:
    if connection.proof == Proof.HEADER:
        return secret.encode()
    sealed = hmac.new(secret.encode(), raw, connection.hash_digest)
    if connection.hash_encoding == Encoding.HEX:
        return sealed.hexdigest().encode()
    return base64.b64encode(sealed.digest())
