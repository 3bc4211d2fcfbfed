"""The protocols of the Download-Service (N7): how its runs ended, and what went wrong."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.access import StaffRequest, staff_required
from integrations.downloads.access import ADMIN
from integrations.downloads.run_lines import run_line
from integrations.downloads.selectors.jobs import activities, error_counts, runs
from integrations.downloads.services.jobs import clear_activities, clear_runs

RUNS, ERRORS, ACTIVITY = "auftraege", "fehler", "aktivitaet"
TABS: Mapping[str, Any] = {RUNS: _("Auftragsverlauf"), ERRORS: _("Fehler"), ACTIVITY: _("Aktivitäten")}
HEADS: Mapping[str, tuple[tuple[str, Any], ...]] = {
    RUNS: (
        ("zeit", _("Beginn")), ("dauer", _("Ende")), ("ergebnis", _("Status")), ("", _("Was geschah")),
        ("ausloeser", _("Ausgelöst")),
    ),
}  # fmt: skip
LINE_HEADS = (("zeit", _("Zeit")), ("", _("Was geschah")))
ROWS, MOST_ROWS = 50, 5_000


@dataclass(frozen=True)
class Query:
    tab: str
    sort: str
    descending: bool

    @classmethod
    def read(cls, asked: Mapping[str, str]) -> "Query":
        """What makes no sense is as if it were not there."""
        tab = asked.get("tab", "")
        tab = tab if tab in TABS else RUNS
        names = [name for name, _label in HEADS.get(tab, LINE_HEADS) if name]
        sort = asked.get("sort", "")
        return cls(tab, sort if sort in names else "zeit", asked.get("auf") != "1")

    @property
    def address(self) -> str:
        order = {} if self.sort == "zeit" else {"sort": self.sort}
        return urlencode({"tab": self.tab} | order | ({} if self.descending else {"auf": "1"}))


@require_safe
@staff_required()
def protocols(request: StaffRequest) -> HttpResponse:
    query = Query.read(request.GET.dict())
    is_print = "drucken" in request.GET
    found: Any = (
        runs(request.practice, sort=query.sort, descending=query.descending)
        if query.tab == RUNS
        else activities(request.practice, only_errors=query.tab == ERRORS, descending=query.descending)
    )
    page = Paginator(found, MOST_ROWS if is_print else ROWS).get_page(request.GET.get("seite"))
    rows = [run_line(run) for run in page.object_list] if query.tab == RUNS else page.object_list
    failed, errors = error_counts(request.practice)
    counts = {RUNS: failed, ERRORS: errors}
    context = {
        "section": "downloads_protocols", "query": query, "page": page, "rows": rows, "is_print": is_print,
        "tabs": [(name, label, counts.get(name), name == query.tab) for name, label in TABS.items()],
        "tab_label": TABS[query.tab], "heads": _heads(query), "now": timezone.now(),
        "is_moving": query.tab == RUNS and not is_print and any(not line.run.result for line in rows),
        "may_clear": request.user.role == ADMIN and bool(page.paginator.count),
    }  # fmt: skip
    return render(request, "integrations/downloads/protocols.html", context)


def _heads(query: Query) -> list[tuple[Any, str, str]]:
    """Label, address, "ascending", "descending" or nothing. Pressing the column that sorts turns the order round."""
    found = []
    for name, label in HEADS.get(query.tab, LINE_HEADS):
        is_sorted = bool(name) and name == query.sort
        address = Query(query.tab, name, not (is_sorted and query.descending)).address if name else ""
        found.append((label, address, ("descending" if query.descending else "ascending") if is_sorted else ""))
    return found


@require_POST
@staff_required(ADMIN)
def clear(request: StaffRequest) -> HttpResponse:
    tab = Query.read({"tab": request.POST.get("tab", "")}).tab
    asked: dict[str, Any] = {"practice": request.practice, "actor": request.user, "now": timezone.now()}
    cleared = clear_runs(**asked) if tab == RUNS else clear_activities(**asked, only_errors=tab == ERRORS)
    messages.success(request, ngettext("%d Zeile ist gelöscht.", "%d Zeilen sind gelöscht.", cleared) % cleared)
    response = redirect("downloads_protocols")
    response["Location"] += f"?tab={tab}"
    return response
