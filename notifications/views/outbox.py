"""Nachrichten-Ausgang: what was, is and will be sent, with its text as long as it is kept."""

from collections.abc import Callable

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import StaffRequest, staff_required
from notifications.access import message_for, reads_secrets
from notifications.models import Channel, Message, MessageKind
from notifications.selectors import protocols
from notifications.services.cancelling import cancel_message, settle_unclear
from notifications.views.methods import FORM_METHODS, READ_METHODS
from praxis.core.audit import record_read
from praxis.core.exceptions import PraxisError

ROWS = 25
CHANNELS = [(channel.value, channel.label) for channel in (Channel.SMS, Channel.EMAIL)]
MOST_SEARCH = 80


@require_http_methods(FORM_METHODS)
@staff_required()
def outbox(request: StaffRequest) -> HttpResponse:
    """A name that is looked for travels in the body of a POST."""
    asked = request.POST if request.method == "POST" else request.GET
    channel, kind = asked.get("weg", ""), asked.get("art", "")
    channel = channel if channel in dict(CHANNELS) else ""
    kind = kind if kind in MessageKind.values else ""
    search = " ".join(request.POST.get("q", "").replace("\x00", "").split())[:MOST_SEARCH]
    page = Paginator(protocols.outbox(channel=channel, kind=kind, search=search), ROWS).get_page(asked.get("seite"))
    record_read(
        practice_id=request.practice.pk, actor_id=request.user.pk, object_type="message_outbox",
        object_id=request.practice.pk,
    )  # fmt: skip
    filters = "&".join(f"{name}={value}" for name, value in (("weg", channel), ("art", kind)) if value)
    context = {
        "section": "message-outbox", "page": page, "channel": channel, "kind": kind, "search": search,
        "filters": filters, "channels": CHANNELS, "kinds": MessageKind.choices, "reads_secrets": reads_secrets(request),
    }  # fmt: skip
    return render(request, "notifications/outbox.html", context)


@require_http_methods(READ_METHODS)
@staff_required()
def message(request: StaffRequest, message_id: int) -> HttpResponse:
    shown = message_for(request, message_id)
    context = {
        "section": "message-outbox", "message": shown, "reports": list(shown.reports.order_by("pk")[:20]),
        "reads_secrets": reads_secrets(request),
    }  # fmt: skip
    return render(request, "notifications/message.html", context)


@require_POST
@staff_required()
def message_cancel(request: StaffRequest, message_id: int) -> HttpResponse:
    shown = message_for(request, message_id)
    return _do(
        request, shown, lambda: cancel_message(message=shown, actor=request.user, now=timezone.now()),
        _("Die Nachricht ist storniert und wird nicht gesendet."),
    )  # fmt: skip


@require_POST
@staff_required()
def message_settle(request: StaffRequest, message_id: int) -> HttpResponse:
    shown, was_sent = message_for(request, message_id), request.POST.get("angekommen") == "1"
    words = _("Eingetragen: gesendet.") if was_sent else _("Eingetragen: nicht gesendet. Ein Brief oder Anruf hilft.")
    return _do(
        request, shown,
        lambda: settle_unclear(message=shown, was_sent=was_sent, actor=request.user, now=timezone.now()), words,
    )  # fmt: skip


def _do(request: StaffRequest, shown: Message, step: Callable[[], None], words: str) -> HttpResponse:
    try:
        step()
    except PraxisError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, words)
    return redirect("message", shown.pk)
