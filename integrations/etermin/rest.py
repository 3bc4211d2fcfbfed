"""eTermin's REST API, read only (wire-formats §1.1, §1.2): one appointment, and the list of changes.

Signed is only the salt; an empty body with 200 means that there is nothing.
"""

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from integrations.etermin import wire
from integrations.etermin.models import EterminConnection
from integrations.etermin.reduced import Reduced
from integrations.etermin.wire import Place
from praxis.core import http
from praxis.core.exceptions import OutsideError

TIMEOUT_SECONDS = 10.0
FIRST = "1"
LONGEST_POSITION = 100
MAX_BYTES = 20_000_000
# REST name, in small letters, where the webhook calls it otherwise.
NAMES = {"externalid": "appointmentuid", "servicestext": "selectedanswers"}


class NoAnswer(OutsideError):
    """An answer that cannot be what was asked for."""


class OtherAnswer(NoAnswer):
    """It is about another appointment."""


@dataclass(frozen=True)
class Changed:
    """`told` None: the line cannot be read, the appointment is asked for by itself."""

    uid: str
    told: Reduced | None


@dataclass(frozen=True)
class Changes:
    lines: list[Changed]
    next_token: str


def signature(private_key: str, salt: str) -> str:
    return base64.b64encode(hmac.digest(private_key.encode(), salt.encode(), hashlib.sha256)).decode()


class EterminClient:
    """All calls raise OutsideError."""

    def __init__(self, place: Place, *, timeout: float = TIMEOUT_SECONDS) -> None:
        self._place = place
        self._timeout = timeout

    def appointment(self, uid: str) -> Reduced | None:
        """None: eTermin has none of that id. Raises NoAnswer rather than guess."""
        records = _records(self._get("appointment", {"id": uid}))
        if not records:
            return None
        mine = [record for record in records if record.get("appointmentuid", "").casefold() == uid.casefold()]
        if not mine:
            raise OtherAnswer("eTermin hat auf die Frage nach einem Termin einen anderen genannt.")
        told = self._told(uid, mine[0])
        if told is None or told.starts_at is None or told.ends_at is None:
            raise NoAnswer("Beginn oder Ende des Termins ist in der Antwort von eTermin nicht lesbar.", permanent=True)
        return told

    def changes(self, token: str) -> Changes:
        """Since `token`; the first is "1"."""
        answer = self._get("appointmentsync", {"synctoken": token or FIRST})
        next_token = answer.headers.get("SyncToken", "").strip()[:LONGEST_POSITION]
        lines = [
            Changed(record["appointmentuid"], self._told(record["appointmentuid"], record))
            for record in _records(answer)
            if record.get("appointmentuid")
        ]
        return Changes(lines, next_token or token)

    def _told(self, uid: str, record: Mapping[str, str]) -> Reduced | None:
        reading = wire.read(self._place, {**record, "appointmentuid": uid, "command": "MODIFIED"})
        return reading.told

    def _get(self, resource: str, params: dict[str, str]) -> http.Answer:
        connection: EterminConnection = self._place.connection
        salt = secrets.token_hex(16)
        headers = {
            "publickey": connection.public_key, "salt": salt, "signature": signature(connection.private_key, salt),
            "Accept": "application/json",
        }  # fmt: skip
        return http.request(
            "GET", f"{connection.api_url.rstrip('/')}/{resource}", headers=headers, params=params, idempotent=True,
            timeout=self._timeout, allow_private=settings.ETERMIN_ALLOW_PRIVATE_HOSTS, max_bytes=MAX_BYTES,
        )  # fmt: skip


def _records(answer: http.Answer) -> list[dict[str, str]]:
    """With the webhook's names in small letters. Raises NoAnswer."""
    if not answer.content.strip():
        return []
    try:
        found: Any = json.loads(answer.content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise NoAnswer("Die Antwort von eTermin ist nicht lesbar.") from error
    found = [found] if isinstance(found, dict) else found
    if not isinstance(found, list) or not all(isinstance(record, dict) for record in found):
        raise NoAnswer("Die Antwort von eTermin ist nicht lesbar.")
    return [_named(record) for record in found]


def _named(record: dict[str, Any]) -> dict[str, str]:
    words = {name.strip().lower(): wire.text_of(value) for name, value in record.items()}
    return words | {ours: words[theirs] for theirs, ours in NAMES.items() if words.get(theirs)}
