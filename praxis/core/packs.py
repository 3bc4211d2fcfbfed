"""Content packs, offered by the publisher for practices to install. An app registers its kinds in its `packs.py`.

A pack is UTF-8 text, one JSON object per line (praxis.core.pack_lines). It is taken whole or not at all.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any, Protocol

from praxis.core.exceptions import PraxisError


class PackRefused(PraxisError):
    """`line` is what a person looks for in the file, from 1; None when the file as a whole is wrong. Message German."""

    def __init__(self, message: str, *, line: int | None = None) -> None:
        super().__init__(message)
        self.line = line


class Change(StrEnum):
    ADDED = "added"
    REPLACED = "replaced"
    REMOVED = "removed"
    KEPT = "kept"  # People have changed it since: theirs stays.
    UNCHANGED = "unchanged"
    SKIPPED = "skipped"  # It fits nothing in this practice; the note says why.


@dataclass(frozen=True, slots=True)
class PackChange:
    """`title`: what it is about, German. `before` and `after`: as people read it, empty where there is none."""

    title: str
    change: Change
    note: str = ""
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Pack:
    kind: str
    entries: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class PackOutcome:
    """`before`: JSON that `undo` needs. `changes`: what was really done, which may differ from an older preview."""

    before: dict[str, Any]
    changes: Sequence[PackChange] = field(default=())


class PackKind(Protocol):
    """All but `parse` run inside the scope of the practice; `install` and `undo` inside the caller's transaction."""

    key: str
    title: Any
    can_undo: bool

    def parse(self, raw: bytes) -> Pack:
        """Raises PackRefused."""

    def preview(self, pack: Pack, *, practice_id: int, now: datetime) -> Sequence[PackChange]: ...

    def install(self, pack: Pack, *, practice_id: int, actor_id: int | None, now: datetime) -> PackOutcome: ...

    def undo(
        self, before: dict[str, Any], *, practice_id: int, actor_id: int | None, now: datetime
    ) -> Sequence[PackChange]:
        """Puts back what `install` changed. What people changed since stays and is reported as kept."""


class UnknownKind(PraxisError):
    """No app of this installation knows the kind: the element is for a newer version of the product."""


_kinds: dict[str, PackKind] = {}


def register_kind(kind: PackKind) -> None:
    """The last one with a key counts; registering it again changes nothing."""
    _kinds[kind.key] = kind


def kind_of(key: str) -> PackKind:
    """Raises UnknownKind."""
    if key not in _kinds:
        raise UnknownKind(f"Die Art „{key}“ kennt diese Version von Praxis nicht.")
    return _kinds[key]


def kinds() -> Sequence[PackKind]:
    return [_kinds[key] for key in sorted(_kinds)]


def digest_of(values: Mapping[str, Any]) -> str:
    """What an app remembers of what a pack wrote: a row that differs from it by now was changed by people."""
    return sha256(json.dumps(values, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def change_to(current: Mapping[str, Any] | None, wanted: Mapping[str, Any], *, written: str) -> Change:
    """What a pack does to a row. `written`: the digest of what a pack wrote there before, empty if none did."""
    if current is None:
        return Change.ADDED
    if current == wanted:
        return Change.UNCHANGED
    return Change.REPLACED if digest_of(current) == written else Change.KEPT
