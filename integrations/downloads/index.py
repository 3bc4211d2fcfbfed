"""The list of elements and their versions: signed, and read strictly. Wrong in one place, it is refused whole."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from tuf.api.metadata import TargetFile

from integrations.downloads.errors import FeedRefused
from integrations.downloads.trust import NOTHING_TAKEN

FORMAT = 1
MOST_ELEMENTS, MOST_VERSIONS = 500, 200
# Far more than any pack needs, far less than a disk holds.
LARGEST_FILE = 200_000_000
LARGEST_SEQUENCE = 2**31 - 1
# Relative, of plain names: never up, never absolute, nothing that a shell, a browser or Windows reads differently.
_PATH = re.compile(r"(?:[a-z0-9][a-z0-9_-]*/){1,4}[a-z0-9][a-z0-9._-]*", re.ASCII)
_KEY = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}", re.ASCII)
_SHA256 = re.compile(r"[0-9a-f]{64}", re.ASCII)
FindTarget = Callable[[str], TargetFile | None]


@dataclass(frozen=True, kw_only=True)
class OfferedVersion:
    sequence: int
    label: str
    notes: str
    published_on: date
    path: str
    size: int
    sha256: str


@dataclass(frozen=True, kw_only=True)
class OfferedElement:
    """Versions newest first."""

    key: str
    kind: str
    title: str
    description: str
    versions: tuple[OfferedVersion, ...]


class _Wrong(Exception):
    """The message says where."""


def read_index(raw: bytes, find_target: FindTarget) -> list[OfferedElement]:
    """Raises FeedRefused. Size and hash are those of the signed target, and the index must agree with them."""
    try:
        content = json.loads(raw)
        if not isinstance(content, dict) or content.get("format") != FORMAT:
            raise _Wrong("Format unbekannt")
        elements = [_element(one, find_target) for one in _list(content, "elements", MOST_ELEMENTS)]
        _refuse_twins([element.key for element in elements], "Element doppelt")
    except _Wrong as wrong:
        raise FeedRefused(f"Das Inhaltsverzeichnis ist fehlerhaft: {wrong}. {NOTHING_TAKEN}") from wrong
    except (ValueError, RecursionError) as error:
        raise FeedRefused(f"Das Inhaltsverzeichnis ist nicht lesbar. {NOTHING_TAKEN}") from error
    return elements


def _element(said: Any, find_target: FindTarget) -> OfferedElement:
    key = _matching(said, "key", _KEY)
    versions = [_version(one, key, find_target) for one in _list(said, "versions", MOST_VERSIONS)]
    _refuse_twins([version.sequence for version in versions], f"{key}: Folge doppelt")
    return OfferedElement(
        key=key, kind=_matching(said, "kind", _KEY), title=_text(said, "title", 120),
        description=_text(said, "description", 2_000, may_be_empty=True),
        versions=tuple(sorted(versions, key=lambda version: version.sequence, reverse=True)),
    )  # fmt: skip


def _version(said: Any, key: str, find_target: FindTarget) -> OfferedVersion:
    sequence, path = _number(said, "sequence", 1, LARGEST_SEQUENCE), _matching(said, "path", _PATH, 200)
    if ".." in path:
        raise _Wrong("path")
    target = find_target(path)
    if target is None:
        raise _Wrong(f"{key} Folge {sequence} ist nicht unterschrieben")
    size, sha256 = _number(said, "size", 1, LARGEST_FILE), target.hashes.get("sha256", "")
    custom = target.custom or {}
    if target.length != size or not _SHA256.fullmatch(sha256):
        raise _Wrong(f"{key} Folge {sequence}: Größe oder Prüfsumme widersprechen sich")
    if (custom.get("element"), custom.get("sequence")) != (key, sequence):
        raise _Wrong(f"{key} Folge {sequence}: Die Datei ist für etwas anderes unterschrieben")
    return OfferedVersion(
        sequence=sequence, label=_text(said, "label", 40), notes=_text(said, "notes", 5_000, may_be_empty=True),
        published_on=_day(said), path=path, size=size, sha256=sha256,
    )  # fmt: skip


def _list(said: Any, name: str, most: int) -> Iterator[Any]:
    values = said.get(name) if isinstance(said, dict) else None
    if not isinstance(values, list) or len(values) > most or not all(isinstance(one, dict) for one in values):
        raise _Wrong(name)
    return iter(values)


def _text(said: Any, name: str, longest: int, *, may_be_empty: bool = False) -> str:
    value = said.get(name, "" if may_be_empty else None)
    if not isinstance(value, str) or len(value) > longest or "\x00" in value or not (value.strip() or may_be_empty):
        raise _Wrong(name)
    return value.strip()


def _matching(said: Any, name: str, pattern: re.Pattern[str], longest: int = 40) -> str:
    value = _text(said, name, longest)
    if not pattern.fullmatch(value):
        raise _Wrong(name)
    return value


def _number(said: Any, name: str, least: int, most: int) -> int:
    value = said.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise _Wrong(name)
    return value


def _day(said: Any) -> date:
    try:
        return date.fromisoformat(_text(said, "published_on", 10))
    except ValueError as error:
        raise _Wrong("published_on") from error


def _refuse_twins(values: list[Any], message: str) -> None:
    if len(set(values)) != len(values):
        raise _Wrong(message)
