"""What came in online and what a person has to settle: for everybody who works at the calendar."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import trigger_client_event

from accounts.access import StaffRequest, staff_required
from integrations.betty24.access import LEDGER_ROLES, bookings_for, task_for
from integrations.betty24.calendar_additions import silence_words
from integrations.betty24.inbox_lines import new_booking_lines
from integrations.betty24.selectors import new_bookings, open_tasks
from integrations.betty24.selectors.attention import attention_now
from integrations.betty24.services.tasks import AlreadySettled, mark_seen, settle_task
from integrations.betty24.task_lines import task_lines
from praxis.core import live

PER_PAGE = 50
# The oldest; the others follow as these are settled.
MOST_TASKS = 100
SEE_OTHER = 303
TEMPLATE, TEMPLATE_OF_PART = "integrations/betty24/inbox.html", "integrations/betty24/_inbox.html"


@require_safe
@staff_required()
def new_online(request: StaffRequest) -> HttpResponse:
    return _page(request)


@require_POST
@staff_required()
def seen(request: StaffRequest) -> HttpResponse:
    """Only what the page showed: what came in meanwhile stays on the list."""
    bookings = bookings_for(request, request.POST.getlist("buchung"))
    count = mark_seen(booking_ids=[one.pk for one in bookings], actor=request.user, now=timezone.now())
    return _done(request, ngettext("%d Buchung ist gesehen.", "%d Buchungen sind gesehen.", count) % count)


@require_POST
@staff_required()
def task_done(request: StaffRequest, task_id: int) -> HttpResponse:
    task = task_for(request, task_id)
    try:
        settle_task(task=task, actor=request.user, now=timezone.now())
    except AlreadySettled as error:
        return _done(request, error.message)
    return _done(request, _("Die Aufgabe ist erledigt."))


def _done(request: StaffRequest, words: str) -> HttpResponse:
    if request.htmx:
        return trigger_client_event(_page(request), "toast", {"text": words, "kind": "success"})
    messages.success(request, words)
    response = HttpResponseRedirect(reverse("betty24_new"))
    response.status_code = SEE_OTHER
    return response


def _page(request: StaffRequest) -> HttpResponse:
    """To htmx the two lists alone, which follow live changes."""
    # Asked before the rows are read, so that no change falls between the two.
    since = live.position()
    attention = attention_now(timezone.now())
    found = new_bookings().select_related("entry__column", "entry__patient")
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("seite"))
    tasks = open_tasks()
    context = {
        "is_connected": attention is not None,
        "silence": silence_words(attention) if attention else "",
        "page": page,
        "bookings": new_booking_lines(page, request.practice),
        "tasks": task_lines(tasks[:MOST_TASKS], request.practice),
        "task_count": attention.tasks if attention else 0,
        "more_tasks": max(attention.tasks - MOST_TASKS, 0) if attention else 0,
        "live_since": since,
        "may_open_ledger": request.user.role in LEDGER_ROLES,
    }
    return render(request, TEMPLATE_OF_PART if request.htmx else TEMPLATE, context)
