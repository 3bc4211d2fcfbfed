from datetime import date
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.access import StaffRequest, staff_required
from notifications.presentation.month_chart import chart, euros, month_after, month_before, sums
from notifications.selectors.months import month_figures
from notifications.views.methods import READ_METHODS
from praxis.core.localtime import local_day

FIRST_YEAR, LAST_YEAR = 2000, 2199


@require_http_methods(READ_METHODS)
@staff_required()
def month(request: StaffRequest) -> HttpResponse:
    zone = ZoneInfo(request.practice.time_zone)
    this_month = local_day(timezone.now(), zone).replace(day=1)
    first = _read(request.GET.get("monat", "")) or this_month
    days = month_figures(first, zone)
    busy = [(day, euros(day.price_points)) for day in days if day.sent or day.failed or day.unclear]
    context = {
        "section": "message-month", "first": first, "before": month_before(first), "after": month_after(first),
        "is_future": first >= this_month, "chart": chart(days), "busy": busy, "sums": sums(days),
    }  # fmt: skip
    return render(request, "notifications/month.html", context)


def _read(text: str) -> date | None:
    try:
        found = date.fromisoformat(f"{text}-01")
    except ValueError:
        return None
    return found if FIRST_YEAR < found.year < LAST_YEAR else None
