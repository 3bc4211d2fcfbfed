"""The export of an old installation, as JSON or CSV (docs/features/konto-migration.md). Broken files are refused whole.

Both become the same rows; each knows its place in the file, for the message.
"""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import chain, repeat
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from praxis.core.exceptions import PraxisError
from videosprechstunde.services.konto.export_lines import Begins, lines_of

FORMAT, VERSION = "praxis-vss-export", 1
COLUMNS = (
    "dienst", "adresse", "benutzer", "name", "email", "kennwort", "arztrollen", "terminart", "termin", "beginn",
    "minuten", "nachname", "vorname", "geburtsdatum", "telefon", "link", "tan", "link_gesendet",
)  # fmt: skip
OF_PARTICIPANT = COLUMNS[2:8]
LONGEST = {"dienst": 80, "adresse": 200, "benutzer": 120, "name": 120, "termin": 80, "nachname": 60, "vorname": 60}
LONGEST_LINK, MOST_MINUTES = 500, 12 * 60


class ExportInvalid(PraxisError):
    """The file is refused whole; the message says where and why."""

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(f"{place}: {reason}" if place else reason)


@dataclass(frozen=True, kw_only=True)
class OldAppointment:
    place: str
    source_id: str
    starts_at: datetime
    minutes: int
    last_name: str
    first_name: str
    birth_date: date | None
    phone: str
    link: str
    tan: str
    link_sent_at: datetime | None


@dataclass(kw_only=True)
class OldParticipant:
    place: str
    provider: str
    host: str
    user: str
    name: str
    email: str
    password: str = field(repr=False)
    roles: list[str] = field(default_factory=list)
    appointment_type: str = ""
    appointments: list[OldAppointment] = field(default_factory=list)


def read_export(text: str, file_format: str) -> list[OldParticipant]:
    """`file_format`: "csv" or "json". Raises ExportInvalid."""
    found = _from_json(text) if file_format == "json" else _from_csv(text)
    if not found:
        raise ExportInvalid("", _("Die Datei enthält keinen Teilnehmer."))
    _refuse_doubles(found)
    return found


def _from_csv(text: str) -> list[OldParticipant]:
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=";", strict=True)
    known: dict[str, OldParticipant] = {}
    try:
        header = [name.strip().lower() for name in next(reader, [])]
        if header != list(COLUMNS):
            raise ExportInvalid(_line(1), _("Erwartet werden die Spalten %s.") % ";".join(COLUMNS))
        for cells in reader:
            if any(cell.strip() for cell in cells):
                _take_line(cells, _line(reader.line_num), known)
    except csv.Error as error:
        raise ExportInvalid(_line(reader.line_num), _("Die Zeile ist nicht lesbar (Anführungszeichen?).")) from error
    return list(known.values())


def _take_line(cells: list[str], place: str, known: dict[str, OldParticipant]) -> None:
    if len(cells) != len(COLUMNS):
        words = _("%(found)d Felder statt %(wanted)d.")
        raise ExportInvalid(place, words % {"found": len(cells), "wanted": len(COLUMNS)})
    values: dict[str, Any] = dict(zip(COLUMNS, (_checked_text(cell, place) for cell in cells), strict=True))
    one = known.get(values["benutzer"])
    if one is None:
        values["arztrollen"] = [name.strip() for name in values["arztrollen"].split("|") if name.strip()]
        one = known[values["benutzer"]] = _participant(values, place)
    elif any(values[name] for name in OF_PARTICIPANT[1:]) and values["name"] != one.name:
        raise ExportInvalid(place, _("Dieses Konto hat weiter oben einen anderen Namen."))
    if values["termin"] or values["beginn"]:
        one.appointments.append(_appointment(values, place))


def _from_json(text: str) -> list[OldParticipant]:
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        raise ExportInvalid(_line(error.lineno), _("Kein gültiges JSON.")) from error
    except RecursionError as error:
        raise ExportInvalid("", _("Kein gültiges JSON.")) from error
    if not isinstance(data, dict) or (data.get("format"), data.get("version")) != (FORMAT, VERSION):
        raise ExportInvalid("", _("Erwartet wird ein Export „%(format)s“, Version 1.") % {"format": FORMAT})
    return list(_participants_of(data, lines_of(text)))


def _participants_of(data: dict[str, Any], lines: list[Begins]) -> Iterator[OldParticipant]:
    for number, (given, begins) in enumerate(
        zip(_list(data, "teilnehmer", ""), chain(lines, repeat(None)), strict=False), 1
    ):
        place = _placed(begins.line if begins else None, _("Teilnehmer %d") % number)
        values = _texts(given, place) | {"dienst": _text(data, "dienst", ""), "adresse": _text(data, "adresse", "")}
        values["arztrollen"] = [_checked_text(name, place) for name in _list(given, "arztrollen", place)]
        one = _participant(values, place)
        starts = chain(begins.appointments if begins else (), repeat(None))
        appointments = zip(_list(given, "termine", place), starts, strict=False)
        for count, (appointment, line) in enumerate(appointments, 1):
            where = _placed(line, _("Teilnehmer %(number)d, Termin %(count)d") % {"number": number, "count": count})
            one.appointments.append(_appointment(_texts(appointment, where), where))
        yield one


def _placed(line: int | None, what: str) -> str:
    return f"{_line(line)}, {what}" if line else what


def _texts(given: Any, place: str) -> dict[str, Any]:
    if not isinstance(given, dict):
        raise ExportInvalid(place, _("Erwartet wird ein Objekt in geschweiften Klammern."))
    return {name: _text(given, name, place) for name in COLUMNS if name != "arztrollen"}


def _text(given: dict[str, Any], name: str, place: str) -> str:
    value = given.get(name)
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise ExportInvalid(place, _("„%s“ muss Text sein.") % name)
    return _checked_text(str(value), place)


def _checked_text(value: Any, place: str) -> str:
    text = str(value).strip()
    if "\0" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
        raise ExportInvalid(place, _("Die Datei enthält Zeichen, die es nicht gibt."))
    return text


def _list(given: dict[str, Any], name: str, place: str) -> list[Any]:
    found = given.get(name, [])
    if not isinstance(found, list):
        raise ExportInvalid(place, _("„%s“ muss eine Liste sein.") % name)
    return found


def _participant(values: dict[str, Any], place: str) -> OldParticipant:
    for name in ("dienst", "adresse", "benutzer", "name"):
        if not values[name]:
            raise ExportInvalid(place, _("„%s“ fehlt.") % name)
    _check_lengths(values, place)
    host = values["adresse"].rstrip("/")
    if urlsplit(host).scheme not in ("https", "http") or not urlsplit(host).hostname:
        raise ExportInvalid(place, _("„adresse“ muss mit https:// beginnen."))
    if values["email"]:
        try:
            validate_email(values["email"])
        except ValidationError as error:
            raise ExportInvalid(place, _("„email“ ist keine E-Mail-Adresse.")) from error
    return OldParticipant(
        place=place, provider=values["dienst"], host=host, user=values["benutzer"], name=values["name"],
        email=values["email"].lower(), password=values["kennwort"], roles=values["arztrollen"],
        appointment_type=values["terminart"],
    )  # fmt: skip


def _appointment(values: dict[str, Any], place: str) -> OldAppointment:
    for name in ("termin", "beginn", "nachname"):
        if not values[name]:
            raise ExportInvalid(place, _("„%s“ fehlt.") % name)
    _check_lengths(values, place)
    minutes = values["minuten"] or "15"
    if not (minutes.isascii() and minutes.isdigit() and 1 <= int(minutes[:5]) <= MOST_MINUTES):
        raise ExportInvalid(place, _("„minuten“ muss eine Zahl von 1 bis %d sein.") % MOST_MINUTES)
    if values["link"] and (urlsplit(values["link"]).scheme != "https" or len(values["link"]) > LONGEST_LINK):
        raise ExportInvalid(place, _("„link“ muss mit https:// beginnen."))
    sent = values["link_gesendet"]
    if sent and not values["link"]:
        raise ExportInvalid(place, _("„link_gesendet“ ohne „link“."))
    return OldAppointment(
        place=place, source_id=values["termin"], starts_at=_instant(values["beginn"], "beginn", place),
        minutes=int(minutes), last_name=values["nachname"], first_name=values["vorname"],
        birth_date=_day(values["geburtsdatum"], place), phone=values["telefon"][:40], link=values["link"],
        tan=values["tan"][:40], link_sent_at=_instant(sent, "link_gesendet", place) if sent else None,
    )  # fmt: skip


def _instant(text: str, name: str, place: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise ExportInvalid(place, _("„%s“ ist kein Zeitpunkt wie 2026-12-01T10:15:00+01:00.") % name) from error
    if found.tzinfo is None:
        raise ExportInvalid(place, _("„%s“ hat keine Zeitzone, etwa +01:00.") % name)
    return found


def _day(text: str, place: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise ExportInvalid(place, _("„geburtsdatum“ ist kein Tag wie 1960-02-01.")) from error


def _check_lengths(values: dict[str, Any], place: str) -> None:
    for name, most in LONGEST.items():
        if len(values[name]) > most:
            raise ExportInvalid(place, _("„%(name)s“ ist länger als %(most)d Zeichen.") % {"name": name, "most": most})


def _refuse_doubles(found: list[OldParticipant]) -> None:
    users: set[str] = set()
    appointments: set[str] = set()
    for one in found:
        if one.user in users:
            raise ExportInvalid(one.place, _("Dieses Konto steht zweimal in der Datei."))
        users.add(one.user)
        for appointment in one.appointments:
            if appointment.source_id in appointments:
                raise ExportInvalid(appointment.place, _("Dieser Termin steht zweimal in der Datei."))
            appointments.add(appointment.source_id)


def _line(number: int) -> str:
    return _("Zeile %d") % number
