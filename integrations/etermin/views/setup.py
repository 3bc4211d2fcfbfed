"""How the practice sets eTermin up: the exact values to paste, the rules, and a test through the real door."""

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import StaffRequest, recently_signed_in, staff_required
from integrations.etermin.access import connection_for
from integrations.etermin.models import EterminConnection
from integrations.etermin.proof import valid_secrets
from integrations.etermin.selectors.place import connection_of
from integrations.etermin.selectors.setup import has_call_token, has_deliveries, services_of
from integrations.etermin.services.connecting import (
    connect,
    end_rotation,
    rotate_secret,
    save_connection,
    save_services,
)
from integrations.etermin.services.trying import hook_address, send_test_event
from integrations.etermin.setup_forms import ConnectionForm, ServicesForm
from praxis.core.addresses import public_url
from praxis.core.exceptions import OutsideError
from praxis.core.form_page import typed
from praxis.core.forms import accepts

ADMIN = "practice_admin"
TEMPLATE = "etermin/setup.html"


# The page shows the secret.
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@staff_required(ADMIN)
def setup(request: StaffRequest) -> HttpResponse:
    connection = connection_of() if request.method != "POST" else connection_for(request)
    if connection is None:
        return render(request, TEMPLATE, {"section": "etermin_setup", "tab": "setup", "connection": None})
    form = ConnectionForm(typed(request), connection=connection)

    def save(_cleaned: dict[str, Any]) -> None:
        save_connection(connection=connection, wanted=form.wanted(), actor=request.user, now=timezone.now())

    if accepts(form, save):
        messages.success(request, _("Die Einstellungen zu eTermin sind gespeichert."))
        return redirect("etermin_setup")
    return _page(request, connection, form=form)


@require_POST
@staff_required(ADMIN)
@recently_signed_in
def start(request: StaffRequest) -> HttpResponse:
    connect(practice=request.practice, actor=request.user, now=timezone.now())
    messages.success(request, _("Die Adresse und der Wert für eTermin sind angelegt."))
    return redirect("etermin_setup")


@require_POST
@staff_required(ADMIN)
@recently_signed_in
def rotate(request: StaffRequest) -> HttpResponse:
    rotate_secret(connection=connection_for(request), actor=request.user, now=timezone.now())
    messages.success(request, _("Der neue Wert gilt. Der bisherige gilt noch sieben Tage."))
    return redirect("etermin_setup")


@require_POST
@staff_required(ADMIN)
@recently_signed_in
def forget_previous(request: StaffRequest) -> HttpResponse:
    end_rotation(connection=connection_for(request), actor=request.user)
    messages.success(request, _("Der bisherige Wert gilt nicht mehr."))
    return redirect("etermin_setup")


@never_cache
@require_POST
@staff_required(ADMIN)
def services(request: StaffRequest) -> HttpResponse:
    connection = connection_for(request)
    form = ServicesForm(request.POST, services=services_of(connection))

    def save(_cleaned: dict[str, Any]) -> None:
        save_services(connection=connection, wishes=form.wishes(), actor=request.user)

    if accepts(form, save):
        messages.success(request, _("Die Leistungen sind gespeichert."))
        return redirect("etermin_setup")
    return _page(request, connection, services=form)


@never_cache
@require_POST
@staff_required(ADMIN)
def try_out(request: StaffRequest) -> HttpResponse:
    connection = connection_for(request)
    outcome: dict[str, Any] = {"is_tried": True}
    try:
        send_test_event(connection, now=timezone.now())
    except OutsideError as error:
        outcome["refusal"] = _why(error)
    return _page(request, connection, **outcome)


def _why(error: OutsideError) -> str:
    if error.status == HTTPStatus.FORBIDDEN:
        return _("Die Annahme ist ausgeschaltet. Schalten Sie unten „Web Push annehmen“ ein.")
    return error.message


def _page(
    request: StaffRequest, connection: EterminConnection, *, form: ConnectionForm | None = None,
    services: ServicesForm | None = None, **more: Any,
) -> HttpResponse:  # fmt: skip
    form = form or ConnectionForm(None, connection=connection)
    services = services or ServicesForm(None, services=services_of(connection))
    is_rotating = len(valid_secrets(connection, timezone.now())) > 1
    context = {
        "section": "etermin_setup", "tab": "setup", "connection": connection, "form": form, "services": services,
        "address": hook_address(connection), "api_address": public_url("/api/v2/calls"), "is_rotating": is_rotating,
        "has_token": has_call_token(), "has_deliveries": has_deliveries(), **more,
    }  # fmt: skip
    is_refused = any(one.is_bound and one.errors for one in (form, services))
    return render(
        request, TEMPLATE, context, status=HTTPStatus.UNPROCESSABLE_ENTITY if is_refused else HTTPStatus.OK
    )  # fmt: skip
