"""The button "Testereignis senden": a delivery as eTermin sends it, through the real door, to the very address that the
page shows. So it also tells whether that address can be reached."""

import json
import secrets
from datetime import datetime, timedelta

from django.urls import reverse

from integrations.etermin.models import EterminConnection
from integrations.etermin.probe import HEADER, UID, seal_of
from integrations.etermin.proof import proof_of
from praxis.core import http
from praxis.core.addresses import public_url

TIMEOUT = 8.0
AHEAD, LASTS = timedelta(days=1), timedelta(minutes=15)


def hook_address(connection: EterminConnection) -> str:
    return public_url(reverse("etermin_hook", args=[connection.public_id]))


def send_test_event(connection: EterminConnection, *, now: datetime) -> None:
    """Raises OutsideError, with the status that the door answered. Outside any transaction."""
    raw = json.dumps(_event(now)).encode()
    headers = {
        "Content-Type": "application/json", connection.header_name: proof_of(connection, raw), HEADER: seal_of(raw),
    }  # fmt: skip
    # Our own address by the settings of the server, on a trial machine a private one.
    http.request(
        "POST", hook_address(connection), timeout=TIMEOUT, idempotent=True, headers=headers, content=raw,
        allow_private=True,
    )  # fmt: skip


def _event(now: datetime) -> dict[str, str]:
    starts_at = (now + AHEAD).replace(minute=0, second=0, microsecond=0)
    return {
        "command": "CREATED",
        "appointmentUID": f"{UID}{secrets.token_hex(8)}",
        "startDateTimeUTC": _utc(starts_at),
        "endDateTimeUTC": _utc(starts_at + LASTS),
        "lastName": "Testereignis",
        "calendarName": "Testereignis",
        "location": "",
    }


def _utc(instant: datetime) -> str:
    return f"{instant:%Y-%m-%dT%H:%M:%S}"
