"""Teilnehmer of an Online-Konto: added, renamed, joined with somebody who signs in, switched off and on again."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import StaffRequest, online_account_for, participant_for, staff_required
from accounts.online_forms import ParticipantForm
from accounts.selectors.effects import effects_of
from accounts.services.participants import (
    add_participant,
    change_participant,
    deactivate_participant,
    reactivate_participant,
)
from accounts.views.online_accounts import ADMIN, FORM_METHODS, SECTION
from praxis.core.exceptions import PraxisError
from praxis.core.form_page import form_page, typed
from praxis.core.forms import accepts

TEMPLATE = "accounts/settings/participant.html"


@require_http_methods(FORM_METHODS)
@staff_required(ADMIN)
def participant_add(request: StaffRequest, online_account_id: int) -> HttpResponse:
    account = online_account_for(request, online_account_id)
    form = ParticipantForm(typed(request), practice_id=request.practice.pk)

    def save(cleaned: dict[str, Any]) -> None:
        add_participant(account=account, actor=request.user, now=timezone.now(), **cleaned)

    if accepts(form, save):
        messages.success(request, _("Der Teilnehmer ist angelegt."))
        return redirect("online_account", account.pk)
    return form_page(
        request, form, template=TEMPLATE, section=SECTION, account=account, heading=_("Teilnehmer anlegen")
    )


@require_http_methods(FORM_METHODS)
@staff_required(ADMIN)
def participant_edit(request: StaffRequest, participant_id: int) -> HttpResponse:
    shown = participant_for(request, participant_id)
    account, heading = shown.account, shown.name
    initial = {"name": shown.name, "user": shown.user_id}
    form = ParticipantForm(typed(request), practice_id=request.practice.pk, initial=initial)

    def save(cleaned: dict[str, Any]) -> None:
        change_participant(participant=shown, actor=request.user, now=timezone.now(), **cleaned)

    if accepts(form, save):
        messages.success(request, _("Die Änderungen sind gespeichert."))
        return redirect("online_account", account.pk)
    return form_page(request, form, template=TEMPLATE, section=SECTION, account=account, heading=heading)


@require_http_methods(FORM_METHODS)
@staff_required(ADMIN)
def participant_deactivate(request: StaffRequest, participant_id: int) -> HttpResponse:
    """First what would be lost, then the deed."""
    shown = participant_for(request, participant_id)
    if request.method == "POST":
        deactivate_participant(participant=shown, actor=request.user, now=timezone.now())
        messages.success(request, _("%(name)s ist deaktiviert.") % {"name": shown.name})
        return redirect("online_account", shown.account_id)
    context = {
        "section": SECTION, "account": shown.account, "participant": shown,
        "effects": effects_of([shown], timezone.now()) if shown.is_active else [],
    }  # fmt: skip
    return render(request, "accounts/settings/participant_off.html", context)


@require_POST
@staff_required(ADMIN)
def participant_reactivate(request: StaffRequest, participant_id: int) -> HttpResponse:
    shown = participant_for(request, participant_id)
    try:
        reactivate_participant(participant=shown, actor=request.user, now=timezone.now())
    except PraxisError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("%(name)s ist reaktiviert.") % {"name": shown.name})
    return redirect("online_account", shown.account_id)
