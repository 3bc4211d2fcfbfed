"""A line of the catalogue: how far the newest version is, and what can be done with it."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from integrations.downloads.lines import kind_title
from integrations.downloads.models import ElementVersion
from integrations.downloads.selectors.installations import CatalogueLine

_STATE = ElementVersion.State


@dataclass(frozen=True, slots=True)
class ElementLine:
    """`percent`: how much of the file has arrived while it is loading. `is_current`: the newest one is installed."""

    line: CatalogueLine
    kind: str
    title: str
    words: str
    css: str
    sign: str
    percent: int | None
    is_current: bool

    @property
    def is_moving(self) -> bool:
        return self.percent is not None

    @property
    def can_fetch(self) -> bool:
        newest = self.line.newest
        return newest is not None and newest.state in (_STATE.FOUND, _STATE.ERROR) and not self.line.element.is_gone


def catalogue_lines(lines: Iterable[CatalogueLine]) -> list[ElementLine]:
    return [_line(line) for line in lines]


def _line(line: CatalogueLine) -> ElementLine:
    newest = line.newest
    is_current = bool(newest and line.installed and line.installed.version.sequence >= newest.sequence)
    words, css, sign = _words(line, is_current)
    is_loading = newest is not None and newest.state == _STATE.LOADING
    percent = min(100, newest.received_bytes * 100 // max(newest.size, 1)) if newest and is_loading else None
    title = _("%(title)s wird geladen") % {"title": line.element.title}
    return ElementLine(line, kind_title(line.element.kind), title, words, css, sign, percent, is_current)


def _words(line: CatalogueLine, is_current: bool) -> tuple[str, str, str]:
    if line.element.is_gone or line.newest is None:
        return _("nicht mehr im Angebot"), "", "x"
    if is_current:
        return _("installiert"), "ok", "check"
    return {
        _STATE.FOUND: (_("noch nicht geladen"), "", "download"),
        _STATE.LOADING: (_("wird geladen"), "info", "refresh"),
        _STATE.VERIFIED: (_("geladen und geprüft"), "ok", "check-circle"),
        _STATE.ERROR: (_("nicht geladen"), "danger", "alert"),
    }.get(_STATE(line.newest.state), (_("verworfen"), "", "x"))
