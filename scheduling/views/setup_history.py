from zoneinfo import ZoneInfo

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import StaffRequest, staff_required
from scheduling.forms.history import HistoryForm
from scheduling.presentation.history import history_rows
from scheduling.selectors.history import HistoryFilter, filtered_changes, names_in

ROWS = 50


@require_safe
@staff_required()
def history(request: StaffRequest) -> HttpResponse:
    form = HistoryForm(request.GET or None, practice=request.practice)
    wanted = form.wanted() if form.is_valid() else HistoryFilter()
    zone = ZoneInfo(request.practice.time_zone)
    page = Paginator(filtered_changes(wanted, zone=zone, now=timezone.now()), ROWS).get_page(request.GET.get("seite"))
    changes = list(page.object_list)
    others = request.GET.copy()
    others.pop("seite", None)
    context = {
        "form": form,
        "page": page,
        "rows": history_rows(changes, names_in(changes), zone),
        "is_filtered": wanted != HistoryFilter(),
        "filters": others.urlencode(),
    }
    return render(request, "scheduling/history.html", context)
