from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import StaffRequest, staff_required
from praxis.core.form_page import form_page, typed
from praxis.core.forms import accepts
from scheduling.colours import SURFACES
from scheduling.forms.setup import ColourForm
from scheduling.presentation.swatches import swatches
from scheduling.services.colours import set_slot_colours


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required("practice_admin")
def colours(request: StaffRequest) -> HttpResponse:
    own = request.practice.slot_colours
    stored = {surface.state: own.get(surface.state, surface.default) for surface in SURFACES}
    if "zuruecksetzen" in request.POST:
        set_slot_colours(practice=request.practice, colours={}, actor=request.user)
        messages.success(request, _("Der Kalender hat wieder die Farben von Praxis."))
        return redirect("colours")
    form = ColourForm(typed(request), initial=stored)

    def save(cleaned: dict[str, str]) -> None:
        set_slot_colours(practice=request.practice, colours=cleaned, actor=request.user)

    is_trial = bool(request.htmx)
    if not is_trial and accepts(form, save):
        messages.success(request, _("Die Farben sind gespeichert."))
        return redirect("colours")
    return form_page(
        request, form, template="scheduling/setup/colours.html", section="colours", swatches=swatches(form)
    )
