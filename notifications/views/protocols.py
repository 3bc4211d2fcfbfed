"""The protocols (N7): what ran, what went wrong, who was not written to."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import StaffRequest, staff_required
from notifications.access import ADMIN
from notifications.models import LETTER_REASONS, JobKind, JobRun
from notifications.presentation.protocol_page import CLEARABLE, ProtocolQuery, heads, rows, tabs
from notifications.presentation.run_lines import run_lines
from notifications.selectors.protocols import RUNS, TABS
from notifications.services.protocols import clear_protocol
from notifications.views.methods import FORM_METHODS
from praxis.core.audit import record_read

ROWS = 50
# Paper holds all rows of a tab; so many of them at most.
MOST_ROWS = 5_000


@require_http_methods(FORM_METHODS)
@staff_required()
def protocols(request: StaffRequest) -> HttpResponse:
    """A name that is looked for travels in the body of a POST, everything else in the address."""
    asked = request.POST if request.method == "POST" else request.GET
    query = ProtocolQuery.read(asked.dict(), search=request.POST.get("q", "").replace("\x00", ""))
    is_print = "drucken" in asked
    page = Paginator(rows(query), MOST_ROWS if is_print or query.search else ROWS).get_page(asked.get("seite"))
    if query.tab != RUNS:
        record_read(
            practice_id=request.practice.pk, actor_id=request.user.pk, object_type="message_protocol",
            object_id=request.practice.pk,
        )  # fmt: skip
    shown = run_lines(page.object_list) if query.tab == RUNS else page.object_list
    context = {
        "section": "message-protocols", "query": query, "tabs": tabs(query.tab), "heads": heads(query), "page": page,
        "rows": shown, "is_print": is_print,
        "tab_label": TABS[query.tab], "now": timezone.now(), "letter_reasons": LETTER_REASONS,
        "kinds": JobKind.choices, "results": [pair for pair in JobRun.Result.choices if pair[0]],
        "is_moving": query.tab == RUNS and not is_print and any(not line.run.result for line in shown),
        "may_clear": query.tab in CLEARABLE and request.user.role == ADMIN,
    }  # fmt: skip
    return render(request, "notifications/protocols.html", context)


@require_POST
@staff_required(ADMIN)
def protocol_clear(request: StaffRequest) -> HttpResponse:
    tab = ProtocolQuery.read({"tab": request.POST.get("tab", "")}).tab
    cleared = clear_protocol(practice=request.practice, tab=tab, actor=request.user, now=timezone.now())
    words = ngettext("%d Zeile ist gelöscht.", "%d Zeilen sind gelöscht.", cleared) % cleared
    messages.success(request, words + " " + _("Was gesendet wurde, bleibt nachweisbar; offene Briefe bleiben offen."))
    response = redirect("message-protocols")
    response["Location"] += f"?tab={tab}"
    return response
