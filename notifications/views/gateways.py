"""Providers: one per channel. Without one, messages are shown in the program only."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import StaffRequest, staff_required
from notifications.access import ADMIN
from notifications.forms.gateway import GatewayForm
from notifications.models import Channel, GatewayAccount, GatewayKind
from notifications.services.gateways import KINDS, save_gateway
from notifications.services.lanes import callback_url
from notifications.views.methods import FORM_METHODS
from praxis.core.form_page import form_page
from praxis.core.forms import accepts

SECTION = "message-gateways"


@require_http_methods(FORM_METHODS)
@staff_required(ADMIN)
def gateways(request: StaffRequest) -> HttpResponse:
    known = {account.channel: account for account in GatewayAccount.objects.filter(is_active=True)}
    asked = request.POST.get("channel", "")
    forms = {
        channel: GatewayForm(
            request.POST if channel == asked else None, channel=channel, account=known.get(channel)
        )
        for channel in KINDS
    }  # fmt: skip
    form = forms.get(asked) if asked in KINDS else None  # type: ignore[call-overload]
    if form is not None and accepts(form, lambda _said: _save(request, asked, form)):
        messages.success(request, _("Der Anbieter für %s ist gespeichert.") % Channel(asked).label)
        return redirect(SECTION)
    parts = [(channel, forms[channel], known.get(channel), _callback(known.get(channel))) for channel in KINDS]
    return form_page(
        request, form or forms[Channel.SMS], template="notifications/gateways.html", section=SECTION, parts=parts
    )


def _callback(account: GatewayAccount | None) -> str:
    """Where an SMS provider reports to."""
    is_asked = account is not None and account.channel == Channel.SMS and account.kind != GatewayKind.CONSOLE
    return callback_url(account) if account is not None and is_asked else ""


def _save(request: StaffRequest, channel: str, form: GatewayForm) -> None:
    save_gateway(
        practice=request.practice, channel=channel, actor=request.user, now=timezone.now(), **form.account_fields()
    )
