"""Catalogues of gettext, read and written without its programs: a fresh machine has only Python."""

import ast
import re
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

HEADER = (
    "Project-Id-Version: Praxis\nLanguage: en\nMIME-Version: 1.0\nContent-Type: text/plain; charset=UTF-8\n"
    "Content-Transfer-Encoding: 8bit\nPlural-Forms: nplurals=2; plural=(n != 1);\n"
)
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%%|%[sd]")
MAGIC, REVISION, HEAD_BYTES = 0x950412DE, 0, 28


@dataclass(frozen=True, order=True)
class Message:
    text: str
    plural: str = ""

    @property
    def key(self) -> str:
        return f"{self.text}\0{self.plural}" if self.plural else self.text


Catalogue = dict[Message, tuple[str, ...]]


def read_po(source: str) -> Catalogue:
    """What is translated; the header and what is not are left out."""
    found: Catalogue = {}
    for block in re.split(r"\n\s*\n", source):
        parts: dict[str, str] = {}
        name = ""
        for line in block.splitlines():
            match = re.fullmatch(r'(msgid_plural|msgid|msgstr(?:\[\d\])?)?\s*(".*")', line.strip())
            if match is None:
                continue
            name = match[1] or name
            parts[name] = parts.get(name, "") + ast.literal_eval(match[2])
        texts = tuple(parts[name] for name in ("msgstr", "msgstr[0]", "msgstr[1]") if parts.get(name))
        if parts.get("msgid") and texts:
            found[Message(parts["msgid"], parts.get("msgid_plural", ""))] = texts
    return found


def write_po(messages: Iterable[Message], known: Catalogue) -> str:
    """Every message, in order; what is not known yet stays empty."""
    blocks = [f'msgid ""\nmsgstr {_quoted(HEADER)}']
    for message in sorted(set(messages)):
        texts = known.get(message, ())
        texts = texts if len(texts) == (2 if message.plural else 1) else ()
        lines = [f"msgid {_quoted(message.text)}"]
        if message.plural:
            lines.append(f"msgid_plural {_quoted(message.plural)}")
            lines += [f"msgstr[{n}] {_quoted(texts[n] if texts else '')}" for n in (0, 1)]
        else:
            lines.append(f"msgstr {_quoted(texts[0] if texts else '')}")
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks) + "\n"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\t", "\\t")
    lines = [f'"{line}"' for line in escaped.replace("\n", "\\n\n").split("\n") if line]
    return lines[0] if len(lines) == 1 else "\n".join(['""', *lines])


def as_mo(catalogue: Catalogue) -> bytes:
    """The format of the GNU gettext manual, without a hash table."""
    texts = {"": HEADER} | {message.key: "\0".join(said) for message, said in catalogue.items()}
    pairs = [(key.encode(), texts[key].encode()) for key in sorted(texts, key=str.encode)]
    tables_end = HEAD_BYTES + 16 * len(pairs)
    body, ids, strings = b"", b"", b""
    for position, table in ((0, "ids"), (1, "strings")):
        for pair in pairs:
            entry = struct.pack("<II", len(pair[position]), tables_end + len(body))
            body += pair[position] + b"\0"
            if table == "ids":
                ids += entry
            else:
                strings += entry
    head = struct.pack("<7I", MAGIC, REVISION, len(pairs), HEAD_BYTES, HEAD_BYTES + 8 * len(pairs), 0, tables_end)
    return head + ids + strings + body


def misfits(catalogue: Catalogue) -> list[str]:
    """Messages whose translation has other placeholders, or another number of forms."""
    wrong = []
    for message, said in catalogue.items():
        wanted = set(PLACEHOLDER.findall(message.plural or message.text))
        has_forms = len(said) == (2 if message.plural else 1)
        if (
            not has_forms
            or any(set(PLACEHOLDER.findall(text)) - wanted for text in said)
            or (set(PLACEHOLDER.findall(said[-1])) != wanted)
        ):
            wrong.append(message.text)
    return wrong


def read(path: Path) -> Catalogue:
    return read_po(path.read_text()) if path.exists() else {}
