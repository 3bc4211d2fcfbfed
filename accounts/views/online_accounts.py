"""Online-Konten of the practice: registered, confirmed by mail, changed, switched off and on again."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import StaffRequest, online_account_for, recently_signed_in, staff_required
from accounts.models import OnlineAccount
from accounts.online_forms import OnlineAccountForm
from accounts.selectors import history_of
from accounts.selectors.effects import effects_of
from accounts.selectors.online import active_participants_of, online_accounts, participants_of
from accounts.services.online_accounts import (
    change_online_account,
    deactivate_online_account,
    reactivate_online_account,
    register_online_account,
    resend_confirmation,
)
from praxis.core.exceptions import PraxisError
from praxis.core.form_page import form_page, typed
from praxis.core.forms import accepts

ADMIN = "practice_admin"
FORM_METHODS = ["GET", "HEAD", "POST"]
SECTION = "online_accounts"


@require_safe
@staff_required(ADMIN)
def account_list(request: StaffRequest) -> HttpResponse:
    context = {"section": SECTION, "rows": list(online_accounts())}
    return render(request, "accounts/settings/online_accounts.html", context)


@require_http_methods(FORM_METHODS)
@staff_required(ADMIN)
def account_create(request: StaffRequest) -> HttpResponse:
    form, made = OnlineAccountForm(typed(request)), list[OnlineAccount]()

    def save(cleaned: dict[str, Any]) -> None:
        made.append(
            register_online_account(practice=request.practice, actor=request.user, now=timezone.now(), **cleaned)
        )

    if accepts(form, save):
        messages.success(
            request, _("Die E-Mail zur Bestätigung ist unterwegs an %(email)s.") % {"email": made[0].email}
        )
        return redirect("online_account", made[0].pk)
    return form_page(
        request, form, section=SECTION, heading=_("Online-Konto registrieren"), back=SECTION,
        submit=_("Registrieren und E-Mail senden"),
        hint=_("Der Lizenznehmer bekommt eine E-Mail und bestätigt das Konto. Der Link gilt sieben Tage."),
    )  # fmt: skip


@require_http_methods(FORM_METHODS)
@staff_required(ADMIN)
def account(request: StaffRequest, online_account_id: int) -> HttpResponse:
    shown = online_account_for(request, online_account_id)
    heading = shown.licensee
    form = OnlineAccountForm(typed(request), initial={"licensee": shown.licensee, "email": shown.email})

    def save(cleaned: dict[str, Any]) -> None:
        change_online_account(account=shown, actor=request.user, now=timezone.now(), **cleaned)

    if accepts(form, save):
        messages.success(request, _("Die Änderungen sind gespeichert."))
        return redirect("online_account", shown.pk)
    return _page(request, form, shown, heading)


def _page(request: StaffRequest, form: forms.Form, shown: OnlineAccount, heading: str) -> HttpResponse:
    return form_page(
        request, form, template="accounts/settings/online_account.html", section=SECTION, account=shown,
        heading=heading, participants=list(participants_of(shown)), history=history_of(online_account=shown),
    )  # fmt: skip


@require_POST
@staff_required(ADMIN)
def account_resend(request: StaffRequest, online_account_id: int) -> HttpResponse:
    shown = online_account_for(request, online_account_id)
    said = _("Die E-Mail zur Bestätigung ist unterwegs an %(email)s.") % {"email": shown.email}
    return _do(request, shown, lambda: resend_confirmation(account=shown, actor=request.user, now=timezone.now()), said)


@require_http_methods(FORM_METHODS)
@staff_required(ADMIN)
@recently_signed_in
def account_deactivate(request: StaffRequest, online_account_id: int) -> HttpResponse:
    """First what would be lost, then the deed."""
    shown = online_account_for(request, online_account_id)
    if request.method == "POST":
        return _do(
            request, shown, lambda: deactivate_online_account(account=shown, actor=request.user, now=timezone.now()),
            _("Das Online-Konto ist deaktiviert."),
        )  # fmt: skip
    lost = active_participants_of(shown)
    context = {
        "section": SECTION, "account": shown, "lost": lost, "effects": effects_of(lost, timezone.now()),
    }  # fmt: skip
    return render(request, "accounts/settings/online_account_off.html", context)


@require_POST
@staff_required(ADMIN)
def account_reactivate(request: StaffRequest, online_account_id: int) -> HttpResponse:
    shown = online_account_for(request, online_account_id)
    return _do(
        request, shown, lambda: reactivate_online_account(account=shown, actor=request.user, now=timezone.now()),
        _("Das Online-Konto ist reaktiviert."),
    )  # fmt: skip


def _do(request: StaffRequest, shown: OnlineAccount, step: Callable[[], None], said: str) -> HttpResponse:
    try:
        step()
    except PraxisError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, said)
    return redirect("online_account", shown.pk)
