"""One delivery as eTermin sends it (wire-formats §1.3): JSON or form variables, keys in any case, two ways to write
an instant. What mission E7 does not name is dropped here, before anything is written down.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl
from zoneinfo import ZoneInfo

from integrations.etermin import uids
from integrations.etermin.instants import NoInstant, read_instant
from integrations.etermin.models import EterminConnection, EterminDelivery, EterminService
from integrations.etermin.reduced import MISSING, OTHER, VIDEO, Reduced
from praxis.core.exceptions import PraxisError
from scheduling.selectors.entries import LONGEST

Command = EterminDelivery.Command
COMMANDS = {
    "CREATED": Command.CREATED,
    "MODIFIED": Command.MODIFIED,
    "DELETED": Command.DELETED,
}  # fmt: skip
MOST_FIELDS = 500
NAME, EMAIL, MOBILE, CALENDAR, CALENDAR_NAME = 60, 254, 40, 40, 200
# The control characters that no row takes, and halves of characters.
UNWRITABLE = re.compile("[\x00-\x1f\x7f\ud800-\udfff]+")
EMAIL_SHAPE = re.compile(r"[^@\s]+@[^@\s]+")
# Where the join link has replaced the words (wire-formats §1.4).
JOIN_LINK = re.compile(r"https?://\S+/video/\S*", re.IGNORECASE)
TAN_IN_LINK = re.compile(r"https?://\S+/video/\S*[?&]tan=([0-9A-Za-z-]{8,40})", re.IGNORECASE)
# What a dead letter keeps beside its times.
KEPT = ("calendarid", "calendarname", "reference", "lastname", "firstname", "email", "phone")
TIME_SHAPE = re.compile(r"[0-9T:., Z+-]{1,40}", re.ASCII)
PICKED = 254
STARTS, ENDS = ("startdatetimeutc", "startdatetime"), ("enddatetimeutc", "enddatetime")


class Garbage(PraxisError):
    """Not a delivery at all."""


class Undeliverable(PraxisError):
    """A delivery nobody can act on. The message says why and quotes nothing of it."""


@dataclass(frozen=True, kw_only=True)
class Reading:
    """`reason` is empty unless it goes to the dead letters; then `picked` is what may be read once more. `tan` is the
    one of the join link in the location: looked up at once, never kept."""

    command: EterminDelivery.Command
    uid: str
    tan: str = field(default="", repr=False)
    told: Reduced | None = None
    reason: str = ""
    picked: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Place:
    """What decides how words of the delivery are understood."""

    connection: EterminConnection
    services: Sequence[EterminService]
    zone: ZoneInfo


def fields_of(content_type: str, raw: bytes) -> dict[str, str]:
    """Keys in small letters. Raises Garbage."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Garbage("Der Inhalt ist kein UTF-8.") from error
    is_json = "json" in content_type.lower() or text.lstrip()[:1] in ("{", "[")
    found = _json_fields(text) if is_json else _form_fields(text)
    if not found:
        raise Garbage("Der Inhalt ist leer.")
    return {name.strip().lower(): text_of(value) for name, value in found.items()}


def _json_fields(text: str) -> Mapping[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Garbage("Der Inhalt ist kein JSON.") from error
    if isinstance(found, list) and len(found) == 1:
        found = found[0]
    if not isinstance(found, dict):
        raise Garbage("Der Inhalt ist kein JSON-Objekt.")
    return found


def _form_fields(text: str) -> Mapping[str, Any]:
    try:
        return dict(parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="strict"))
    except ValueError as error:
        raise Garbage("Der Inhalt ist kein Formular.") from error


def text_of(value: Any) -> str:
    """A structure where a word belongs says nothing."""
    if isinstance(value, bool) or value is None or isinstance(value, dict | list):
        return ""
    return UNWRITABLE.sub(" ", str(value)).strip()


def read(place: Place, found: Mapping[str, str]) -> Reading:
    """Never raises: what cannot be acted on has a reason."""
    command = COMMANDS.get(found.get("command", "").upper(), Command.UNKNOWN)
    uid = found.get("appointmentuid", "")
    try:
        if not uid or len(uid) > uids.LONGEST:
            uid = ""
            raise Undeliverable("Die Kennung des Termins fehlt oder ist zu lang.")
        if command == Command.UNKNOWN:
            raise Undeliverable("Der Befehl ist unbekannt.")
        return Reading(command=command, uid=uid, tan=_tan(found), told=_told(place, command, uid, found))
    except Undeliverable as error:
        return Reading(command=command, uid=uid, reason=error.message, picked=_picked(place, uid, command, found))


def _told(place: Place, command: EterminDelivery.Command, uid: str, found: Mapping[str, str]) -> Reduced:
    """Raises Undeliverable."""
    try:
        told = _reduced(place, uid, found)
        check_times(told)
        return told
    except Undeliverable:
        if command == Command.DELETED or place.connection.reads_back:
            # To cancel, no time is needed; to ring the bell neither.
            return Reduced(uid=uid)
        raise


def _tan(found: Mapping[str, str]) -> str:
    match = TAN_IN_LINK.search(found.get("location", ""))
    return match[1] if match else ""


def _picked(place: Place, uid: str, command: EterminDelivery.Command, found: Mapping[str, str]) -> dict[str, str]:
    """What mission E7 allows, still in eTermin's words, so that it can be read again."""
    words = {name: found[name] for name in KEPT if name in found}
    words |= {name: found[name] for name in (*STARTS, *ENDS) if TIME_SHAPE.fullmatch(found.get(name, ""))}
    location = read_location(place, found.get("location"))
    if location is not None:
        words["location"] = {VIDEO: place.connection.video_location, OTHER: "-"}.get(location, "")
    service_id = read_service(place, found.get("selectedanswers") or found.get("servicestext"))
    words["selectedanswers"] = next((one.name for one in place.services if one.pk == service_id), "")
    words["command"] = command.upper() if command != Command.UNKNOWN else ""
    return {name: value[:PICKED] for name, value in words.items()} | {"appointmentuid": uid}


def check_times(told: Reduced) -> None:
    """Raises Undeliverable."""
    if told.starts_at is None or told.ends_at is None:
        return
    if told.ends_at <= told.starts_at:
        raise Undeliverable("Das Ende liegt nicht nach dem Beginn.")
    if told.ends_at - told.starts_at > LONGEST:
        raise Undeliverable("Der Termin dauert länger als einen Tag.")


def _reduced(place: Place, uid: str, found: Mapping[str, str]) -> Reduced:
    email = found.get("email")
    return Reduced(
        uid=uid, starts_at=_instant(found, STARTS, place.zone), ends_at=_instant(found, ENDS, place.zone),
        calendar_id=_cut(found.get("calendarid"), CALENDAR),
        calendar_name=_cut(found.get("calendarname"), CALENDAR_NAME),
        reference=_cut(found.get("reference"), CALENDAR), location=read_location(place, found.get("location")),
        service_id=read_service(place, found.get("selectedanswers") or found.get("servicestext")),
        last_name=_cut(found.get("lastname"), NAME), first_name=_cut(found.get("firstname"), NAME),
        email=email if email is None or (EMAIL_SHAPE.fullmatch(email) and len(email) <= EMAIL) else "",
        mobile=_cut(found.get("phone"), MOBILE),
    )  # fmt: skip


def _cut(value: str | None, most: int) -> str | None:
    return None if value is None else value[:most].strip()


def _instant(found: Mapping[str, str], names: tuple[str, str], zone: ZoneInfo) -> datetime | None:
    """UTC wins. Raises Undeliverable."""
    in_utc, local = (found.get(name, "") for name in names)
    try:
        if in_utc:
            return read_instant(in_utc, ZoneInfo("UTC"))
        return read_instant(local, zone) if local else None
    except NoInstant as error:
        raise Undeliverable(error.message) from error


def read_location(place: Place, words: str | None) -> str | None:
    if words is None:
        return None
    if not words:
        return MISSING
    is_video = words.casefold() == place.connection.video_location.casefold() or JOIN_LINK.search(words) is not None
    return VIDEO if is_video else OTHER


def read_service(place: Place, words: str | None) -> int | None:
    """The service of our list that stands in the text, the longest name first; the text itself is not kept: patients
    may write into it."""
    if words is None:
        return None
    said = words.casefold()
    known = sorted(place.services, key=lambda service: -len(service.name))
    return next((service.pk for service in known if service.name.casefold() in said), 0)
