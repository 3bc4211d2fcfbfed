"""The browser's side of a call, the same for both ends (contract: docs/features/video.md)."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.utils import timezone

from praxis.core.throttling import allow
from praxis.core.views import stream_for
from videosprechstunde.access import call_member_for
from videosprechstunde.models import VideoCall
from videosprechstunde.selectors.settings import is_relay_only
from videosprechstunde.selectors.standing import standing_of
from videosprechstunde.services.admitting import Host, admit, deny
from videosprechstunde.services.consents import set_consent
from videosprechstunde.services.entering import enter, leave
from videosprechstunde.services.inviting import invite_guest
from videosprechstunde.services.signalling import MOST_BYTES, post_signal, read_letters, read_signal
from videosprechstunde.services.trail import topic_of
from videosprechstunde.services.turn import Turn, turn_for_call, turn_for_check
from videosprechstunde.services.waiting import cancel_from_waiting_room, record_check, see
from videosprechstunde.views.answers import known_number, number_of, problem, read_json, text_of
from videosprechstunde.views.seats import Seat, practice_seat, redeemed_seat

CHECKS, CHECKS_WITHIN = 20, 600
LONGEST_TAB = 40


def _stand(request: HttpRequest, seat: Seat) -> HttpResponse:
    now, asked = timezone.now(), request.GET
    standing = standing_of(
        seat.call, seat.member, since=number_of(asked.get("seit")), epoch=number_of(asked.get("epoche")),
        tab=asked.get("tab", ""), device_hash=seat.device_hash, now=now,
    )  # fmt: skip
    if seat.member is not None and standing.state != "elsewhere":
        see(member=seat.member, tab=asked.get("tab", "")[:LONGEST_TAB], now=now)
    turn = _turn(seat.call) if standing.is_new_epoch else None
    return JsonResponse(
        {
            "state": standing.state, "epoch": standing.epoch, "me": standing.me, "peers": standing.peers,
            "messages": standing.messages, "turn": turn, "poll": standing.poll, "may_join": standing.may_join,
            "consent": standing.has_consent,
        }
    )  # fmt: skip


def _turn(call: VideoCall) -> Turn:
    return turn_for_call(call=call, relay_only=is_relay_only(call.practice), now=timezone.now())


def _stream(request: HttpRequest, seat: Seat) -> StreamingHttpResponse:
    """Says only that asking is worth it now."""
    return stream_for(topic_of(seat.call.pk))


def _enter(request: HttpRequest, seat: Seat) -> HttpResponse:
    said = read_json(request)
    epoch = enter(
        member=seat.person, tab=text_of(said, "tab"), epoch=known_number(said, "epoch"),
        letters=read_letters(said.get("letters")), now=timezone.now(),
    )  # fmt: skip
    return JsonResponse({"epoch": epoch, "turn": _turn(seat.call)})


def _leave(request: HttpRequest, seat: Seat) -> HttpResponse:
    leave(member=seat.person, tab=text_of(read_json(request), "tab"), now=timezone.now())
    return JsonResponse({})


def _signal(request: HttpRequest, seat: Seat) -> HttpResponse:
    if len(request.body) > MOST_BYTES:
        return problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    return JsonResponse({"seq": post_signal(sender=seat.person, signal=read_signal(request.body), now=timezone.now())})


def _devices(request: HttpRequest, seat: Seat) -> HttpResponse:
    record_check(member=seat.person, found=read_json(request), now=timezone.now())
    return JsonResponse({})


def _connection(request: HttpRequest, seat: Seat) -> HttpResponse:
    if not allow(what="video_check", key=str(seat.person.pk), most=CHECKS, seconds=CHECKS_WITHIN):
        return problem(HTTPStatus.TOO_MANY_REQUESTS)
    return JsonResponse({"turn": turn_for_check(call=seat.call, now=timezone.now())})


staff_stand = practice_seat("GET", talks=False)(_stand)
staff_stream = practice_seat("GET", talks=False)(_stream)
staff_enter = practice_seat("POST")(_enter)
staff_leave = practice_seat("POST")(_leave)
staff_signal = practice_seat("POST")(_signal)
staff_devices = practice_seat("POST")(_devices)
staff_connection = practice_seat("POST")(_connection)
patient_stand = redeemed_seat("GET")(_stand)
patient_stream = redeemed_seat("GET")(_stream)
patient_enter = redeemed_seat("POST")(_enter)
patient_leave = redeemed_seat("POST")(_leave)
patient_signal = redeemed_seat("POST")(_signal)
patient_devices = redeemed_seat("POST")(_devices)
patient_connection = redeemed_seat("POST")(_connection)


@redeemed_seat("POST")
def patient_consent(request: HttpRequest, seat: Seat) -> HttpResponse:
    said = read_json(request)
    given = said.get("given")
    if not isinstance(given, bool):
        return problem(HTTPStatus.UNPROCESSABLE_ENTITY)
    is_given = set_consent(member=seat.person, version=text_of(said, "version"), given=given, now=timezone.now())
    return JsonResponse({"given": is_given})


@redeemed_seat("POST")
def patient_cancel(request: HttpRequest, seat: Seat) -> HttpResponse:
    cancel_from_waiting_room(member=seat.person, now=timezone.now())
    return JsonResponse({"state": "cancelled"})


@practice_seat("POST")
def staff_admit(request: HttpRequest, seat: Seat, member_id: int) -> HttpResponse:
    """With `tab` the one who admits comes in as well, and the letters (an offer) go to who is let in."""
    said, now, guest = read_json(request), timezone.now(), call_member_for(request, seat.call, member_id)
    tab = text_of(said, "tab")
    host = Host(seat.person, tab, read_letters(said.get("letters"))) if tab else None
    epoch = admit(member=guest, actor=seat.actor, now=now, host=host)
    return JsonResponse({"epoch": epoch, "turn": _turn(seat.call)})


@practice_seat("POST")
def staff_deny(request: HttpRequest, seat: Seat, member_id: int) -> HttpResponse:
    deny(member=call_member_for(request, seat.call, member_id), actor=seat.actor, now=timezone.now())
    return JsonResponse({})


@practice_seat("POST", talks=False)
def staff_invite(request: HttpRequest, seat: Seat) -> HttpResponse:
    """A third person: {"name", "email"}."""
    said = read_json(request)
    member = invite_guest(
        call=seat.call, name=text_of(said, "name"), email=text_of(said, "email"), actor=seat.actor, now=timezone.now()
    )
    return JsonResponse({"id": member.pk})
