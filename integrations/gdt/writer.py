"""Writes GDT 2.1 records strictly: true lengths, one charset, nothing a reader would have to guess."""

from collections.abc import Iterable

from integrations.gdt import charsets

VERSION = "02.10"
MAX_LINE = 999
_LENGTH_LINE = 14


class UnableToWriteGdt(ValueError):
    """The content does not fit into a GDT record."""


def write_record(
    fields: Iterable[tuple[str, str]],
    *,
    record_type: str = "6301",
    charset: str = charsets.LATIN_1,
    receiver: str = "",
    sender: str = "",
) -> bytes:
    """One record with its header (8000, 8100, 8315, 8316, 9206, 9218) in front of `fields` (code, content).

    Raises UnableToWriteGdt: a code that is not four digits, content with control characters, a line above 999 bytes,
    a character the charset lacks.
    """
    if charset not in charsets.KNOWN:
        raise UnableToWriteGdt(f"unknown charset {charset!r}")
    addresses = [(code, name) for code, name in (("8315", receiver), ("8316", sender)) if name]
    head = _line("8000", record_type, charset)
    tail = b"".join(
        _line(code, content, charset)
        for code, content in [*addresses, ("9206", charset), ("9218", VERSION), *fields]
        if content
    )
    length = len(head) + _LENGTH_LINE + len(tail)
    if length > 99_999:
        raise UnableToWriteGdt(f"a record of {length} bytes does not fit into field 8100")
    return head + _line("8100", f"{length:05d}", charset) + tail


def _line(code: str, content: str, charset: str) -> bytes:
    if not (len(code) == 4 and code.isascii() and code.isdigit()):
        raise UnableToWriteGdt(f"{code!r} is no field code")
    if not content.isprintable():
        raise UnableToWriteGdt(f"field {code} holds control characters")
    try:
        raw = charsets.encode(content, charset)
    except UnicodeEncodeError as error:
        raise UnableToWriteGdt(f"field {code} holds a character that charset {charset} lacks") from error
    size = len(raw) + 9
    if size > MAX_LINE:
        raise UnableToWriteGdt(f"field {code} makes a line of {size} bytes, {MAX_LINE} are allowed")
    return f"{size:03d}{code}".encode("ascii") + raw + b"\r\n"
