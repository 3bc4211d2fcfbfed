from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import StaffRequest, staff_required
from integrations.betty24.access import connection_for
from integrations.betty24.forms import ConnectionForm
from integrations.betty24.models import Betty24Connection
from integrations.betty24.selectors.ledger import bindings_of, connection_of
from integrations.betty24.services.connecting import save_connection, test_connection
from integrations.betty24.services.switching import switch_off, switch_on
from integrations.betty24.setup_steps import next_step, setup_steps
from praxis.core.exceptions import OutsideError
from praxis.core.form_page import typed
from praxis.core.forms import accepts

ADMIN = "practice_admin"
TEMPLATE = "integrations/betty24/settings.html"


# What was typed with a mistake is shown again, secrets too.
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@staff_required(ADMIN)
def betty24_settings(request: StaffRequest) -> HttpResponse:
    connection = connection_of()
    form = ConnectionForm(typed(request), request.FILES, connection=connection, bindings=bindings_of(connection))

    def save(_cleaned: dict[str, Any]) -> None:
        save_connection(
            practice=request.practice, fields=form.connection_fields(), bindings=form.wishes(), actor=request.user,
            now=timezone.now(),
        )  # fmt: skip

    if not accepts(form, save):
        return _page(request, form, connection)
    if "testen" in request.POST:
        return _tested(request, connection_for(request))
    messages.success(request, _("Die Verbindung zu betty24 ist gespeichert."))
    return redirect("betty24_settings")


def _tested(request: StaffRequest, connection: Betty24Connection) -> HttpResponse:
    outcome: dict[str, Any] = {}
    try:
        outcome["calendars"] = test_connection(connection, now=timezone.now())
    except OutsideError as error:
        outcome["refusal"] = error.message
    form = ConnectionForm(None, connection=connection, bindings=bindings_of(connection))
    return _page(request, form, connection, is_tested=True, **outcome)


def _page(
    request: StaffRequest, form: ConnectionForm, connection: Betty24Connection | None, **more: Any
) -> HttpResponse:
    bindings = bindings_of(connection)
    context = {
        "section": "betty24_settings", "form": form, "connection": connection,
        "steps": setup_steps(connection, bindings), "next_step": next_step(connection, bindings),
        "is_bound": bool(bindings), **more,
    }  # fmt: skip
    is_refused = form.is_bound and form.errors
    return render(
        request, TEMPLATE, context, status=HTTPStatus.UNPROCESSABLE_ENTITY if is_refused else HTTPStatus.OK
    )  # fmt: skip


@require_POST
@staff_required(ADMIN)
def switch(request: StaffRequest) -> HttpResponse:
    connection = connection_for(request)
    if request.POST.get("an") == "1":
        switch_on(connection=connection, actor=request.user, now=timezone.now())
        messages.success(request, _("Der Abgleich läuft ab jetzt im Hintergrund, auch nach einem Neustart."))
    else:
        switch_off(connection=connection, actor=request.user, now=timezone.now())
        messages.success(request, _("Der Abgleich ist aus. Änderungen werden gemerkt und gehen später hinaus."))
    return redirect("betty24_ledger" if request.POST.get("von") == "stand" else "betty24_settings")
