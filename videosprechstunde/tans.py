"""Links and TANs: made here, and looked up by what is kept of them."""

import hashlib
import hmac
import re
import secrets

from django.conf import settings

from praxis.core.crypto import hash_token

# Nothing that looks like something else on paper or in a bad font: no 0 O, 1 I L, 2 Z, 5 S, 8 B.
ALPHABET = "34679ACDEFGHJKMNPQRTUVWXY"
GROUPS, GROUP = 3, 4
LENGTH = GROUPS * GROUP
# Guesses that begin right are counted against the TAN that they are after.
START = 8
LINK_BYTES = 24
# Ours, and the secrets of links that were taken over from another service: longer than anybody types a TAN.
LINK = re.compile(r"[0-9A-Za-z_-]{22,120}")
LONGEST_TYPED = 200


def new_tan() -> str:
    """Three groups of four; 55 random bits."""
    letters = [secrets.choice(ALPHABET) for _place in range(LENGTH)]
    return "-".join("".join(letters[first : first + GROUP]) for first in range(0, LENGTH, GROUP))


def new_link() -> str:
    """Hexadecimal: mail programs cut other characters off the end of a link."""
    return secrets.token_hex(LINK_BYTES)


def is_link(typed: str) -> bool:
    return LINK.fullmatch(typed.strip()) is not None


def tan_hash(typed: str) -> str:
    """Keyed, so that a copy of the table alone allows no guessing."""
    return _keyed(_plain(typed))


def tan_start_hash(typed: str) -> str:
    return _keyed(f"start:{_plain(typed)[:START]}")


def link_hash(typed: str) -> str:
    return hash_token(typed.strip())


def _plain(typed: str) -> str:
    """As people type it: small letters, blanks or dashes anywhere."""
    return re.sub(r"[\s\-–]", "", typed[:LONGEST_TYPED]).upper()


def _keyed(text: str) -> str:
    key = hashlib.sha256(b"video-tan:" + settings.SECRET_KEY.encode()).digest()
    return hmac.new(key, text.encode("utf-8", "surrogatepass"), "sha256").hexdigest()
