"""The protocol a person looks at: which tab, how sorted, what is asked for, and its rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from notifications.models import JobKind, JobRun
from notifications.selectors import protocols
from notifications.selectors.protocols import ACTIVITY, ERRORS, RUNS, SKIPPED, TABS, UNCLEAR

CLEARABLE = (RUNS, ERRORS, SKIPPED)
MOST_SEARCH = 80
COLUMNS: Mapping[str, tuple[tuple[str, Any], ...]] = {
    RUNS: (
        ("zeit", _("Beginn")), ("auftrag", _("Auftrag")), ("dauer", _("Ende")), ("ergebnis", _("Status")),
        ("", _("Was geschah")), ("ausloeser", _("Ausgelöst")),
    ),
    SKIPPED: (
        ("zeit", _("Zeit")), ("name", _("Patient")), ("art", _("Anlass")), ("", _("Termin")), ("grund", _("Grund")),
        ("", _("Nächster Schritt")),
    ),
}  # fmt: skip
MESSAGE_COLUMNS = (
    ("zeit", _("Zeit")), ("name", _("Patient")), ("art", _("Anlass")), ("weg", _("Weg")), ("stand", _("Stand")),
    ("grund", _("Grund")), ("", _("Nächster Schritt")),
)  # fmt: skip


@dataclass(frozen=True)
class Head:
    label: str
    url: str
    # "ascending", "descending" or nothing.
    sorted: str


@dataclass(frozen=True)
class Tab:
    name: str
    label: str
    errors: int | None
    is_current: bool


@dataclass(frozen=True)
class ProtocolQuery:
    tab: str
    sort: str
    descending: bool
    search: str = ""
    kind: str = ""
    result: str = ""
    only_errors: bool = False

    @classmethod
    def read(cls, asked: Mapping[str, str], search: str = "") -> "ProtocolQuery":
        """What makes no sense is as if it were not there."""
        tab = asked.get("tab", "")
        tab = tab if tab in TABS else RUNS
        names = [name for name, _label in columns(tab) if name]
        sort = asked.get("sort", "")
        kind, result = asked.get("auftrag", ""), asked.get("ergebnis", "")
        return cls(
            tab, sort if sort in names else "zeit", asked.get("auf") != "1", " ".join(search.split())[:MOST_SEARCH],
            kind if kind in JobKind.values else "", result if result in JobRun.Result.values else "",
            asked.get("fehler") == "1",
        )  # fmt: skip

    @property
    def filters(self) -> dict[str, str]:
        """Without a name: addresses are written down in many places."""
        chosen = {"auftrag": self.kind, "ergebnis": self.result, "fehler": "1" if self.only_errors else ""}
        return {"tab": self.tab} | {name: value for name, value in chosen.items() if value}

    @property
    def address(self) -> str:
        order = {} if self.sort == "zeit" else {"sort": self.sort}
        return urlencode(self.filters | order | ({} if self.descending else {"auf": "1"}))


def columns(tab: str) -> tuple[tuple[str, Any], ...]:
    return COLUMNS.get(tab, MESSAGE_COLUMNS)


def heads(query: ProtocolQuery) -> list[Head]:
    """Pressing the column that sorts already turns the order round."""
    found = []
    for name, label in columns(query.tab):
        is_sorted = bool(name) and name == query.sort
        upward = is_sorted and query.descending
        address = urlencode(query.filters | {"sort": name} | ({"auf": "1"} if upward else {})) if name else ""
        direction = ("descending" if query.descending else "ascending") if is_sorted else ""
        found.append(Head(str(label), address, direction))
    return found


def tabs(current: str) -> list[Tab]:
    counts = protocols.tab_counts()
    return [Tab(name, str(label), counts.get(name), name == current) for name, label in TABS.items()]


def rows(query: ProtocolQuery) -> QuerySet[Any]:
    order: dict[str, Any] = {"sort": query.sort, "descending": query.descending}
    if query.tab == RUNS:
        return protocols.runs(**order, kind=query.kind, result=query.result)
    if query.tab == SKIPPED:
        return protocols.skipped(**order, search=query.search, only_errors=query.only_errors)
    select = {ERRORS: protocols.errors, UNCLEAR: protocols.unclear, ACTIVITY: protocols.activity}[query.tab]
    return select(**order, search=query.search)
