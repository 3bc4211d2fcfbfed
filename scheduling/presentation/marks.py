"""HTML of one entry inside its cell: what it says by surface, edge, letter case, badge, icon and words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, cached_property
from html import escape
from zoneinfo import ZoneInfo

from praxis.core.templatetags.ui import icon
from scheduling.models.entry import Kind, Origin, Status
from scheduling.presentation.clock import time_of
from scheduling.presentation.people import full_name, short_birth, shown_name
from scheduling.presentation.wording import gettext as _
from scheduling.selectors.additions import EntrySign
from scheduling.selectors.page import EntryLine


@dataclass(frozen=True, kw_only=True)
class Look:
    """What all entries of a page have in common."""

    zone: ZoneInfo
    now: datetime
    case_shows_known: bool
    entry_url: str  # with 0 for the id
    signs: Mapping[int, Sequence[EntrySign]] = field(default_factory=dict)

    def url(self, entry_id: int) -> str:
        before, after = self._url_parts
        return f"{before}{entry_id}{after}"

    @cached_property
    def _url_parts(self) -> tuple[str, str]:
        before, _zero, after = self.entry_url.partition("/0/")
        return f"{before}/", f"/{after}"


STATUS_CLASS: dict[str, str] = {
    Status.TENTATIVE: " tentative",
    Status.ARRIVED: " here",
    Status.IN_ROOM: " room",
    Status.DONE: " done",
    Status.NO_SHOW: " miss",
}
MARK_CLASS = {Kind.NOTE: "note", Kind.LOCK: "lock", Kind.RESERVATION: "hold", Kind.HOLD: "hold"}
MARK_ICON = {Kind.NOTE: "note", Kind.LOCK: "lock", Kind.RESERVATION: "hold", Kind.HOLD: "pencil"}


@cache
def _icon(name: str) -> str:
    return str(icon(name))


def _vh(text: str) -> str:
    return f'<span class="vh">{escape(text)}</span>'


def badge(origin: str) -> str:
    """Where the appointment was made, when it was not here."""
    if origin == Origin.PRACTICE:
        return ""
    words = {
        Origin.BETTY24: ("b24", "b-b24", _("online gebucht über betty24")),
        Origin.ETERMIN: ("eT", "b-et", _("online gebucht über eTermin")),
        Origin.WEB: ("www", "b-web", _("gebucht auf der Online-Seite")),
        Origin.API: ("API", "", _("über die Schnittstelle gebucht")),
    }
    if origin not in words:
        return ""
    short, css, title = words[Origin(origin)]
    return f'<span class="badge {css}" title="{title}">{short}</span>'


def signs_html(signs: Sequence[EntrySign]) -> str:
    """What the floors above say of the entry, heard and shown on pointing: a state, or in a dashed frame what is not
    final."""
    return "".join(_state_sign(sign) if sign.tone else _open_sign(sign) for sign in signs)


def _open_sign(sign: EntrySign) -> str:
    return (
        f'<span class="sending{" is-alarm" if sign.is_alarm else ""}" title="{escape(sign.words)}">{_icon(sign.icon)}'
        f"{_vh(sign.words)}</span>"
    )


def _state_sign(sign: EntrySign) -> str:
    return (
        f'<span class="st t-{sign.tone}" title="{escape(sign.words)}">{_icon(sign.icon)}'
        f'<span class="say" aria-hidden="true">{escape(sign.short)}</span>{_vh(sign.words)}</span>'
    )


def _box_class(signs: Sequence[EntrySign]) -> str:
    return "" if all(sign.tone for sign in signs) else " sendingbox"


def appointment(line: EntryLine, look: Look, *, lines: int, brief: bool, where: str, note_mark: str = "") -> str:
    """`lines`: how many lines of text have room. `where`: the place of the column, for whoever is in the room."""
    css = f"appt{' video' if line.is_video else ''}{STATUS_CLASS.get(line.status, '')}"
    name = f'<span class="nm">{escape(shown_name(line, look.case_shows_known))}</span>'
    unknown = "" if line.is_known else _vh(", " + _("unbekannt"))
    birth, kind = short_birth(line), line.type_name or ""
    state = _state(line, look, where)
    camera = f"{_icon('video')}{_vh(_('Videotermin'))}" if line.is_video and line.status != Status.IN_ROOM else ""
    signs = note_mark + badge(line.origin)
    if added := look.signs.get(line.id):
        css, signs = css + _box_class(added), signs + signs_html(added)
    if lines < 2:
        more = _piece("b", birth) + _piece("ty", kind)
        return _box(css, brief, look.url(line.id), name + unknown + more, signs + camera + state)
    facts = [birth, _since(line, look), kind]
    second = "".join(f"<span>{escape(fact)}</span>" for fact in facts if fact)
    signs += camera
    tail = f'<div class="l2"><span class="tx2">{second}</span><span class="mk">{signs}</span></div>'
    if line.text and lines > 2:
        tail += f'<div class="l2"><span>{escape(line.text)}</span></div>'
    return _box(css, brief, look.url(line.id), name + unknown, state, tail)


def handle(line: EntryLine) -> str:
    """By these the scripts of the page take an entry of the grid."""
    name = full_name(line) if line.kind == Kind.APPOINTMENT else line.text
    return (
        f' data-entry="{line.id}" data-version="{line.version}" data-kind="{line.kind}" data-label="{escape(name)}" '
        'data-placement="grid"'
    )


def _note_handle(line: EntryLine) -> str:
    """A note leaves its cell to whoever is booked there, so it carries its own, with its length."""
    return f'{handle(line)} data-minutes="{line.minutes}"'


def mark(line: EntryLine, look: Look, *, lines: int, brief: bool, again: bool = False) -> str:
    """A note, remark, reservation or short hold. `again`: the same note goes on in the next slot, without its words."""
    label = {
        Kind.NOTE: _("Notiz:"),
        Kind.LOCK: _("Anmerkung, online gesperrt:"),
        Kind.RESERVATION: _("Reserviert:"),
        Kind.HOLD: _("Gerade in Arbeit:"),
    }[Kind(line.kind)]
    words = line.text or (_("wird gerade vergeben") if line.kind == Kind.HOLD else "")
    shown = _vh(words) if again else f'<span class="tx">{escape(words)}</span>'
    css = MARK_CLASS[Kind(line.kind)] + (" is-brief" if brief else "") + (" is-tall" if lines > 1 else "")
    signs = ""
    if added := look.signs.get(line.id):
        css, signs = css + _box_class(added), f'<span class="mk">{signs_html(added)}</span>'
    handles = _note_handle(line) if line.kind == Kind.NOTE else ""
    return (
        f'<div class="mark {css}"{handles}><div class="l1"><a class="open" href="{look.url(line.id)}" tabindex="-1">'
        f"{_icon(MARK_ICON[Kind(line.kind)])}{_vh(label)} {shown}</a>{signs}</div></div>"
    )


def note_sign(notes: list[EntryLine], look: Look) -> str:
    """A note that lies under an appointment stays reachable."""
    return "".join(
        f'<a class="under" href="{look.url(note.id)}" tabindex="-1" title="{escape(note.text)}"{_note_handle(note)}>'
        f"{_icon('note')}{_vh(_('Notiz:') + ' ' + note.text)}</a>"
        for note in notes
    )


def _box(css: str, brief: bool, url: str, text: str, signs: str, tail: str = "") -> str:
    return (
        f'<div class="{css}{" is-brief" if brief else ""}"><div class="l1"><a class="open tx1" href="{url}" '
        f'tabindex="-1">{text}</a><span class="mk">{signs}</span></div>{tail}</div>'
    )


def _piece(css: str, text: str) -> str:
    return f'<span class="{css}">{escape(text)}</span>' if text else ""


def _since(line: EntryLine, look: Look) -> str:
    if line.status == Status.IN_ROOM and line.in_room_at:
        return _("seit %(time)s") % {"time": time_of(line.in_room_at, look.zone)}
    return ""


def _state(line: EntryLine, look: Look, where: str) -> str:
    if line.status == Status.DEFINITE:
        return ""
    if line.status == Status.TENTATIVE:
        words = _("vorgemerkt")
        return f'<span class="ty wide">{words}</span><span class="narrow">{_vh(words)}</span>'
    if line.status == Status.DONE:
        return _icon("check") + _vh(_("fertig"))
    if line.status == Status.NO_SHOW:
        return _icon("miss") + _vh(_("nicht erschienen"))
    if line.status == Status.ARRIVED:
        return _waiting(line, look)
    if line.status == Status.IN_ROOM:
        sign, words = ("video", _("läuft")) if line.is_video else ("door", where or _("im Zimmer"))
        spoken = "" if words == _("im Zimmer") else _vh(_("im Zimmer") + " ")
        return f'<span class="st">{_icon(sign)}{spoken}{escape(words)}</span>'
    return ""


def _waiting(line: EntryLine, look: Look) -> str:
    if line.arrived_at is None:
        return f'<span class="st">{_icon("chair")}{_vh(_("da, wartet"))}</span>'
    minutes = max(0, int((look.now - line.arrived_at).total_seconds() // 60))
    since = _("da seit %(time)s Uhr") % {"time": time_of(line.arrived_at, look.zone)}
    return (
        f'<span class="st" title="{since}">{_icon("chair")}{_vh(_("da, wartet") + " ")}{minutes}'
        f'<span class="wide"> {_("Min.")}</span><span class="narrow">′</span></span>'
    )
