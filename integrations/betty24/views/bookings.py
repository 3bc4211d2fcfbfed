from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.access import StaffRequest, staff_required
from integrations.betty24.access import booking_for, connection_for
from integrations.betty24.booking_lines import booking_line, booking_lines, cancelled_by_words
from integrations.betty24.export import bookings_csv
from integrations.betty24.forms import PeriodForm
from integrations.betty24.models import Betty24Connection
from integrations.betty24.selectors import bookings
from integrations.betty24.selectors.ledger import calendar_names, connection_of
from integrations.betty24.views.ledger import ROLES
from praxis.core.audit import record_read
from praxis.core.localtime import day_bounds, local_day

ROWS = 50
# Paper and files hold the whole period; so much of it at most.
MOST_ROWS = 20_000
READ_METHODS = ["GET", "HEAD"]


@dataclass(frozen=True)
class Period:
    """Half-open; None is without end."""

    form: PeriodForm
    from_at: datetime | None
    to_at: datetime | None
    is_all: bool


@require_http_methods(READ_METHODS)
@staff_required(*ROLES)
def booking_list(request: StaffRequest) -> HttpResponse:
    connection = connection_of()
    if connection is None:
        return render(request, "integrations/betty24/not_connected.html")
    period = _period(request)
    rows = bookings.booking_lines(from_at=period.from_at, to_at=period.to_at)
    is_print = "drucken" in request.GET
    if is_print:
        _record_reading(request, connection)
    page = Paginator(rows, MOST_ROWS if is_print else ROWS).get_page(request.GET.get("seite"))
    filters = request.GET.copy()
    for name in ("seite", "drucken"):
        filters.pop(name, None)
    context = {
        "form": period.form, "is_all": period.is_all, "page": page, "is_print": is_print, "now": timezone.now(),
        "rows": booking_lines(page.object_list, calendar_names(connection)), "filters": filters.urlencode(),
    }  # fmt: skip
    return render(request, "integrations/betty24/bookings.html", context)


@never_cache
@require_http_methods(READ_METHODS)
@staff_required(*ROLES)
def booking_export(request: StaffRequest) -> HttpResponse:
    connection = connection_for(request)
    period = _period(request)
    rows = bookings.booking_lines(from_at=period.from_at, to_at=period.to_at)[:MOST_ROWS]
    _record_reading(request, connection)
    text = bookings_csv(booking_lines(rows, calendar_names(connection)))
    name = f"betty24-buchungen-{timezone.localdate().isoformat()}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(text, content_type="text/csv; charset=utf-8", headers=headers)


def _record_reading(request: StaffRequest, connection: Betty24Connection) -> None:
    """On paper or in a file, the whole period leaves the house."""
    record_read(
        practice_id=request.practice.pk, actor_id=request.user.pk, object_type="betty24booking_export",
        object_id=connection.pk,
    )  # fmt: skip


@require_http_methods(READ_METHODS)
@staff_required(*ROLES)
def booking_info(request: StaffRequest, booking_id: int) -> HttpResponse:
    booking = booking_for(request, booking_id)
    context = {
        "line": booking_line(booking, calendar_names(booking.connection)), "booking": booking,
        "cancelled_by": cancelled_by_words(booking), "is_page": not request.htmx,
    }  # fmt: skip
    template = "_booking.html" if request.htmx else "booking.html"
    return render(request, f"integrations/betty24/{template}", context)


def _period(request: StaffRequest) -> Period:
    """From today on unless asked otherwise; a day that cannot be read is answered beside its field."""
    zone = ZoneInfo(request.practice.time_zone)
    is_all = "alle" in request.GET
    is_asked = "von" in request.GET or "bis" in request.GET
    today = local_day(timezone.now(), zone)
    form = PeriodForm(request.GET if is_asked and not is_all else None, initial={} if is_all else {"von": today})
    if is_all:
        return Period(form, None, None, is_all=True)
    if not form.is_bound or not form.is_valid():
        return Period(form, day_bounds(today, zone)[0], None, is_all=False)
    return Period(form, *_bounds(form.cleaned_data["von"], form.cleaned_data["bis"], zone), is_all=False)


def _bounds(first: date | None, last: date | None, zone: ZoneInfo) -> tuple[datetime | None, datetime | None]:
    return day_bounds(first, zone)[0] if first else None, day_bounds(last, zone)[1] if last else None
