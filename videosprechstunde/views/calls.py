"""The practice's pages of one call: talking, finishing, and everything about its link and TAN."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import StaffRequest, staff_required
from praxis.core.exceptions import PraxisError
from praxis.core.form_page import form_page, typed
from praxis.core.forms import accepts
from praxis.core.going_back import way_back
from praxis.core.live import position
from videosprechstunde.access import call_for, call_member_for, video_appointment_for
from videosprechstunde.call_forms import ExternalForm, FinishForm, GuestForm
from videosprechstunde.models import CallMember, VideoCall
from videosprechstunde.providers import PROVIDERS
from videosprechstunde.qr import qr_code
from videosprechstunde.selectors.conducting import may_conduct, video_call_of
from videosprechstunde.selectors.names import listed_name
from videosprechstunde.selectors.waiting import others_of_today
from videosprechstunde.services.access_codes import renew_access
from videosprechstunde.services.calls import sync_call
from videosprechstunde.services.external import enter_external_access
from videosprechstunde.services.finishing import Outcome, finish_call
from videosprechstunde.services.inviting import invite_guest, mobile_of, send_invitation
from videosprechstunde.services.printing import note_printing
from videosprechstunde.views.joining import DEVICES

FORM_METHODS = ["GET", "HEAD", "POST"]


@dataclass(frozen=True, slots=True)
class PracticeRoom:
    base: str
    name: str
    birth_date: date | None
    starts_at: datetime
    ends_at: datetime
    me: str
    may_talk: bool
    state: str


def _call_for(request: StaffRequest, entry_id: int) -> VideoCall:
    """Of an appointment whose patient this person may see, which is audited; made where it is missing."""
    entry = video_appointment_for(request, entry_id)
    if video_call_of(entry.pk) is None:
        sync_call(entry_id=entry.pk, actor_id=request.user.pk, now=timezone.now())
    call = video_call_of(entry.pk)
    if call is None:
        raise Http404
    return call


@never_cache
@require_safe
@staff_required()
def call_page(request: StaffRequest, entry_id: int) -> HttpResponse:
    call = _call_for(request, entry_id)
    if not PROVIDERS[call.provider].is_here:
        return redirect("video_access", entry_id)
    entry, talks = call.entry, may_conduct(request.user)
    if entry is None:
        raise Http404
    room = PracticeRoom(
        base=reverse("video_staff_base", args=[entry_id]), name=listed_name(entry),
        birth_date=entry.patient.birth_date if entry.patient else entry.birth_date, starts_at=entry.starts_at,
        ends_at=entry.ends_at, me=request.user.get_full_name(), may_talk=talks, state=call.state,
    )  # fmt: skip
    finish_url = reverse("video_finish", args=[entry_id]) if talks and not call.is_over else ""
    # First where the stream stands, then the rows: what changes in between is told.
    since = position()
    context = {
        "room": room, "entry": entry, "finish_url": finish_url, "live_since": since,
        "others": others_of_today(call, now=timezone.now()),
    }  # fmt: skip
    answer = render(request, "videosprechstunde/call.html", context)
    answer["Permissions-Policy"] = DEVICES
    return answer


@never_cache
@require_safe
@staff_required()
def others(request: StaffRequest, entry_id: int) -> HttpResponse:
    """The part of the page that says who comes next; opening the page is what is audited."""
    call, since = call_for(request, entry_id), position()
    if call is None:
        raise Http404
    context = {"entry": call.entry, "others": others_of_today(call, now=timezone.now()), "live_since": since}
    return render(request, "videosprechstunde/_others.html", context)


@require_http_methods(FORM_METHODS)
@staff_required()
def finish(request: StaffRequest, entry_id: int) -> HttpResponse:
    call = _call_for(request, entry_id)
    if not may_conduct(request.user):
        raise Http404
    form = FinishForm(typed(request))

    def save(cleaned: dict[str, Any]) -> None:
        finish_call(call=call, outcome=Outcome(**cleaned), actor=request.user, now=timezone.now())

    if accepts(form, save):
        messages.success(request, _("Die Sprechstunde ist abgeschlossen."))
        return redirect("calendar")
    return form_page(
        request, form, template="videosprechstunde/finish.html", call=call, entry=call.entry,
        heading=_("Sprechstunde abschließen"),
    )  # fmt: skip


@never_cache
@require_safe
@staff_required()
def access(request: StaffRequest, entry_id: int) -> HttpResponse:
    """Who has which link and TAN, how far they are, and what happened so far."""
    call = _call_for(request, entry_id)
    members = CallMember.objects.filter(call=call).exclude(side=CallMember.Side.PRACTICE).order_by("pk")
    provider = PROVIDERS[call.provider]
    found = [_with_call(member, call) for member in members]
    rows = [(member, provider.access_of(member), mobile_of(member)) for member in found]
    external = ExternalForm(initial={"link": call.external_link, "tan": call.external_tan})
    context = {
        "call": call, "entry": call.entry, "rows": rows, "name": listed_name(call.entry), "is_here": provider.is_here,
        "is_typed": provider.is_typed,
        "events": call.events.select_related("actor").order_by("-pk")[:50], "form": GuestForm(), "external": external,
        "heading": _("Link und TAN"), "talks": may_conduct(request.user),
    }  # fmt: skip
    return render(request, "videosprechstunde/access.html", context)


def _with_call(member: CallMember, call: VideoCall) -> CallMember:
    member.call = call
    return member


@never_cache
@require_safe
@staff_required()
def handout(request: StaffRequest, entry_id: int, member_id: int) -> HttpResponse:
    """To hand over or to post: when, by which link as a QR code, and the TAN."""
    call = _call_for(request, entry_id)
    member = call_member_for(request, call, member_id)
    given = PROVIDERS[call.provider].access_of(_with_call(member, call))
    note_printing(member=member, actor=request.user, now=timezone.now())
    context = {
        "call": call, "entry": call.entry, "member": member, "access": given, "qr": qr_code(given.link),
        "practice": request.practice, "name": member.name or listed_name(call.entry),
    }  # fmt: skip
    return render(request, "videosprechstunde/handout.html", context)


@require_POST
@staff_required()
def resend(request: StaffRequest, entry_id: int, member_id: int) -> HttpResponse:
    """With `neu`, a new link and TAN go out, and the old ones open nothing any more; with `sms`, as an SMS."""
    call = _call_for(request, entry_id)
    member = _with_call(call_member_for(request, call, member_id), call)
    try:
        if "neu" in request.POST:
            member = _with_call(renew_access(member=member, actor=request.user, now=timezone.now()), call)
            messages.success(request, _("Link und TAN sind neu. Die alten öffnen nichts mehr."))
        by_sms = "sms" in request.POST
        send_invitation(member=member, actor_id=request.user.pk, now=timezone.now(), by_sms=by_sms)
        messages.success(request, _("Die SMS ist unterwegs.") if by_sms else _("Link und TAN sind unterwegs."))
    except PraxisError as error:
        messages.error(request, error.message)
    return HttpResponseRedirect(way_back(request) or reverse("video_access", args=[entry_id]))


@require_POST
@staff_required()
def invite(request: StaffRequest, entry_id: int) -> HttpResponse:
    call, form = _call_for(request, entry_id), GuestForm(typed(request))

    def save(cleaned: dict[str, str]) -> None:
        invite_guest(call=call, actor=request.user, now=timezone.now(), **cleaned)

    if accepts(form, save):
        messages.success(request, _("Link und TAN sind unterwegs."))
        return redirect("video_access", entry_id)
    return form_page(
        request, form, template="videosprechstunde/invite.html", entry=call.entry, heading=_("Person dazuholen")
    )


@require_POST
@staff_required()
def external(request: StaffRequest, entry_id: int) -> HttpResponse:
    """Link and TAN of another service."""
    call, form = _call_for(request, entry_id), ExternalForm(typed(request))

    def save(cleaned: dict[str, str]) -> None:
        enter_external_access(call=call, actor=request.user, now=timezone.now(), **cleaned)

    if accepts(form, save):
        messages.success(request, _("Link und TAN des Videodienstes sind gespeichert."))
        return redirect("video_access", entry_id)
    return form_page(
        request, form, template="videosprechstunde/invite.html", entry=call.entry, heading=_("Link des Videodienstes")
    )
