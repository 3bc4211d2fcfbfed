"""Secrets at rest: AES-GCM with a key id in front, so that keys can change while rows stay readable.

Stored form: "k2:" + base64(nonce + ciphertext + tag). FIELD_KEYS holds "k2:<base64>,k1:<base64>", the newest first.
"""

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Iterable, Sequence
from functools import cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from praxis.core.exceptions import PraxisError

_NONCE_BYTES = 12
_KEY_BYTES = 32
# Of a numbered token: a million million rows, and 88 random bits.
_NUMBER_BYTES, _CHANCE_BYTES = 5, 11


class SecretUnreadable(PraxisError):
    """A stored secret and the keys at hand do not fit together."""


class KeysMalformed(PraxisError):
    """FIELD_KEYS is not a list of id:base64 pairs with 32 bytes each."""


@cache
def parse_keys(text: str) -> dict[str, bytes]:
    """Keys by id, the newest first. Raises KeysMalformed, without quoting any key."""
    keys: dict[str, bytes] = {}
    for number, pair in enumerate(filter(None, text.replace(" ", "").split(",")), start=1):
        key_id, colon, encoded = pair.partition(":")
        try:
            key = base64.b64decode(encoded, validate=True)
        except binascii.Error:
            key = b""
        if not colon or not key_id or len(key) != _KEY_BYTES:
            raise KeysMalformed(f"FIELD_KEYS: Eintrag {number} ist nicht „Kennung:Base64 von {_KEY_BYTES} Bytes“.")
        if key_id in keys:
            raise KeysMalformed(f"FIELD_KEYS: Die Kennung von Eintrag {number} kommt zweimal vor.")
        keys[key_id] = key
    if not keys:
        raise KeysMalformed("FIELD_KEYS ist leer.")
    return keys


@cache
def _cipher(key: bytes) -> AESGCM:
    """Making one costs as much as encrypting a short text."""
    return AESGCM(key)


def newest_key_id() -> str:
    return next(iter(parse_keys(settings.FIELD_KEYS)))


def encrypt(text: str, *, aad: str) -> str:
    """`aad` says where the secret belongs; it decrypts nowhere else."""
    return encrypt_all([text], aad=aad)[0]


def encrypt_all(texts: Sequence[str], *, aad: str) -> list[str]:
    """As `encrypt` for each of them. Asking the system for chance costs as much as encrypting: it is asked once."""
    key_id, key = next(iter(parse_keys(settings.FIELD_KEYS).items()))
    cipher, place = _cipher(key), aad.encode()
    nonces = _random_parts(len(texts), _NONCE_BYTES)
    sealed = (nonce + cipher.encrypt(nonce, text.encode(), place) for nonce, text in zip(nonces, texts, strict=True))
    return [f"{key_id}:{base64.b64encode(one).decode()}" for one in sealed]


def _random_parts(number: int, size: int) -> Iterable[bytes]:
    chance = secrets.token_bytes(number * size)
    return (chance[place : place + size] for place in range(0, number * size, size))


def decrypt(stored: str, *, aad: str) -> str:
    key_id, _, encoded = stored.partition(":")
    key = parse_keys(settings.FIELD_KEYS).get(key_id)
    if key is None:
        raise SecretUnreadable(f"Der Schlüssel „{key_id[:20]}“ für {aad} fehlt in FIELD_KEYS.")
    try:
        sealed = base64.b64decode(encoded, validate=True)
        return _cipher(key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], aad.encode()).decode()
    except (InvalidTag, ValueError) as error:
        raise SecretUnreadable(
            f"Ein Wert in {aad} passt nicht zum Schlüssel „{key_id}“: falscher Schlüssel oder veränderte Daten."
        ) from error


def new_token(prefix: str = "") -> str:
    """A secret for an outsider, 256 random bits. Store `hash_token` of it."""
    return prefix + secrets.token_urlsafe(32)


def new_numbered_tokens(numbers: Sequence[int]) -> dict[int, str]:
    """Secrets in 22 characters, for links in messages that are paid by length: the number of the row, then chance.

    So the row is found by its number, without an index of hashes; then compare `hash_token` by `is_token`.
    """
    chances = _random_parts(len(numbers), _CHANCE_BYTES)
    return {
        number: base64.urlsafe_b64encode(number.to_bytes(_NUMBER_BYTES) + chance).rstrip(b"=").decode()
        for number, chance in zip(numbers, chances, strict=True)
    }


def number_of_token(token: str) -> int | None:
    """Whatever stands there: the row it speaks of is not yet proved. None: no such token."""
    try:
        raw = base64.b64decode(f"{token}==", altchars=b"-_", validate=True)
    except ValueError:
        return None
    return int.from_bytes(raw[:_NUMBER_BYTES]) if len(raw) == _NUMBER_BYTES + _CHANCE_BYTES else None


def is_token(token: str, stored_hash: str) -> bool:
    """In constant time."""
    return hmac.compare_digest(hash_token(token), stored_hash)


def hash_token(raw: str) -> str:
    """Plain SHA-256 is enough: tokens are random, there is nothing to guess."""
    return hashlib.sha256(raw.encode()).hexdigest()
