from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import StaffRequest, recently_signed_in, staff_required
from accounts.selectors.coupling import coupled_so_far, coupling_of
from accounts.services.coupling import save_coupling
from integrations.coupling.access import error_for
from integrations.coupling.errors import errors_of, forget_error
from integrations.coupling.forms import CouplingForm
from praxis.core.addresses import public_url
from praxis.core.form_page import form_page, typed
from praxis.core.forms import accepts

ADMIN = "practice_admin"
MOST_SHOWN = 100


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required(ADMIN)
@recently_signed_in
def coupling(request: StaffRequest) -> HttpResponse:
    stored = coupling_of()
    known = {name: getattr(stored, name) for name in CouplingForm.base_fields} if stored else {}
    form = CouplingForm(typed(request), initial=known)

    def save(cleaned: dict[str, Any]) -> None:
        save_coupling(practice=request.practice, actor=request.user, now=timezone.now(), **cleaned)

    if accepts(form, save):
        messages.success(request, _("Die Koppelung ist gespeichert."))
        return redirect("coupling")
    return form_page(
        request, form, template="integrations/coupling/settings.html", section="coupling", coupling=stored,
        so_far=coupled_so_far(), errors=list(errors_of()[:MOST_SHOWN]), error_count=errors_of().count(),
        address=public_url("/api/v1/coupling/patients/"),
    )  # fmt: skip


@require_POST
@staff_required(ADMIN)
def coupling_error_done(request: StaffRequest, error_id: int) -> HttpResponse:
    error = error_for(request, error_id)
    forget_error(practice=error.practice, external_id=error.external_id)
    messages.success(request, _("Erledigt. Kommt der Fehler wieder, steht er wieder hier."))
    return redirect("coupling")
