"""The way into the Konto-Migration, and its first step: what will be done and what is missing."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import StaffRequest, staff_required
from videosprechstunde.access import ADMIN
from videosprechstunde.konto.steps import PREPARE, step_links
from videosprechstunde.selectors.konto import prerequisites, standing
from videosprechstunde.selectors.konto_runs import runs


@require_safe
@staff_required(ADMIN)
def konto_migration(request: StaffRequest) -> HttpResponse:
    """Where somebody who comes from the menu has to go on."""
    now = standing(timezone.now())
    if not now.has_old:
        return render(request, "videosprechstunde/konto/nothing.html", {"heading": _("Konto-Migration")})
    if now.run is not None and now.is_done:
        return redirect("konto_protocol", now.run.pk)
    if now.run is not None and (now.is_running or now.failed):
        return redirect("konto_run", now.run.pk)
    return redirect("konto_choose" if now.chosen else "konto_prepare")


@require_safe
@staff_required(ADMIN)
def konto_prepare(request: StaffRequest) -> HttpResponse:
    context = {
        "heading": _("Konto-Migration"), "steps": step_links(PREPARE), "standing": standing(timezone.now()),
        "missing": prerequisites(), "runs": runs(),
    }  # fmt: skip
    return render(request, "videosprechstunde/konto/prepare.html", context)
