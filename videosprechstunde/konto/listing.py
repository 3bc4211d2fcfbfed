"""The list of old participants as its page shows it: one page of rows, the open edit footer, what is left to do."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import QueryDict

from accounts.models import OnlineParticipant
from videosprechstunde.konto.steps import CHOOSE, step_links
from videosprechstunde.konto.unavailable import Unavailable, unavailable_for
from videosprechstunde.models import LegacyParticipant
from videosprechstunde.selectors.konto import (
    LegacyLine,
    LegacyRows,
    Standing,
    appointments_by_participant,
    free_targets,
    legacy_rows,
    open_names,
    standing,
)
from videosprechstunde.selectors.konto_suggestions import Suggestion, free_to_compare, suggestions

PER_PAGE = 25
# More than that nobody reads in a footer: the search narrows them.
TARGETS = 20
NAMED = 3


@dataclass(frozen=True, slots=True)
class ListView:
    """What of the list somebody looks at; it travels in the address, the searched name does not."""

    only_open: bool = False
    number: str = ""
    query: str = ""

    @property
    def address(self) -> str:
        """What comes behind the path: empty or "?offen=1&seite=2"."""
        query = QueryDict(mutable=True)
        if self.only_open:
            query["offen"] = "1"
        if self.number:
            query["seite"] = self.number
        return f"?{query.urlencode()}" if query else ""


@dataclass(frozen=True, slots=True)
class Footer:
    """The assignment that is being edited."""

    legacy: LegacyParticipant
    appointments: int
    targets: Sequence[OnlineParticipant]
    more: int
    chosen_id: int | None
    query: str = ""
    problem: str = ""
    suggested_id: int | None = None
    why: str = ""
    unavailable: Sequence[Unavailable] = ()


@dataclass(frozen=True, slots=True)
class Edited:
    """Whose footer is open, and what was typed and refused there."""

    legacy: LegacyParticipant
    query: str = ""
    problem: str = ""
    chosen_id: int | None = None


@dataclass(slots=True)
class Row:
    line: LegacyLine
    suggestion: Suggestion | None = None
    is_edited: bool = False
    is_next: bool = field(default=False)


def list_context(
    shown: ListView,
    *,
    now: datetime,
    edited: Edited | None = None,
    goes_on: bool = False,
    counts: Standing | None = None,
) -> dict[str, Any]:
    """`goes_on`: something was decided, so the focus goes to the next row that is open. `counts`: where known."""
    lines, free = legacy_rows(only_open=shown.only_open, search=shown.query, now=now), free_to_compare()
    pairs = suggestions(free)
    page = _page_with(lines, shown, edited)
    by_legacy = {pair.legacy.pk: pair for pair in pairs}
    rows = [_row(line, by_legacy, edited) for line in page]
    next_open = next((row for row in rows if not row.line.participant.choice), None)
    if goes_on and next_open is not None:
        next_open.is_next = True
    counts = counts or standing(now)
    names = open_names(NAMED) if counts.open else []
    return {
        "standing": counts, "rows": rows, "page": page, "shown": shown, "address": shown.address,
        "suggestions": pairs, "free": len(free), "open_names": names,
        "rest_of_open": counts.open - len(names),
        "footer": _footer(edited, by_legacy, now) if edited else None, "steps": step_links(CHOOSE),
        "percent": f"{100 * counts.chosen / counts.total if counts.total else 100:.1f}",
    }  # fmt: skip


def _page_with(lines: LegacyRows, shown: ListView, edited: Edited | None) -> "Page[LegacyLine]":
    pages, number = Paginator(lines, PER_PAGE), shown.number
    if edited and not number:
        is_shown = edited.legacy.pk in lines.ids
        number = str(lines.ids.index(edited.legacy.pk) // PER_PAGE + 1) if is_shown else ""
    return pages.get_page(number)


def _row(line: LegacyLine, pairs: dict[int, Suggestion], edited: Edited | None) -> Row:
    pk = line.participant.pk
    return Row(line, pairs.get(pk), is_edited=edited is not None and edited.legacy.pk == pk)


def _footer(edited: Edited, pairs: dict[int, Suggestion], now: datetime) -> Footer:
    legacy, pair = edited.legacy, pairs.get(edited.legacy.pk)
    found = free_targets(search=edited.query)
    targets, number = list(found[:TARGETS]), found.count()
    if pair is not None and not edited.query:
        targets = [pair.target, *(one for one in targets if one.pk != pair.target.pk)][:TARGETS]
    # The only one left is no choice; the only one that was searched is.
    found_one = targets[0].pk if number == 1 and edited.query else None
    chosen = edited.chosen_id or (pair.target.pk if pair else None) or found_one
    appointments, _running = appointments_by_participant(now, [legacy.pk]).get(legacy.pk, (0, 0))
    return Footer(
        legacy, appointments, targets, more=max(number - len(targets), 0), chosen_id=chosen, query=edited.query,
        problem=edited.problem, suggested_id=pair.target.pk if pair else None, why=pair.why if pair else "",
        unavailable=unavailable_for(legacy, edited.query),
    )  # fmt: skip
