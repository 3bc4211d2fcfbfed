"""Reads GDT files leniently: by line ends, not by the lengths they state. Pure: no database, no clock.

Source: reference of GDT 2.1. A line is LLLFFFFcontent CR LF; LLL is its length in bytes, everything included.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from integrations.gdt import charsets

RECORD_TYPE, RECORD_LENGTH, CHARSET = "8000", "8100", "9206"
LINE_OVERHEAD = 9
MAX_REMARKS_PER_RECORD = 25

# "\r\r\n" is what a text-mode copy makes of "\r\n".
_LINE = re.compile(rb"([^\r\n]*)(\r*\n|\r|\Z)")
_FIELD = re.compile(rb"([ -~]{3})([0-9]{4})")
_BOM = b"\xef\xbb\xbf"


class GdtError(Exception):
    """A file or a record that cannot be taken over: line (from 1) and reason in German, without personal data."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(f"{line}: {reason}")
        self.line = line
        self.reason = reason


@dataclass(frozen=True, order=True)
class Remark:
    line: int
    reason: str


@dataclass(frozen=True)
class GdtField:
    code: str
    text: str
    line: int


@dataclass(frozen=True)
class GdtRecord:
    line: int
    record_type: str
    fields: tuple[GdtField, ...]
    remarks: tuple[Remark, ...]

    def first(self, code: str) -> GdtField | None:
        """The first field of that code with content."""
        return next((field for field in self.fields if field.code == code and field.text), None)


@dataclass(frozen=True)
class GdtContent:
    """All whole records of a file, and the places where one was no whole record."""

    records: tuple[GdtRecord, ...]
    errors: tuple[Remark, ...]


@dataclass(frozen=True)
class _Line:
    number: int
    prefix: bytes
    code: str
    content: bytes
    ending: bytes

    @property
    def size(self) -> int:
        return LINE_OVERHEAD - 2 + len(self.content) + len(self.ending)


@dataclass
class _RawRecord:
    lines: list[_Line]
    remarks: list[Remark] = field(default_factory=list)


def read_gdt(data: bytes) -> GdtContent:
    """Raises GdtError when the file holds no GDT record at all, and nothing else whatever the bytes."""
    utf_8_marked = data.startswith(_BOM)
    # DOS programs end a text with Ctrl-Z; some pad with NUL.
    body = data.removeprefix(_BOM).rstrip(b"\x1a\x00")
    if not body.strip():
        raise GdtError(1, _("Die Datei ist leer."))
    raw_records, errors = _split_records(body)
    if not raw_records:
        raise GdtError(1, _("Das ist keine GDT-Datei: Es gibt keine Zeile mit der Feldkennung 8000."))
    records = []
    for raw in raw_records:
        if broken_off := _broken_off(raw):
            errors.append(broken_off)
        else:
            records.append(_record(raw, utf_8_marked=utf_8_marked))
    return GdtContent(tuple(records), tuple(sorted(errors)))


def _split_records(body: bytes) -> tuple[list[_RawRecord], list[Remark]]:
    records: list[_RawRecord] = []
    errors: list[Remark] = []
    for number, content, ending in _lines(body):
        match = _FIELD.match(content)
        if match is None:
            reason = _("Die Zeile ist kein GDT-Feld und wurde übergangen.")
            if records:
                records[-1].remarks.append(Remark(number, reason))
            elif not errors:
                errors.append(Remark(number, _("Vor dem ersten Satz (Feldkennung 8000) steht etwas anderes.")))
            continue
        line = _Line(number, match[1], match[2].decode("ascii"), content[match.end() :], ending)
        if line.code == RECORD_TYPE:
            records.append(_RawRecord([line]))
        elif records:
            records[-1].lines.append(line)
        elif not errors:
            errors.append(Remark(number, _("Der Satz beginnt nicht mit der Feldkennung 8000.")))
    return records, errors


def _lines(body: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    for number, match in enumerate(_LINE.finditer(body), start=1):
        if match[1].strip(b" \t\x00\x1a"):
            yield number, match[1], match[2]


def _broken_off(raw: _RawRecord) -> Remark | None:
    """A last line without line end is a cut only when bytes are missing; some systems just leave the end away."""
    last = raw.lines[-1]
    if last.ending:
        return None
    stated, read = _stated_length(raw), _read_length(raw)
    if stated is not None and stated > read + 2:
        reason = _("Der Satz bricht hier ab: %(read)d von %(stated)d Bytes sind da.")
        return Remark(last.number, reason % {"read": read, "stated": stated})
    if stated is None and last.prefix.isdigit() and int(last.prefix) > LINE_OVERHEAD + len(last.content):
        return Remark(last.number, _("Der Satz bricht mitten in dieser Zeile ab."))
    return None


def _record(raw: _RawRecord, *, utf_8_marked: bool) -> GdtRecord:
    declared = next((line for line in raw.lines if line.code == CHARSET), None)
    choice = charsets.choose(
        declared.content.strip().decode("ascii", errors="replace") if declared else "",
        b"\n".join(line.content for line in raw.lines),
        utf_8_marked=utf_8_marked,
    )
    remarks = [*raw.remarks, *_length_remarks(raw)]
    if choice.doubt:
        remarks.append(Remark((declared or raw.lines[0]).number, choice.doubt))
    fields = []
    for line in raw.lines:
        text = _clean(charsets.decode(line.content, choice.charset))
        if "\ufffd" in text:
            reason = _("Feld %s enthält Zeichen, die sich nicht lesen lassen; sie fehlen im Text.") % line.code
            remarks.append(Remark(line.number, reason))
            text = _clean(text.replace("\ufffd", ""))
        fields.append(GdtField(line.code, text, line.number))
    return GdtRecord(raw.lines[0].number, fields[0].text, tuple(fields), _shortened(remarks))


def _length_remarks(raw: _RawRecord) -> Iterator[Remark]:
    for line in raw.lines:
        expected = LINE_OVERHEAD + len(line.content)
        if line.prefix not in (b"%03d" % expected, b"%03d" % line.size):
            reason = _("Die Zeile nennt die Länge %(stated)s, sie ist %(read)d lang.")
            yield Remark(line.number, reason % {"stated": line.prefix.decode("ascii"), "read": expected})
    stated, read = _stated_length(raw), _read_length(raw)
    bare = sum(2 - min(len(line.ending), 2) for line in raw.lines)
    if stated is not None and stated not in (read, read + bare):
        number = next(line.number for line in raw.lines if line.code == RECORD_LENGTH)
        reason = _("Feld 8100 nennt die Satzlänge %(stated)d, gelesen wurden %(read)d.")
        yield Remark(number, reason % {"stated": stated, "read": read})


def _stated_length(raw: _RawRecord) -> int | None:
    content = next((line.content.strip() for line in raw.lines if line.code == RECORD_LENGTH), b"")
    return int(content) if content.isdigit() and len(content) <= 9 else None


def _read_length(raw: _RawRecord) -> int:
    return sum(line.size for line in raw.lines)


def _clean(text: str) -> str:
    """No control characters (PostgreSQL refuses NUL), single blanks."""
    composed = unicodedata.normalize("NFC", text)
    return " ".join("".join(c if c.isprintable() else " " for c in composed).split())


def _shortened(remarks: list[Remark]) -> tuple[Remark, ...]:
    remarks = sorted(remarks)
    left_out = len(remarks) - MAX_REMARKS_PER_RECORD
    if left_out <= 0:
        return tuple(remarks)
    last = Remark(remarks[MAX_REMARKS_PER_RECORD].line, _("… und %d weitere Hinweise zu diesem Satz.") % left_out)
    return (*remarks[:MAX_REMARKS_PER_RECORD], last)
