"""What the portal says and is told, as typed values. Everything that is read from outside is checked here."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from scheduling.services.timing import EARLIEST, LATEST

LONGEST = timedelta(hours=24)
LIMITS = {"last_name": 100, "first_name": 100, "phone": 60, "email": 254, "insurance": 60}
ID_LENGTH = 100
HOME_ZONE = "Europe/Berlin"
REASON_LENGTH = 500


class NotUnderstood(ValueError):
    """A part of an answer is not what our model of the protocol says."""


@dataclass(frozen=True, kw_only=True)
class PortalBooking:
    """Instants are UTC; begin and end are cut to the minute."""

    id: str
    version: int
    calendar_id: str
    starts_at: datetime
    ends_at: datetime
    is_cancelled: bool
    booked_at: datetime | None
    cancelled_at: datetime | None
    cancelled_by: str
    reason: str
    last_name: str
    first_name: str
    birth_date: date | None
    phone: str
    email: str
    insurance: str


@dataclass(frozen=True)
class Unreadable:
    """A booking that cannot be read; the others of the same answer can."""

    portal_id: str


Incoming = PortalBooking | Unreadable


@dataclass(frozen=True)
class ChangePage:
    bookings: list[Incoming]
    next_cursor: str
    has_more: bool


@dataclass(frozen=True)
class BookingPage:
    """`cursor`: the position in the list of changes up to which the bookings are complete."""

    bookings: list[Incoming]
    next_after: str | None
    cursor: str


@dataclass(frozen=True)
class PortalCalendar:
    id: str
    name: str
    slot_minutes: int | None
    time_zone: str


class Taken(NamedTuple):
    """A stretch that is not free online. `ref` is our own reference."""

    ref: str
    starts_at: datetime
    ends_at: datetime
    kind: str

    def as_json(self) -> dict[str, str]:
        return {
            "practice_ref": self.ref,
            "start": self.starts_at.isoformat(),
            "end": self.ends_at.isoformat(),
            "kind": self.kind,
        }


@dataclass(frozen=True)
class Conflict:
    """`ref` could not be locked because a patient booked the time first."""

    ref: str
    booking: PortalBooking


@dataclass(frozen=True)
class Replaced:
    added: int
    changed: int
    removed: int
    conflicts: list[Conflict]


def reference_of(entry_id: int) -> str:
    return f"entry-{entry_id}"


def entry_of(reference: str) -> int | None:
    """None for a reference that is not ours."""
    name, _dash, number = reference.partition("-")
    return int(number) if name == "entry" and number.isascii() and number.isdigit() and len(number) < 19 else None


def digest(taken: Iterable[Taken]) -> str:
    """The same text on both sides for the same stretches of a day, in any order."""
    lines = sorted(f"{one.ref}|{_utc_text(one.starts_at)}|{_utc_text(one.ends_at)}" for one in taken)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def read_changes(body: Any) -> ChangePage:
    changes = _list(body, "changes")
    cursor = body.get("next_cursor")
    if not isinstance(cursor, str) or not cursor:
        raise NotUnderstood("next_cursor")
    bookings = [read_booking(change.get("booking") if isinstance(change, dict) else None) for change in changes]
    return ChangePage(bookings, cursor, body.get("has_more") is True)


def read_bookings(body: Any) -> BookingPage:
    bookings = [read_booking(booking) for booking in _list(body, "bookings")]
    after, cursor = body.get("next_after"), body.get("cursor")
    if not isinstance(cursor, str) or not cursor or not (after is None or isinstance(after, str)):
        raise NotUnderstood("cursor")
    return BookingPage(bookings, after, cursor)


def read_booking(body: Any) -> Incoming:
    """Raises NotUnderstood when it does not even say which booking it is."""
    portal_id = body.get("id") if isinstance(body, dict) else None
    if not isinstance(portal_id, str) or not 0 < len(portal_id) <= ID_LENGTH or not portal_id.isprintable():
        raise NotUnderstood("booking without id")
    try:
        return _booking(portal_id, body)
    except (NotUnderstood, ValueError, OverflowError):
        return Unreadable(portal_id)


def _booking(portal_id: str, body: Mapping[str, Any]) -> PortalBooking:
    version, status, patient = body.get("version"), body.get("status"), body.get("patient")
    if type(version) is not int or not 0 <= version < 2**62 or status not in ("booked", "cancelled"):
        raise NotUnderstood("version or status")
    if not isinstance(patient, dict):
        raise NotUnderstood("patient")
    starts_at, ends_at = _minute(body.get("start")), _minute(body.get("end"))
    if not timedelta() < ends_at - starts_at <= LONGEST or not EARLIEST < starts_at.date() < LATEST:
        raise NotUnderstood("no time of a calendar")
    texts = {name: _text(patient.get(name), length) for name, length in LIMITS.items()}
    if not texts["last_name"]:
        raise NotUnderstood("last_name")
    born = patient.get("birth_date")
    return PortalBooking(
        id=portal_id,
        version=version,
        calendar_id=_text(body.get("calendar_id"), ID_LENGTH),
        starts_at=starts_at,
        ends_at=ends_at,
        is_cancelled=status == "cancelled",
        booked_at=_instant_or_none(body.get("booked_at")),
        cancelled_at=_instant_or_none(body.get("cancelled_at")),
        cancelled_by=_text(body.get("cancelled_by"), 10),
        reason=_text(body.get("reason"), REASON_LENGTH),
        birth_date=date.fromisoformat(born) if isinstance(born, str) and born else None,
        **texts,
    )


def read_calendars(body: Any) -> list[PortalCalendar]:
    found = []
    for calendar in _list(body, "calendars"):
        if not isinstance(calendar, dict) or not _text(calendar.get("id"), ID_LENGTH):
            raise NotUnderstood("calendar")
        minutes = calendar.get("slot_minutes")
        found.append(
            PortalCalendar(
                id=_text(calendar["id"], ID_LENGTH),
                name=_text(calendar.get("name"), 200),
                slot_minutes=minutes if type(minutes) is int and 0 < minutes <= 1440 else None,
                time_zone=_time_zone(calendar.get("timezone")),
            )
        )
    return found


def read_locks(body: Any) -> list[Taken]:
    try:
        return [_taken(lock) for lock in _list(body, "locks")]
    except (ValueError, OverflowError) as error:
        raise NotUnderstood("locks") from error


def read_digests(body: Any) -> dict[date, str]:
    try:
        return {date.fromisoformat(line["date"]): str(line["hash"]) for line in _list(body, "digests")}
    except (KeyError, TypeError, ValueError) as error:
        raise NotUnderstood("digests") from error


def read_replaced(body: Any) -> Replaced:
    conflicts = []
    for line in _list(body, "conflicts"):
        booking = read_booking(line.get("booking") if isinstance(line, dict) else None)
        if isinstance(booking, PortalBooking):
            conflicts.append(Conflict(_text(line.get("practice_ref"), ID_LENGTH), booking))
    return Replaced(_count(body, "added"), _count(body, "changed"), _count(body, "removed"), conflicts)


def _taken(lock: Any) -> Taken:
    if not isinstance(lock, dict):
        raise NotUnderstood("lock")
    ref, kind = _text(lock.get("practice_ref"), ID_LENGTH), _text(lock.get("kind"), 12)
    return Taken(ref, _instant(lock.get("start")), _instant(lock.get("end")), kind)


def _time_zone(value: Any) -> str:
    """Of the calendar, or where the practices are when the portal names none that there is."""
    name = _text(value, 40)
    try:
        return ZoneInfo(name).key
    except (LookupError, ValueError, OSError):
        return HOME_ZONE


def _list(body: Any, name: str) -> Sequence[Any]:
    found = body.get(name) if isinstance(body, dict) else None
    if not isinstance(found, list):
        raise NotUnderstood(name)
    return found


def _count(body: Mapping[str, Any], name: str) -> int:
    value = body.get(name, 0)
    return value if type(value) is int and value >= 0 else 0


def _text(value: Any, length: int) -> str:
    """Cut to what fits; what PostgreSQL or a page could not hold becomes a question mark."""
    if not isinstance(value, str):
        return ""
    kept = value.encode("utf-8", "replace").decode().replace("\x00", "?")
    return " ".join(kept.split())[:length]


def _minute(value: Any) -> datetime:
    """Appointments begin and end at full minutes."""
    return _instant(value).replace(second=0, microsecond=0)


def _instant(value: Any) -> datetime:
    if not isinstance(value, str):
        raise NotUnderstood("instant")
    instant = datetime.fromisoformat(value)
    if instant.tzinfo is None:
        raise NotUnderstood("instant without offset")
    return instant.astimezone(UTC)


def _instant_or_none(value: Any) -> datetime | None:
    try:
        instant = _instant(value)
    except (ValueError, OverflowError):
        return None
    return instant if EARLIEST < instant.date() < LATEST else None


def _utc_text(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
