"""The lines of a pack. The first is its head, such as {"format": "message_templates/1"}; each other one is an entry."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from praxis.core.packs import PackRefused

MOST_BYTES = 8 * 1024 * 1024
MOST_ENTRIES = 20_000


@dataclass(frozen=True, slots=True)
class Line:
    """One entry. What it asks for and does not get is refused with the number of the line."""

    number: int
    values: Mapping[str, Any]

    def refused(self, message: str) -> PackRefused:
        return PackRefused(
            _("Zeile %(line)s: %(message)s") % {"line": self.number, "message": message}, line=self.number
        )

    def only(self, names: Collection[str]) -> None:
        """A misspelt name must not be taken for one that was left out."""
        for name in self.values.keys() - set(names):
            raise self.refused(_("Das Feld „%(name)s“ ist unbekannt.") % {"name": name[:40]})

    def text(self, name: str, *, longest: int, default: str | None = None) -> str:
        """Trimmed. Without a default it must be there and must not be empty."""
        value = self.values.get(name, default)
        if not isinstance(value, str) or (default is None and not value.strip()):
            raise self.refused(_("Im Feld „%(name)s“ fehlt der Text.") % {"name": name})
        if len(value) > longest:
            raise self.refused(
                _("Der Text im Feld „%(name)s“ ist länger als %(most)s Zeichen.") % {"name": name, "most": longest}
            )
        if any((ord(sign) < 32 and sign not in "\n\t") or 0xD800 <= ord(sign) <= 0xDFFF for sign in value):
            raise self.refused(_("Der Text im Feld „%(name)s“ enthält unlesbare Zeichen.") % {"name": name})
        return value.strip()

    def one_of(self, name: str, allowed: Collection[str], *, default: str | None = None) -> str:
        value = self.values.get(name, default)
        if not isinstance(value, str) or value not in allowed:
            choices = ", ".join(sorted(allowed))
            raise self.refused(
                _("Im Feld „%(name)s“ ist nur erlaubt: %(allowed)s.") % {"name": name, "allowed": choices}
            )
        return value

    def several(self, name: str, allowed: Collection[str]) -> tuple[str, ...]:
        """None of them when it is left out."""
        values = self.values.get(name, [])
        if not isinstance(values, list) or any(not isinstance(value, str) or value not in allowed for value in values):
            choices = ", ".join(sorted(allowed))
            raise self.refused(
                _("Im Feld „%(name)s“ ist nur eine Liste aus diesen erlaubt: %(allowed)s.")
                % {"name": name, "allowed": choices}
            )
        return tuple(values)

    def whole(self, name: str, *, least: int, most: int, default: int | None = None) -> int:
        value = self.values.get(name, default)
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise self.refused(
                _("Im Feld „%(name)s“ muss eine Zahl von %(least)s bis %(most)s stehen.")
                % {"name": name, "least": least, "most": most}
            )
        return value

    def flag(self, name: str, *, default: bool = False) -> bool:
        value = self.values.get(name, default)
        if not isinstance(value, bool):
            raise self.refused(_("Im Feld „%(name)s“ muss true oder false stehen.") % {"name": name})
        return value

    def day(self, name: str) -> date:
        try:
            return date.fromisoformat(self.values.get(name, ""))
        except (TypeError, ValueError):
            raise self.refused(_("Im Feld „%(name)s“ muss ein Datum wie 2027-01-06 stehen.") % {"name": name}) from None


def read_lines(raw: bytes, *, form: str) -> list[Line]:
    """The entries of a pack of this format, such as "message_templates/1". Raises PackRefused."""
    if len(raw) > MOST_BYTES:
        raise PackRefused(_("Das Paket ist größer als 8 MB und wird deshalb nicht gelesen."))
    lines = [
        Line(number, _object(text, number)) for number, text in enumerate(raw.split(b"\n"), start=1) if text.strip()
    ]
    if not lines or lines[0].values.get("format") != form:
        raise PackRefused(_("Das Paket hat nicht das Format „%(form)s“.") % {"form": form}, line=1)
    if len(lines) == 1:
        raise PackRefused(_("Das Paket enthält keinen Eintrag."))
    if len(lines) > MOST_ENTRIES:
        raise PackRefused(_("Das Paket hat mehr als %(most)s Einträge.") % {"most": MOST_ENTRIES})
    return lines[1:]


def _object(text: bytes, number: int) -> dict[str, Any]:
    line = Line(number, {})
    try:
        value = json.loads(text.decode(), object_pairs_hook=_once)
    except UnicodeDecodeError:
        raise line.refused(_("Sie ist kein UTF-8-Text.")) from None
    except (ValueError, RecursionError):
        raise line.refused(_("Sie ist kein lesbarer Eintrag.")) from None
    if not isinstance(value, dict):
        raise line.refused(_("Sie ist kein lesbarer Eintrag."))
    return value


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Of two values for one name nobody knows which counts."""
    values = dict(pairs)
    if len(values) != len(pairs):
        raise ValueError("a name twice")
    return values
