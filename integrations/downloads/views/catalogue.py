"""The catalogue: what the publisher offers, what is subscribed to, loaded and installed."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import StaffRequest, staff_required
from integrations.downloads.access import ADMIN, element_for, version_for
from integrations.downloads.catalogue_lines import catalogue_lines
from integrations.downloads.selectors.installations import catalogue as catalogue_of
from integrations.downloads.selectors.jobs import feed_state, job_view
from integrations.downloads.services.subscribing import request_download, subscribe, unsubscribe
from praxis.core.exceptions import PraxisError

PAGE = "downloads_catalogue"


@require_safe
@staff_required()
def catalogue(request: StaffRequest) -> HttpResponse:
    lines = catalogue_lines(catalogue_of(request.practice))
    job = job_view(request.practice, now=timezone.now())
    context = {
        "section": PAGE, "lines": lines, "job": job, "feed": feed_state(), "may_change": request.user.role == ADMIN,
        "is_moving": any(line.is_moving for line in lines) or job.is_running,
    }  # fmt: skip
    return render(request, "integrations/downloads/catalogue.html", context)


@require_POST
@staff_required(ADMIN)
def change_subscription(request: StaffRequest) -> HttpResponse:
    """`abo`: "auto" with, "hand" without downloading by itself, anything else ends it."""
    element = element_for(request, request.POST.get("element", ""))
    wish, title = request.POST.get("abo", ""), {"title": element.title}
    try:
        if wish not in ("auto", "hand"):
            unsubscribe(practice=request.practice, element=element, actor=request.user)
            messages.success(request, _("„%(title)s“ ist abbestellt. Installiertes bleibt installiert.") % title)
            return redirect(PAGE)
        subscribe(
            practice=request.practice, element=element, is_automatic=wish == "auto", actor=request.user,
            now=timezone.now(),
        )  # fmt: skip
    except PraxisError as error:
        messages.error(request, error.message)
        return redirect(PAGE)
    words = (
        _("„%(title)s“ ist abonniert. Neues wird von selbst geladen, nie von selbst installiert.")
        if wish == "auto"
        else _("„%(title)s“ ist abonniert. Geladen wird nur, wenn Sie es anstoßen.")
    )
    messages.success(request, words % title)
    return redirect(PAGE)


@require_POST
@staff_required(ADMIN)
def fetch(request: StaffRequest) -> HttpResponse:
    version = version_for(request, request.POST.get("version", ""))
    try:
        request_download(practice=request.practice, version=version, actor=request.user, now=timezone.now())
    except PraxisError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("„%(title)s“ wird geladen.") % {"title": version.element.title})
    return redirect(PAGE)
