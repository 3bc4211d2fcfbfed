"""Every delivery with what became of it, what only a person can settle, and dead letters with another try."""

from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from accounts.access import StaffRequest, staff_required
from integrations.etermin.access import delivery_for, task_for
from integrations.etermin.inbox_lines import lines, task_lines
from integrations.etermin.models import EterminDelivery
from integrations.etermin.selectors import inbox
from integrations.etermin.selectors.place import connection_of
from integrations.etermin.services.replaying import NotReplayable, replay
from integrations.etermin.services.tasks import AlreadySettled, settle_task
from praxis.core import live

PER_PAGE = 50
MOST_TASKS = 100
SEE_OTHER = 303
TEMPLATE, TEMPLATE_OF_PART = "etermin/inbox.html", "etermin/_inbox.html"
STANDINGS = [
    ("", gettext_lazy("Alle")),
    ("wartet", gettext_lazy("Wartet")),
    ("uebernommen", gettext_lazy("Übernommen")),
    ("ohne-wirkung", gettext_lazy("Ohne Wirkung")),
    ("gescheitert", gettext_lazy("Nicht verarbeitet")),
]


@require_safe
@staff_required()
def inbox_page(request: StaffRequest) -> HttpResponse:
    """To htmx the lists alone, which follow live changes."""
    # Asked before the rows are read, so that no change falls between the two.
    since = live.position()
    zone = ZoneInfo(request.practice.time_zone)
    asked = {name: request.GET.get(name, "") for name in ("stand", "befehl", "tuer")}
    found = inbox.deliveries(standing=asked["stand"], command=asked["befehl"], door=asked["tuer"])
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("seite"))
    tasks = inbox.open_tasks()[:MOST_TASKS]
    filters = request.GET.copy()
    filters.pop("seite", None)
    context: dict[str, Any] = {
        "connection": connection_of(), "page": page, "lines": lines(page, zone), "tasks": task_lines(tasks, zone),
        "asked": asked, "filters": filters.urlencode(), "counts": inbox.counts(), "live_since": since,
        "standings": STANDINGS, "commands": EterminDelivery.Command.choices, "doors": EterminDelivery.Door.choices,
        "tab": "inbox", "is_filtered": any(asked.values()),
    }  # fmt: skip
    return render(request, TEMPLATE_OF_PART if request.htmx else TEMPLATE, context)


@require_POST
@staff_required()
def replay_delivery(request: StaffRequest, delivery_id: int) -> HttpResponse:
    delivery = delivery_for(request, delivery_id)
    try:
        replay(delivery=delivery, now=timezone.now())
    except NotReplayable as error:
        messages.warning(request, error.message)
    else:
        messages.success(request, _("Die Sendung wird noch einmal verarbeitet."))
    return _back()


@require_POST
@staff_required()
def task_done(request: StaffRequest, etermin_task_id: int) -> HttpResponse:
    task = task_for(request, etermin_task_id)
    try:
        settle_task(task=task, actor=request.user, now=timezone.now())
    except AlreadySettled as error:
        messages.warning(request, error.message)
    else:
        messages.success(request, _("Die Aufgabe ist erledigt."))
    return _back()


def _back() -> HttpResponse:
    response = HttpResponseRedirect(reverse("etermin_inbox"))
    response.status_code = SEE_OTHER
    return response
