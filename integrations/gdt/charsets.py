"""The characters of a GDT record: what field 9206 says, and what the bytes say when the two disagree."""

import unicodedata
from dataclasses import dataclass

from django.utils.translation import gettext as _

SEVEN_BIT, CP437, LATIN_1, UTF_8 = "1", "2", "3", "utf-8"
DEFAULT = CP437
KNOWN = frozenset({SEVEN_BIT, CP437, LATIN_1})

# DIN 66003: the German 7-bit code puts its letters where ASCII has brackets.
_DIN_66003 = str.maketrans("[\\]{|}~", "ÄÖÜäöüß")
_DIN_66003_BACK = str.maketrans("ÄÖÜäöüß", "[\\]{|}~")
_CODECS = {SEVEN_BIT: "ascii", CP437: "cp437", LATIN_1: "cp1252", UTF_8: "utf-8"}
_SCRIPTS = ("LATIN ", "GREEK ", "CYRILLIC ")
# Signs that names, streets and titles do contain. Double quotation marks are left out on purpose:
# ä and ö of CP437 turn into them when they are read as Windows-1252.
_USUAL_SIGNS = frozenset("’‘´–—…€§°²³·\u00a0\u00ad")


@dataclass(frozen=True)
class Choice:
    charset: str
    doubt: str = ""


def decode(raw: bytes, charset: str) -> str:
    """Unreadable bytes become U+FFFD; nothing raises."""
    text = raw.decode(_CODECS[charset], errors="replace")
    return text.translate(_DIN_66003) if charset == SEVEN_BIT else text


def encode(text: str, charset: str) -> bytes:
    """Raises UnicodeEncodeError when the charset lacks a character (for "1" also the ASCII brackets)."""
    if charset == SEVEN_BIT:
        for position, character in enumerate(text):
            if character in "[\\]{|}~":
                raise UnicodeEncodeError("din-66003", text, position, position + 1, "stands for a German letter")
        return text.translate(_DIN_66003_BACK).encode("ascii")
    return text.encode("latin-1" if charset == LATIN_1 else _CODECS[charset])


def choose(declared: str, raw: bytes, *, utf_8_marked: bool = False) -> Choice:
    """The charset to read `raw` with. `declared` is the content of field 9206, "" when it is missing.

    Real systems write other bytes than they announce. The announced charset holds unless it yields characters no
    name has and another one yields none; then the reader is told.
    """
    if utf_8_marked:
        return Choice(UTF_8)
    unknown = declared not in KNOWN and declared != ""
    said = declared if declared in KNOWN else DEFAULT
    if not raw.isascii():
        fitting = next((charset for charset in _candidates(said) if _fits(raw, charset)), said)
        if fitting != said:
            return Choice(fitting, _doubt(declared, fitting))
    if unknown:
        return Choice(said, _("Feld 9206 nennt einen unbekannten Zeichensatz; gelesen als %s.") % _label(said))
    return Choice(said)


def _candidates(said: str) -> list[str]:
    # UTF-8 first: bytes that happen to be valid UTF-8 and yield letters are no accident.
    return [UTF_8, said, LATIN_1, CP437]


def _fits(raw: bytes, charset: str) -> bool:
    if charset == UTF_8:
        try:
            text = raw.decode("utf-8")
        except UnicodeDecodeError:
            return False
    else:
        text = decode(raw, charset)
    return not any(_is_odd(character) for character in set(text))


def _is_odd(character: str) -> bool:
    if character.isascii() or character in _USUAL_SIGNS or unicodedata.combining(character):
        return False
    return not (character.isalpha() and unicodedata.name(character, "").startswith(_SCRIPTS))


def _label(charset: str) -> str:
    return {SEVEN_BIT: "7-Bit", CP437: "IBM CP437", LATIN_1: "ISO 8859-1", UTF_8: "UTF-8"}[charset]


def _doubt(declared: str, used: str) -> str:
    if declared not in KNOWN:
        return _("Feld 9206 (Zeichensatz) fehlt oder ist unbekannt; gelesen als %s.") % _label(used)
    return _("Feld 9206 nennt %(said)s, die Zeichen sind aber %(used)s; so wurden sie gelesen.") % {
        "said": _label(declared),
        "used": _label(used),
    }
