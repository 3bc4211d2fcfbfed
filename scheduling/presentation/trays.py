"""What lies beside the grid: extra appointments of the shown days and the clipboard."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils import formats
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from scheduling.models.entry import Placement
from scheduling.presentation.marks import Look, badge, signs_html
from scheduling.presentation.people import full_name, short_birth, shown_name
from scheduling.selectors.page import EntryLine


@dataclass(frozen=True, slots=True)
class Ticket:
    id: int
    version: int
    minutes: int
    label: str
    name: str
    birth: str
    time: str
    details: str
    badge: SafeString
    signs: SafeString
    column_id: int
    starts_at: str
    placement: str


@dataclass(frozen=True, slots=True)
class Trays:
    extra: list[Ticket]
    parked: list[Ticket]


def build_trays(lines: Sequence[EntryLine], names: Mapping[int, str], *, look: Look, days: Sequence[date]) -> Trays:
    """`names`: of all columns by their id. With several days on the page a ticket says its day."""
    tickets = [_ticket(line, names.get(line.column_id, ""), look, len(days) > 1) for line in lines]
    return Trays(
        extra=[ticket for ticket in tickets if ticket.placement == Placement.EXTRA],
        parked=[ticket for ticket in tickets if ticket.placement == Placement.PARKED],
    )


def _ticket(line: EntryLine, column: str, look: Look, says_day: bool) -> Ticket:
    local = line.starts_at.astimezone(look.zone)
    length = _("%(n)d Min.") % {"n": line.minutes}
    if line.placement == Placement.PARKED:
        was = _("war %(when)s") % {"when": formats.date_format(local, "D d.m. H:i")}
        details = f"{line.type_name or column}, {length} · {was}"
    else:
        details = " · ".join(filter(None, [column, line.type_name or "", line.text or length]))
    return Ticket(
        id=line.id, version=line.version, minutes=line.minutes, label=full_name(line),
        name=shown_name(line, look.case_shows_known), birth=short_birth(line),
        time=formats.date_format(local, "D H:i") if says_day else f"{local:%H:%M}",
        details=details, badge=SafeString(badge(line.origin)), column_id=line.column_id,
        signs=SafeString(signs_html(look.signs.get(line.id, ()))),
        starts_at=local.isoformat(), placement=line.placement,
    )  # fmt: skip
