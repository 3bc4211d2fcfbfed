"""How the asking for missed changes goes: last run, counts, errors (mission E5)."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import StaffRequest, staff_required
from integrations.etermin.access import connection_for
from integrations.etermin.selectors import inbox
from integrations.etermin.selectors.place import connection_of
from integrations.etermin.services.pulling import schedule_pull

PER_PAGE = 50
SEE_OTHER = 303


@require_safe
@staff_required()
def pulls_page(request: StaffRequest) -> HttpResponse:
    page = Paginator(inbox.runs(), PER_PAGE).get_page(request.GET.get("seite"))
    context = {"connection": connection_of(), "page": page, "runs": list(page), "tab": "pulls", "now": timezone.now()}
    return render(request, "etermin/pulls.html", context)


@require_POST
@staff_required()
def pull_now(request: StaffRequest) -> HttpResponse:
    connection = connection_for(request)
    if connection.reads_back:
        schedule_pull(connection, now=timezone.now())
        messages.success(request, _("eTermin wird gleich gefragt. Das Ergebnis erscheint hier."))
    else:
        messages.warning(request, _("Ohne Schlüssel der eTermin-Schnittstelle kann nicht gefragt werden."))
    response = HttpResponseRedirect(reverse("etermin_pulls"))
    response.status_code = SEE_OTHER
    return response
