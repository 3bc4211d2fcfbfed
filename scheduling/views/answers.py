"""How actions answer: to scripts with events in a header, to plain forms with a redirect and a message."""

import json
from dataclasses import asdict
from datetime import date
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.access import StaffRequest
from praxis.core.exceptions import PraxisError
from praxis.core.going_back import way_back
from scheduling.models import Entry
from scheduling.presentation.address import PageAddress
from scheduling.presentation.sentences import done_words
from scheduling.selectors.questions import question_about
from scheduling.services import EntryChanged, SlotTaken, TimeInTheWay

CONFLICT, REFUSED = 409, 422


def wants_dialog(request: StaffRequest) -> bool:
    """A dialog asks for the dialog again; drag and keys ask for words only."""
    return not request.htmx or request.htmx.target == "dialog-host"


def only_day_shown(request: StaffRequest) -> date | None:
    """The day of the page that asks, when it is a calendar page of one day: nobody needs to hear that day's name."""
    path, _mark, query = (request.htmx.current_url_abs_path or request.POST.get("zurueck", "")).partition("?")
    if path != reverse("calendar"):
        return None
    return PageAddress.read(QueryDict(query).dict(), today=timezone.localdate()).only_day


def words_of(action: str, entry: Entry, request: StaffRequest) -> str:
    """What was done, as whoever asked for it hears it."""
    practice = request.practice
    return done_words(
        action, entry, ZoneInfo(practice.time_zone), case_shows_known=practice.case_shows_known,
        only_day=only_day_shown(request),
    )  # fmt: skip


def done(request: StaffRequest, text: str, *, entry: Entry | None = None, undo: bool = True) -> HttpResponse:
    """204 with what to say, to ask and to refetch; without scripts back to the page of the entry's day, where the
    dialog of the entry asks the same."""
    if not request.htmx:
        messages.success(request, text)
        return see_other(back_url(request, entry))
    response = HttpResponse(status=204)
    return with_events(
        response,
        {
            "praxis:changed": {"entry": entry.pk if entry else None},
            "praxis:say": {"text": text, "undo": undo, "question": _question(entry)},
            "dialog:close": {},
        },
    )


def _question(entry: Entry | None) -> dict[str, str] | None:
    found = question_about(entry, timezone.now()) if entry else None
    return asdict(found) if found else None


def refused(request: StaffRequest, error: PraxisError, *, entry: Entry | None = None) -> HttpResponse:
    """Words only: for drag and keys, and for plain buttons outside dialogs."""
    if not request.htmx:
        messages.error(request, error.message)
        return see_other(back_url(request, entry))
    response = HttpResponse(status=status_of(error))
    return with_events(response, {"praxis:say": {"text": error.message, "tone": "danger"}, "praxis:changed": {}})


def status_of(error: PraxisError) -> int:
    return CONFLICT if isinstance(error, SlotTaken | EntryChanged | TimeInTheWay) else REFUSED


def with_events(response: HttpResponse, events: dict[str, Any]) -> HttpResponse:
    response["HX-Trigger"] = json.dumps(events)
    return response


def see_other(url: str) -> HttpResponse:
    response = HttpResponseRedirect(url)
    response.status_code = 303
    return response


def back_url(request: HttpRequest, entry: Entry | None) -> str:
    """Where the form came from, else the day of the entry."""
    if came := came_from(request):
        return came
    if entry is None:
        return reverse("calendar")
    return PageAddress(day=timezone.localdate(entry.starts_at)).url()


def came_from(request: HttpRequest) -> str:
    """The page that a form or a dialog was asked from; empty when nothing says so or it is none of ours."""
    wanted = request.POST.get("zurueck", "")
    is_ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if is_ours else way_back(request)


def not_modified_or(request: HttpRequest, body: str, content_type: str) -> HttpResponse:
    etag = f'"{sha256(body.encode()).hexdigest()[:32]}"'
    response: HttpResponse
    if request.headers.get("If-None-Match") == etag:
        response = HttpResponseNotModified()
    else:
        response = HttpResponse(body, content_type=content_type)
    response["ETag"] = etag
    response["Cache-Control"] = "private, no-cache"
    return response
