from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.access import StaffRequest, staff_required
from praxis.core.exceptions import PraxisError
from praxis.core.localtime import local_day
from scheduling.access import columns_for
from scheduling.forms.reserve import ReserveForm
from scheduling.models import Entry
from scheduling.presentation.address import PageAddress, read_date
from scheduling.presentation.clock import moment
from scheduling.presentation.sentences import entry_name
from scheduling.selectors import active_columns
from scheduling.services import TimeInTheWay, reserve_time
from scheduling.services.reserving import Stretch
from scheduling.views.answers import done, status_of
from scheduling.views.dialogs import show_dialog

FIELD_NAMES = {"minutes": "bis", "starts_at": "von_tag", "text": "text"}


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required()
def reserve(request: StaffRequest) -> HttpResponse:
    now = timezone.now()
    columns = list(active_columns())
    if request.method != "POST":
        return _dialog(request, ReserveForm(initial=_usual(request, now), columns=columns), now)
    form = ReserveForm(request.POST, columns=columns)
    if not form.is_valid():
        return _dialog(request, form, now, status=422)
    typed = form.cleaned_data
    stretch = Stretch(
        columns=columns_for(request, typed["spalten"]),
        days=form.days(),
        from_time=typed["von"],
        until_time=typed["bis"],
    )
    try:
        entries = reserve_time(
            practice=request.practice, stretch=stretch, text=typed["text"], actor=request.user, now=now,
            around="trotzdem" in request.POST,
        )  # fmt: skip
    except TimeInTheWay as error:
        return _dialog(request, form, now, in_the_way=error.in_the_way, problem=error.message, status=status_of(error))
    except PraxisError as error:
        form.add_error(FIELD_NAMES.get(error.field), error.message)
        return _dialog(request, form, now, status=status_of(error))
    words = ngettext("%(n)d Zeit reserviert: „%(text)s“", "%(n)d Zeiten reserviert: „%(text)s“", len(entries))
    said = words % {"n": len(entries), "text": typed["text"]}
    return done(
        request,
        said if entries else _("Alles war schon belegt, nichts wurde reserviert."),
        entry=next(iter(entries), None),
    )


def _usual(request: StaffRequest, now: datetime) -> dict[str, Any]:
    day = read_date(request.GET.get("tag", "")) or local_day(now, ZoneInfo(request.practice.time_zone))
    column = request.GET.get("spalte", "")
    return {
        "von_tag": day, "bis_tag": day, "von": time(8), "bis": time(18), "wochentage": [0, 1, 2, 3, 4, 5, 6],
        "spalten": [column] if column else [],
    }  # fmt: skip


def _dialog(
    request: StaffRequest, form: ReserveForm, now: datetime, *, in_the_way: list[Entry] | None = None,
    problem: str = "", status: int = 200,
) -> HttpResponse:  # fmt: skip
    zone = ZoneInfo(request.practice.time_zone)
    today = local_day(now, zone)
    names = {column.pk: column.name for column in active_columns()} if in_the_way else {}
    context = {
        "form": form,
        "problem": problem,
        "in_the_way": [
            (entry.pk, moment(entry.starts_at, zone, today=today), names.get(entry.column_id, ""), entry_name(entry))
            for entry in in_the_way or []
        ],
    }
    day = read_date(request.GET.get("tag", "")) or today
    return show_dialog(request, "scheduling/reserve.html", context, back=PageAddress(day=day).url(), status=status)
