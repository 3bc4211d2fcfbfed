"""What was installed, when and by whom; and taking it back."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import StaffRequest, recently_signed_in, staff_required
from integrations.downloads.access import ADMIN, installation_for
from integrations.downloads.lines import installation_line, kind_title, result_lines
from integrations.downloads.selectors.installations import installations
from integrations.downloads.services.installing import undo_installation
from praxis.core.exceptions import PraxisError

ROWS = 50


@require_safe
@staff_required()
def history(request: StaffRequest) -> HttpResponse:
    page = Paginator(installations(request.practice), ROWS).get_page(request.GET.get("seite"))
    context = {
        "section": "downloads_history", "page": page, "lines": [installation_line(row) for row in page.object_list],
    }  # fmt: skip
    return render(request, "integrations/downloads/history.html", context)


@require_safe
@staff_required()
def installation(request: StaffRequest, installation_id: int) -> HttpResponse:
    row = installation_for(request, installation_id)
    line = installation_line(row)
    context = {
        "section": "downloads_history", "line": line, "kind": kind_title(row.version.element.kind),
        "lines": result_lines(row), "undone": result_lines(row, "undone"),
        "may_undo": line.can_undo and request.user.role == ADMIN,
    }  # fmt: skip
    return render(request, "integrations/downloads/installation.html", context)


@require_POST
@staff_required(ADMIN)
@recently_signed_in
def undo(request: StaffRequest, installation_id: int) -> HttpResponse:
    row = installation_for(request, installation_id)
    try:
        undo_installation(installation=row, actor=request.user, now=timezone.now())
    except PraxisError as error:
        messages.error(request, error.message)
    else:
        words = _("„%(title)s“ ist zurückgenommen. Was seither geändert wurde, blieb.")
        messages.success(request, words % {"title": row.version.element.title})
    return redirect("downloads_installation", row.pk)
