"""A run while it goes on, and what a person does about single rows of it."""

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import StaffRequest, staff_required
from praxis.core import live
from praxis.core.exceptions import PraxisError
from praxis.core.going_back import way_back
from videosprechstunde.access import ADMIN, konto_row_for, konto_run_for
from videosprechstunde.konto.run_page import run_context
from videosprechstunde.models import KontoRow
from videosprechstunde.services.konto.retrying import retry_row
from videosprechstunde.services.konto.undoing import undo_row


@require_safe
@staff_required(ADMIN)
def konto_run(request: StaffRequest, konto_run_id: int) -> HttpResponse:
    """To scripts the part alone that follows the run."""
    # Asked before the rows are read, so that no change falls between the two.
    since = live.position()
    context = {**run_context(konto_run_for(request, konto_run_id), timezone.now()), "live_since": since}
    template = "videosprechstunde/konto/_run.html" if request.htmx else "videosprechstunde/konto/run.html"
    return render(request, template, context)


@require_POST
@staff_required(ADMIN)
def konto_retry(request: StaffRequest, konto_row_id: int) -> HttpResponse:
    row, may_cut = konto_row_for(request, konto_row_id), "trennen" in request.POST
    try:
        retry_row(row=row, actor=request.user, now=timezone.now(), may_cut=may_cut)
    except PraxisError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("%(name)s wird erneut versucht.") % {"name": row.participant.name})
    return _back(request, row)


@require_POST
@staff_required(ADMIN)
def konto_undo(request: StaffRequest, konto_row_id: int) -> HttpResponse:
    row = konto_row_for(request, konto_row_id)
    try:
        undo_row(row=row, actor=request.user, now=timezone.now())
    except PraxisError as error:
        messages.error(request, error.message)
    else:
        said = _("%(name)s ist zurückgenommen: Termine, Arztrollen und Links gehören wieder zum alten Teilnehmer.")
        messages.success(request, said % {"name": row.participant.name})
    return _back(request, row)


def _back(request: StaffRequest, row: KontoRow) -> HttpResponse:
    answer = HttpResponseRedirect(way_back(request) or reverse("konto_run", args=[row.run_id]))
    answer.status_code = HTTPStatus.SEE_OTHER
    return answer
