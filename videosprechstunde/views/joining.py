"""Where patients and guests come in: by the link of the mail or by typing the TAN, without an account.

The secret of a link stands behind the # of the address; a TAN in the address only fills the field. Only the button
sends anything, so a mail scanner that opens links uses nothing up.
"""

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from zoneinfo import ZoneInfo

from allauth.account.adapter import get_adapter
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe
from django_scopes import scope

from accounts.models import Practice
from praxis.core.crypto import hash_token
from praxis.core.even_answers import at_least
from praxis.core.exceptions import PraxisError
from scheduling.selectors.patient_area import cancel_links
from scheduling.services.booking import Origin
from videosprechstunde.access import held_member
from videosprechstunde.models import CallMember, VideoCall
from videosprechstunde.models.trail import CONSENT_VERSION
from videosprechstunde.selectors.names import doctor_name, member_name
from videosprechstunde.services.consents import has_consent
from videosprechstunde.services.redeeming import Redeemed, TooManyTries, redeem
from videosprechstunde.tans import LONGEST_TYPED, is_link
from videosprechstunde.views.seats import DEVICE, MEMBER

# Well above what looking up takes, so that a refusal does not tell why.
REFUSAL_SECONDS = 0.15
DEVICES = "camera=(self), microphone=(self), display-capture=(self)"
JOIN, ROOM, ENDED = (f"videosprechstunde/patient/{name}.html" for name in ("join", "room", "ended"))
State = VideoCall.State
REASONS = {State.FINISHED: "finished", State.MISSED: "finished", State.CANCELLED: "cancelled"}


@dataclass(frozen=True, slots=True)
class Room:
    base: str
    practice_name: str
    practice_phone: str
    doctor_name: str
    name: str
    starts_at: datetime
    ends_at: datetime
    side: str
    has_consent: bool
    consent_version: str
    may_cancel: bool
    # Where an appointment of another system is cancelled.
    cancel_url: str


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest) -> HttpResponse:
    """Both addresses: the one of the link and the one where a TAN is typed."""
    if request.method != "POST":
        return _join_page(request, request.GET.get("tan", "")[:LONGEST_TYPED])
    typed = (request.POST.get("code") or request.POST.get("tan", ""))[:LONGEST_TYPED]
    try:
        # The time of an answer could tell about TANs only: nobody guesses a link.
        with at_least(0 if is_link(typed) else REFUSAL_SECONDS):
            outcome = _attempt(request, typed)
    except TooManyTries as error:
        return _join_page(request, "", error.message, HTTPStatus.TOO_MANY_REQUESTS)
    if isinstance(outcome, PraxisError):
        shown = request.POST.get("tan", "")[:LONGEST_TYPED]
        return _join_page(request, shown, outcome.message, HTTPStatus.UNPROCESSABLE_ENTITY)
    request.session.cycle_key()
    request.session[MEMBER], request.session[DEVICE] = outcome.member.pk, outcome.device
    return redirect("video_room")


def join_call(request: HttpRequest, call_id: int) -> HttpResponseBase:
    """The link that other systems build from the number of a call and its TAN: the TAN alone says which call it is."""
    return join(request)


def _attempt(request: HttpRequest, typed: str) -> Redeemed | PraxisError:
    """Raises TooManyTries."""
    try:
        return redeem(
            typed=typed, source=hash_token(get_adapter(request).get_client_ip(request)),
            device=str(request.session.get(DEVICE, "")), now=timezone.now(),
        )  # fmt: skip
    except TooManyTries:
        raise
    except PraxisError as error:
        return error


def _join_page(request: HttpRequest, tan: str, error: str = "", status: int = HTTPStatus.OK) -> HttpResponse:
    answer = render(request, JOIN, {"tan": tan, "error": error}, status=status)
    # The address may hold a TAN.
    answer["Referrer-Policy"] = "strict-origin"
    return answer


@never_cache
@require_safe
def room(request: HttpRequest) -> HttpResponse:
    member = held_member(request.session.get(MEMBER))
    if member is None:
        return _ended(request, "unknown", None)
    call = member.call
    with scope(practice=call.practice), timezone.override(ZoneInfo(call.practice.time_zone)):
        reason = _why_over(member)
        if reason:
            return _ended(request, reason, call.practice)
        answer = render(request, ROOM, {"room": _room(member)})
        answer["Permissions-Policy"] = DEVICES
        answer["Referrer-Policy"] = "strict-origin"
        return answer


def _why_over(member: CallMember) -> str:
    if member.call.is_over:
        return REASONS[State(member.call.state)]
    if member.denied_at is not None:
        return "denied"
    # Whoever is in stays in, however late it gets.
    return "closed" if member.call.closes_at <= timezone.now() and member.admitted_at is None else ""


def _ended(request: HttpRequest, reason: str, practice: Practice | None) -> HttpResponse:
    """`practice` None: nobody knows whose."""
    shown = {"practice_name": practice.name, "practice_phone": practice.phone} if practice is not None else {}
    return render(request, ENDED, {"reason": reason} | shown)


def _room(member: CallMember) -> Room:
    call, entry = member.call, member.call.entry
    is_patient = member.side == CallMember.Side.PATIENT
    return Room(
        base=reverse("video_patient_base"), practice_name=call.practice.name, practice_phone=call.practice.phone,
        doctor_name=doctor_name(entry), name=member_name(member, call),
        starts_at=entry.starts_at if entry else call.opens_at, ends_at=entry.ends_at if entry else call.closes_at,
        side=member.side, consent_version=CONSENT_VERSION,
        has_consent=has_consent(member),
        may_cancel=is_patient and entry is not None and entry.origin != Origin.ETERMIN and call.started_at is None,
        cancel_url=cancel_links([entry]).get(entry.pk, "") if is_patient and entry is not None else "",
    )  # fmt: skip


@require_safe
def terms(request: HttpRequest) -> HttpResponse:
    """Readable without signing in (Anlage 31b BMV-Ä)."""
    return render(request, "videosprechstunde/patient/terms.html")
