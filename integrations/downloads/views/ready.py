"""What is loaded and can be installed: chosen, looked at, installed. Only an administrator installs."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.access import StaffRequest, recently_signed_in, staff_required
from integrations.downloads.access import ADMIN, versions_for
from integrations.downloads.lines import installation_line, kind_title, preview_cards
from integrations.downloads.selectors.installations import open_installations, ready_to_install
from integrations.downloads.services.installing import ask_for_installation
from praxis.core.exceptions import PraxisError


@require_safe
@staff_required()
def downloads(request: StaffRequest) -> HttpResponse:
    running = {row.version_id: row for row in open_installations(request.practice)}
    ready = [one for one in ready_to_install(request.practice) if one.version.pk not in running]
    context = {
        "section": "downloads",
        "running": [installation_line(row) for row in running.values()],
        "ready": [
            (one, kind_title(one.version.element.kind), installation_line(one.last) if one.last else None)
            for one in ready
        ],
        "may_install": request.user.role == ADMIN,
    }
    return render(request, "integrations/downloads/ready.html", context)


@require_safe
@staff_required(ADMIN)
def preview(request: StaffRequest) -> HttpResponse:
    """Changes nothing: what would become of the chosen ones."""
    versions = versions_for(request, request.GET.getlist("version"))
    if not versions:
        messages.info(request, _("Bitte mindestens einen Download ankreuzen."))
        return redirect("downloads")
    cards = preview_cards(versions, request.practice, timezone.now())
    good = [card.version for card in cards if not card.problem]
    words = ngettext("%(n)d Download installieren", "%(n)d Downloads installieren", len(good)) % {"n": len(good)}
    context = {"section": "downloads", "cards": cards, "good": good, "button": words}
    return render(request, "integrations/downloads/preview.html", context)


@require_POST
@staff_required(ADMIN)
@recently_signed_in
def install(request: StaffRequest) -> HttpResponse:
    versions = versions_for(request, request.POST.getlist("version"))
    try:
        rows = ask_for_installation(
            practice=request.practice, versions=versions, actor=request.user, now=timezone.now()
        )  # fmt: skip
    except PraxisError as error:
        messages.error(request, error.message)
        return redirect("downloads")
    words = ngettext("%(n)d Download wird installiert.", "%(n)d Downloads werden installiert.", len(rows))
    messages.success(request, words % {"n": len(rows)})
    return redirect("downloads")
