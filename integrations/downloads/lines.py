"""Packs, versions and installations as the pages say them."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Practice
from integrations.downloads.models import ElementVersion, Installation
from integrations.downloads.reading import PackMissing, read_pack
from praxis.core.packs import Change, PackChange, PackRefused, UnknownKind, kind_of
from praxis.core.workrow import WorkState

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

MOST_LINES = 300
SHORT = 60


@dataclass(frozen=True, slots=True)
class Word:
    """`before`: what will happen to one line; `after`: what has happened; `counted`: either, after a number."""

    before: "StrPromise"
    after: "StrPromise"
    counted: "StrPromise"
    css: str
    sign: str


# In the order in which a person should read them.
WORDS: Mapping[str, Word] = {
    Change.KEPT: Word(
        gettext_lazy("bleibt, eigener Stand"), gettext_lazy("blieb, eigener Stand"), gettext_lazy("mit eigenem Stand"),
        "warn", "hold",
    ),
    Change.SKIPPED: Word(
        gettext_lazy("passt hier nicht"), gettext_lazy("passte hier nicht"), gettext_lazy("nicht anwendbar"),
        "warn", "x",
    ),
    Change.REMOVED: Word(
        gettext_lazy("wird entfernt"), gettext_lazy("entfernt"), gettext_lazy("entfernt"), "danger", "minus"
    ),
    Change.REPLACED: Word(
        gettext_lazy("wird ersetzt"), gettext_lazy("ersetzt"), gettext_lazy("ersetzt"), "info", "refresh"
    ),
    Change.ADDED: Word(gettext_lazy("kommt neu dazu"), gettext_lazy("neu"), gettext_lazy("neu"), "ok", "plus"),
    Change.UNCHANGED: Word(
        gettext_lazy("ist schon so"), gettext_lazy("war schon so"), gettext_lazy("schon so"), "", "check"
    ),
}  # fmt: skip
_CHANGING = (Change.REMOVED, Change.REPLACED, Change.ADDED)
STATES: Mapping[str, tuple[str, str]] = {
    WorkState.QUEUED: ("info", "clock"), WorkState.RUNNING: ("info", "refresh"), WorkState.DONE: ("ok", "check"),
    WorkState.FAILED: ("danger", "alert"), WorkState.UNKNOWN: ("unclear", "help"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    title: str
    words: Any
    css: str
    sign: str
    note: str = ""
    before: str = ""
    after: str = ""

    @property
    def is_short(self) -> bool:
        """Both states are read at a glance."""
        return all(len(text) <= SHORT and "\n" not in text for text in (self.before, self.after))


@dataclass(frozen=True, slots=True)
class PreviewCard:
    """`problem`: why it cannot be installed; then nothing else is known. `more`: lines that are not shown."""

    version: ElementVersion
    kind: str
    problem: str = ""
    counts: Sequence[tuple[int, Line]] = ()
    lines: Sequence[Line] = ()
    more: int = 0
    changes_nothing: bool = False


def kind_title(key: str) -> str:
    try:
        return str(kind_of(key).title)
    except UnknownKind:
        return _("unbekannte Art")


def preview_cards(versions: Iterable[ElementVersion], practice: Practice, now: datetime) -> list[PreviewCard]:
    return [_card(version, practice, now) for version in versions]


def _card(version: ElementVersion, practice: Practice, now: datetime) -> PreviewCard:
    title = kind_title(version.element.kind)
    try:
        kind, pack = read_pack(version)
    except (PackMissing, PackRefused, UnknownKind) as error:
        return PreviewCard(version, title, problem=error.message)
    changes = kind.preview(pack, practice_id=practice.pk, now=now)
    order = list(WORDS)
    told = sorted(
        (change for change in changes if change.change != Change.UNCHANGED), key=lambda one: order.index(one.change)
    )
    shown = [_will(change) for change in told[:MOST_LINES]]
    counts = Counter(change.change for change in changes)
    summed = [(counts[Change(key)], _line("", key, word.counted)) for key, word in WORDS.items() if counts[Change(key)]]
    idle = not any(counts[change] for change in _CHANGING)
    return PreviewCard(version, title, "", summed, shown, more=len(told) - len(shown), changes_nothing=idle)


def _will(change: PackChange) -> Line:
    word = WORDS[change.change]
    return Line(change.title, word.before, word.css, word.sign, change.note, change.before, change.after)


def _line(title: str, key: str, words: Any, note: str = "") -> Line:
    return Line(title, words, WORDS[key].css, WORDS[key].sign, note)


@dataclass(frozen=True, slots=True)
class InstallationLine:
    row: Installation
    words: str
    css: str
    sign: str
    counts: Sequence[tuple[int, Line]]

    @property
    def can_undo(self) -> bool:
        return self.row.before is not None and self.row.undone_at is None and self.row.state == WorkState.DONE


def installation_line(row: Installation) -> InstallationLine:
    css, sign = STATES.get(row.state, ("", "info"))
    words = {
        WorkState.QUEUED: _("wird gleich installiert"), WorkState.RUNNING: _("wird installiert"),
        WorkState.DONE: _("installiert"), WorkState.FAILED: _("nicht installiert"),
    }.get(WorkState(row.state), _("unklar"))  # fmt: skip
    if row.undone_at is not None:
        words, css, sign = _("zurückgenommen"), "", "undo"
    counts: dict[str, int] = row.result.get("counts", {})
    summed = [(counts[key], _line("", key, word.counted)) for key, word in WORDS.items() if counts.get(key)]
    return InstallationLine(row, words, css, sign, summed)


def result_lines(row: Installation, name: str = "lines") -> list[Line]:
    """What was done, or with "undone" what the taking back did."""
    return [
        _line(title, change, WORDS[change].after, note)
        for title, change, note in row.result.get(name, ())
        if change in WORDS and (change != Change.UNCHANGED or name == "undone")
    ]
