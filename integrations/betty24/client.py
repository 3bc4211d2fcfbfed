"""The one adapter to the portal. Its real protocol is not public: this speaks our model of it
(docs/features/betty24.md).

Every write names the state that shall be, under our own reference, so that each call may be repeated.
"""

import uuid
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import partial
from typing import Any, TypeVar
from urllib.parse import quote

from django.conf import settings
from django.utils import timezone

from integrations.betty24 import wire
from integrations.betty24.models import Betty24Connection
from praxis.core import http
from praxis.core.exceptions import OutsideError

TIMEOUT_SECONDS = 10.0
PAGE = 50
R = TypeVar("R")


class CursorExpired(OutsideError):
    """The portal does not know any more what happened since; everything must be read anew."""


class AlreadyBooked(OutsideError):
    """A patient booked the time before our lock arrived."""

    def __init__(self, booking: wire.PortalBooking) -> None:
        super().__init__("Die Zeit ist im Portal schon gebucht.", status=409)
        self.booking = booking


class UnknownBooking(OutsideError):
    """The portal has no such booking (any more)."""


class Betty24Client:
    """All calls raise OutsideError. `ahead` is how far the portal's clock was ahead at the last answer."""

    def __init__(self, connection: Betty24Connection, *, timeout: float | None = None) -> None:
        self._base = f"{connection.host.rstrip('/')}/v1"
        self._headers = {"Authorization": f"ApiKey {connection.api_key}"}
        self._tls = _tls_of(connection)
        self._timeout = TIMEOUT_SECONDS if timeout is None else timeout
        self.ahead: timedelta | None = None

    def calendars(self) -> list[wire.PortalCalendar]:
        return self._read(wire.read_calendars, "/calendars")

    def changes(self, cursor: str, *, limit: int = PAGE) -> wire.ChangePage:
        """What happened since `cursor`. Raises CursorExpired."""
        return self._read(wire.read_changes, "/changes", cursor=cursor, limit=str(limit))

    def bookings(
        self, from_at: datetime, to_at: datetime, *, after: str | None = None, limit: int = PAGE
    ) -> wire.BookingPage:
        """All bookings that start in [from_at, to_at), a page at a time, in the order of their ids."""
        more = {"after": after} if after else {}
        period = {"from": from_at.isoformat(), "to": to_at.isoformat()}
        return self._read(wire.read_bookings, "/bookings", limit=str(limit), **period, **more)

    def lock(self, calendar_id: str, taken: wire.Taken) -> None:
        """Raises AlreadyBooked."""
        body = taken.as_json()
        path = f"/calendars/{_part(calendar_id)}/locks/{_part(body.pop('practice_ref'))}"
        answer = self._call("PUT", path, json=body, accept=(200, 201, 409))
        if answer.status == 409:
            raise _already_booked(answer)
        _understood(partial(_expect, name="practice_ref", value=taken.ref), answer)

    def unlock(self, calendar_id: str, ref: str) -> None:
        self._call("DELETE", f"/calendars/{_part(calendar_id)}/locks/{_part(ref)}", accept=(204, 404))

    def locks(self, calendar_id: str, from_at: datetime, to_at: datetime) -> list[wire.Taken]:
        period = {"from": from_at.isoformat(), "to": to_at.isoformat()}
        return self._read(wire.read_locks, f"/calendars/{_part(calendar_id)}/locks", **period)

    def digests(self, calendar_id: str, from_day: date, to_day: date) -> dict[date, str]:
        """`wire.digest` of each local day of the calendar that has locks."""
        period = {"from": from_day.isoformat(), "to": to_day.isoformat()}
        return self._read(wire.read_digests, f"/calendars/{_part(calendar_id)}/digests", **period)

    def replace_locks(
        self, calendar_id: str, from_at: datetime, to_at: datetime, taken: Sequence[wire.Taken]
    ) -> wire.Replaced:
        """Afterwards exactly `taken` is locked of what starts in [from_at, to_at), save where patients were first."""
        window = {"start": from_at.isoformat(), "end": to_at.isoformat()}
        body = {"window": window, "ranges": [one.as_json() for one in taken]}
        answer = self._call("PUT", f"/calendars/{_part(calendar_id)}/not-free", json=body)
        return _understood(wire.read_replaced, answer)

    def place(self, booking_id: str, *, version: int, result: str, ref: str) -> None:
        """Tell where that version of a booking landed: "slot" or "extra". Raises UnknownBooking."""
        body = {"result": result, "practice_ref": ref, "version": version}
        answer = self._call("POST", f"/bookings/{_part(booking_id)}/placement", json=body, accept=(*http.SUCCESS, 404))
        if answer.status == 404:
            raise UnknownBooking("Das Portal kennt diese Buchung nicht.", permanent=True, status=404)
        _understood(partial(_expect, name="id", value=booking_id), answer)

    def cancel(self, booking_id: str) -> wire.Incoming | None:
        """Cancel for the practice; answers the booking as it is then, None when the portal does not know it."""
        answer = self._call("POST", f"/bookings/{_part(booking_id)}/cancel", json={}, accept=(*http.SUCCESS, 404))
        return None if answer.status == 404 else _understood(wire.read_booking, answer)

    def _read(self, understand: Callable[[Any], R], path: str, **params: str) -> R:
        answer = self._call("GET", path, params=params, accept=(*http.SUCCESS, 410))
        if answer.status == 410:
            raise CursorExpired("Das Portal kennt unseren letzten Stand nicht mehr.", status=410)
        return _understood(understand, answer)

    def _call(self, method: str, path: str, **said: Any) -> http.Answer:
        once = {} if method == "GET" else {"Idempotency-Key": str(uuid.uuid4())}
        answer = http.request(
            method, f"{self._base}{path}", timeout=self._timeout, idempotent=True, headers={**self._headers, **once},
            tls=self._tls, allow_private=settings.BETTY24_ALLOW_PRIVATE_HOSTS, **said,
        )  # fmt: skip
        self.ahead = _clock_difference(answer) or self.ahead
        return answer


def _tls_of(connection: Betty24Connection) -> http.TlsProfile | None:
    if not (connection.ca_pem or connection.client_cert_pem):
        return None
    return http.TlsProfile(connection.ca_pem, connection.client_cert_pem, connection.client_key_pem)


def _part(text: str) -> str:
    return quote(text, safe="")


def _already_booked(answer: http.Answer) -> OutsideError:
    body = answer.json()
    try:
        booking = wire.read_booking(body.get("booking") if isinstance(body, dict) else None)
    except wire.NotUnderstood:
        booking = wire.Unreadable("")
    if isinstance(booking, wire.PortalBooking):
        return AlreadyBooked(booking)
    return OutsideError("Das Portal lehnt die Sperre ab, sagt aber nicht warum.", status=409)


def _understood(understand: Callable[[Any], R], answer: http.Answer) -> R:
    try:
        return understand(answer.json())
    except wire.NotUnderstood as error:
        raise OutsideError("Das Portal antwortet unverständlich.", status=answer.status) from error


def _expect(body: Any, *, name: str, value: str) -> None:
    """A page of a proxy in between also answers 200; only the portal repeats what it was told."""
    if not isinstance(body, dict) or body.get(name) != value:
        raise wire.NotUnderstood(name)


def _clock_difference(answer: http.Answer) -> timedelta | None:
    try:
        return parsedate_to_datetime(answer.headers.get("date", "")) - timezone.now()
    except (TypeError, ValueError):
        return None
