"""Texts with placeholders, "Ihr Termin: {datum}, {uhrzeit} Uhr": what they may say, and filling them in. Pure.

An allow-list of names, no logic: whoever writes a text for a practice writes no program.
"""

import html as html_text
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notifications.models.words import Channel, MessageKind
from notifications.segments import count_segments

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

_PLACEHOLDER = re.compile(r"\{([^{}\n]*)\}")
_BRACE = re.compile(r"[{}]")
MOST_SEGMENTS = 6


@dataclass(frozen=True, slots=True)
class Placeholder:
    label: "str | StrPromise"
    sample: str
    kinds: frozenset[str] = frozenset({MessageKind.REMINDER, MessageKind.GREETING})
    # Says what the appointment is about: only inside a closed envelope.
    is_medical: bool = False


_APPOINTMENT = frozenset({MessageKind.REMINDER})
PLACEHOLDERS: Mapping[str, Placeholder] = {
    "anrede": Placeholder(gettext_lazy("Anrede mit Namen"), "Guten Tag Frau von der Mühlenberg"),
    "vorname": Placeholder(gettext_lazy("Vorname"), "Annemarie"),
    "nachname": Placeholder(gettext_lazy("Nachname"), "von der Mühlenberg"),
    "datum": Placeholder(gettext_lazy("Tag des Termins"), "Mi 30.12.2026", _APPOINTMENT),
    "wochentag": Placeholder(gettext_lazy("Wochentag des Termins"), "Donnerstag", _APPOINTMENT),
    "uhrzeit": Placeholder(gettext_lazy("Uhrzeit des Termins"), "10:45", _APPOINTMENT),
    "praxis": Placeholder(gettext_lazy("Name der Praxis"), "Hausarztpraxis am Markt"),
    "telefon": Placeholder(gettext_lazy("Telefon der Praxis"), "0221 1234567"),
    "abmelden": Placeholder(gettext_lazy("Link zum Abmelden"), "https://praxis.example/abmelden/Xk3vQ9mTzY7pLw2RbNc8Ag/"),
    "terminart": Placeholder(gettext_lazy("Terminart"), "Kontrolle", _APPOINTMENT, is_medical=True),
}  # fmt: skip

# Beginnings of words that tell a third person why somebody sees a doctor.
_MEDICAL = (
    "befund", "diagnos", "labor", "blut", "krebs", "tumor", "onkolog", "hiv", "aids", "schwanger", "abtreib", "psych",
    "therap", "impf", "ekg", "diabet", "rezept", "medika", "operati", "ergebnis", "untersuch", "krank", "sucht",
    "röntgen", "ultraschall", "mrt", "gynäk", "urolog", "dermat", "kardio", "neurolog", "depress", "allergi",
    "vorsorge", "check-up", "spiegelung", "biops", "chemo", "dialyse", "insulin", "hepat", "infekt", "symptom",
    "schmerz", "pille",
)  # fmt: skip
_MEDICAL_WORD = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, _MEDICAL))})\w*", re.IGNORECASE)
_UNSAFE_HTML = re.compile(
    r"<\s*(script|iframe|form|object|embed|style|link|meta)\b|\son\w+\s*=|javascript:|<\s*img\b", re.I
)


@dataclass(frozen=True, slots=True)
class Problem:
    """`field` is "subject", "text" or "html"; `line` counts from 1, 0 means the text as a whole."""

    field: str
    line: int
    message: str
    is_warning: bool = False

    def __str__(self) -> str:
        return (
            _("Zeile %(line)d: %(message)s") % {"line": self.line, "message": self.message}
            if self.line
            else self.message
        )


def sample_values() -> dict[str, str]:
    """Long but usual values: what a text costs at most, as a rule."""
    return {name: str(placeholder.sample) for name, placeholder in PLACEHOLDERS.items()}


def render(text: str, values: Mapping[str, str], *, html: bool = False) -> str:
    """Fill in; an unknown placeholder stays as it stands. `html` escapes the values."""
    parts = []
    for literal, name in _parts(text):
        parts.append(literal)
        if name is not None:
            value = values.get(name)
            if value is None:
                parts.append("".join(("{", name, "}")))
            else:
                parts.append(html_text.escape(value) if html else value)
    return "".join(parts)


@lru_cache(maxsize=512)
def uses(text: str, name: str) -> bool:
    return any(found == name for _literal, found in _parts(text))


@lru_cache(maxsize=512)
def _parts(text: str) -> tuple[tuple[str, str | None], ...]:
    """Literal text, each followed by the placeholder after it (None at the end)."""
    parts: list[tuple[str, str | None]] = []
    place = 0
    for found in _PLACEHOLDER.finditer(text):
        parts.append((text[place : found.start()], found[1].strip().lower()))
        place = found.end()
    parts.append((text[place:], None))
    return tuple(parts)


def problems_of(kind: str, channel: str, *, subject: str, text: str, html: str = "") -> list[Problem]:
    """Everything that is wrong with a template, warnings last."""
    found = [
        *_in_text("subject", subject, kind, channel),
        *_in_text("text", text, kind, channel),
        *_in_text("html", html, kind, channel, braces=False),
        *_in_html(html),
        *_as_a_whole(kind, channel, subject, text),
    ]
    return sorted(found, key=lambda problem: problem.is_warning)


def _in_text(field: str, text: str, kind: str, channel: str, *, braces: bool = True) -> Iterator[Problem]:
    for number, line in enumerate(text.splitlines(), start=1):
        for found in _PLACEHOLDER.finditer(line):
            message = _about_placeholder(found[1].strip().lower(), kind, channel)
            # A brace in HTML may be a style.
            if message and (braces or found[1].strip().isidentifier()):
                yield Problem(field, number, message)
        if braces and _BRACE.search(_PLACEHOLDER.sub("", line)):
            yield Problem(field, number, _("Eine geschweifte Klammer hat kein Gegenstück."))
        if channel != Channel.LETTER:
            for word in _MEDICAL_WORD.findall(_PLACEHOLDER.sub("", re.sub(r"<[^>]*>", " ", line))):
                yield Problem(field, number, _("„%(word)s“ verrät, worum es geht.") % {"word": word})


def _about_placeholder(name: str, kind: str, channel: str) -> str:
    known = PLACEHOLDERS.get(name)
    if known is None:
        near = get_close_matches(name, PLACEHOLDERS, n=1)
        hint = _(" Meinten Sie {%(near)s}?") % {"near": near[0]} if near else ""
        return _("Den Platzhalter {%(name)s} gibt es nicht.") % {"name": name} + hint
    if kind not in known.kinds:
        return _("Bei Glückwünschen gibt es keinen Termin, also auch kein {%(name)s}.") % {"name": name}
    if known.is_medical and channel != Channel.LETTER:
        return _("{%(name)s} verrät, worum es geht. Das darf nur im Brief stehen.") % {"name": name}
    if name == "abmelden" and channel == Channel.LETTER:
        return _("Ein Brief hat keinen Abmelde-Link.")
    return ""


def _in_html(html: str) -> Iterator[Problem]:
    for number, line in enumerate(html.splitlines(), start=1):
        if _UNSAFE_HTML.search(line):
            yield Problem(
                "html", number, _("Programme, Formulare, Bilder und Stilblöcke gehören nicht in eine E-Mail.")
            )


def _as_a_whole(kind: str, channel: str, subject: str, text: str) -> Iterator[Problem]:
    if not text.strip():
        yield Problem("text", 0, _("Bitte einen Text eingeben."))
        return
    if channel == Channel.EMAIL and not subject.strip():
        yield Problem("subject", 0, _("Bitte einen Betreff eingeben."))
    if kind == MessageKind.REMINDER:
        for name in ("datum", "uhrzeit"):
            if not uses(text, name):
                yield Problem("text", 0, _("Der Text nennt den Termin nicht: {%(name)s} fehlt.") % {"name": name})
    if channel == Channel.SMS:
        yield from _of_an_sms(text)
    if channel != Channel.LETTER:
        for name, missing in (("telefon", _("Ohne {telefon} kann niemand zurückrufen.")),
                              ("abmelden", _("Ohne {abmelden} kann sich niemand abmelden."))):  # fmt: skip
            if not uses(text, name) and (kind == MessageKind.REMINDER or name != "telefon"):
                yield Problem("text", 0, missing, is_warning=True)


def _of_an_sms(text: str) -> Iterator[Problem]:
    count = count_segments(render(text, sample_values()))
    if count.segments > MOST_SEGMENTS:
        message = _("Der Text braucht %(n)d Teile, höchstens %(most)d sind möglich.")
        yield Problem("text", 0, message % {"n": count.segments, "most": MOST_SEGMENTS})
    if count.unusual:
        characters = " ".join(count.unusual[:8])
        message = _("Diese Zeichen machen die SMS mehr als doppelt so teuer: %(characters)s")
        yield Problem("text", 0, message % {"characters": characters}, is_warning=True)
