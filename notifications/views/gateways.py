"""Providers: one per channel. Without one, messages are shown in the program only."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import StaffRequest, staff_required
from notifications.access import ADMIN, gateway_for
from notifications.forms.gateway import GatewayForm, TestMessageForm
from notifications.models import Channel, GatewayAccount, GatewayKind
from notifications.services.gateways import KINDS, save_gateway
from notifications.services.lanes import callback_url
from notifications.services.trying import send_test_message
from notifications.views.methods import FORM_METHODS
from praxis.core.form_page import form_page
from praxis.core.forms import accepts

SECTION = "message-gateways"


@require_http_methods(FORM_METHODS)
@staff_required(ADMIN)
def gateways(request: StaffRequest) -> HttpResponse:
    asked = Channel(said) if (said := request.POST.get("channel", "")) in KINDS else None
    form = _form(request, asked, request.POST) if asked else None
    if asked and form and accepts(form, lambda _said: _save(request, asked, form)):
        messages.success(request, _("Der Anbieter für %s ist gespeichert.") % asked.label)
        return redirect(SECTION)
    return _page(request, saved={asked: form} if asked and form else {})


@require_POST
@staff_required(ADMIN)
def gateway_test(request: StaffRequest, gateway_id: int) -> HttpResponse:
    account = gateway_for(request, gateway_id)
    form = TestMessageForm(request.POST, account=account, own_email=request.user.email)

    def send(said: dict[str, Any]) -> None:
        send_test_message(account=account, actor=request.user, now=timezone.now(), **said)

    if accepts(form, send):
        messages.success(request, _("Die Testnachricht ist unterwegs. Im Ausgang steht gleich, was aus ihr wurde."))
        return redirect("message-outbox")
    return _page(request, tried={Channel(account.channel): form})


def _page(
    request: StaffRequest, *, saved: Mapping[Channel, GatewayForm] | None = None,
    tried: Mapping[Channel, TestMessageForm] | None = None,
) -> HttpResponse:  # fmt: skip
    """Both providers; the form that was refused keeps what was typed."""
    saved, tried = saved or {}, tried or {}
    known = _accounts()
    parts = []
    for channel in KINDS:
        account = known.get(channel)
        form = saved.get(channel) or _form(request, channel, None)
        may_try = account is not None and account.kind != GatewayKind.CONSOLE
        trial = tried.get(channel) or (
            TestMessageForm(account=account, own_email=request.user.email) if account and may_try else None
        )
        parts.append((channel, form, account, _callback(account), trial))
    refused = next(iter((*saved.values(), *tried.values())), parts[0][1])
    return form_page(request, refused, template="notifications/gateways.html", section=SECTION, parts=parts)


def _accounts() -> dict[str, GatewayAccount]:
    return {account.channel: account for account in GatewayAccount.objects.filter(is_active=True)}


def _form(request: StaffRequest, channel: Channel, said: Mapping[str, Any] | None) -> GatewayForm:
    return GatewayForm(said, channel=channel, account=_accounts().get(channel))


def _callback(account: GatewayAccount | None) -> str:
    """Where an SMS provider reports to."""
    is_asked = account is not None and account.channel == Channel.SMS and account.kind != GatewayKind.CONSOLE
    return callback_url(account) if account is not None and is_asked else ""


def _save(request: StaffRequest, channel: str, form: GatewayForm) -> None:
    save_gateway(
        practice=request.practice, channel=channel, actor=request.user, now=timezone.now(), **form.account_fields()
    )
