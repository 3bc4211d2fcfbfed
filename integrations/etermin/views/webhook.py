"""/hooks/etermin/<connection>: eTermin's Web Push. Checked, reduced, written down, answered; a worker does the rest."""

import logging

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from integrations.api.problems import Problem
from integrations.etermin import wire
from integrations.etermin.probe import is_probe
from integrations.etermin.proof import is_proven
from integrations.etermin.selectors.place import places
from integrations.etermin.services.accepting import accept_reading, bury
from integrations.etermin.wire import Garbage, Place

logger = logging.getLogger(__name__)

LONGEST_BODY = 64 * 1024
# eTermin's own content type is not public: whatever a form or JSON may come as.
CONTENT_TYPES = ("application/json", "text/json", "application/x-www-form-urlencoded", "text/plain", "")


@csrf_exempt
def push(request: HttpRequest, public_id: str) -> HttpResponse:
    try:
        place, raw = _proven(request, public_id)
        _take(place, request.content_type or "", raw, is_test=is_probe(request.headers, raw))
    except Problem as refusal:
        return refusal.answer().response()
    except DatabaseError as error:
        logger.error("Delivery not written down: %s", type(error.__cause__ or error).__name__)
        later = _("Die Datenbank antwortet gerade nicht. Bitte gleich noch einmal senden.")
        return Problem(503, "unavailable", later, headers={"Retry-After": "5"}).answer().response()
    return HttpResponse("ok", content_type="text/plain; charset=utf-8")


def _proven(request: HttpRequest, public_id: str) -> tuple[Place, bytes]:
    """Whoever proves nothing learns nothing, not even whether there is such a connection."""
    if request.method != "POST":
        raise Problem(405, "method_not_allowed", _("Hier kommen nur POST-Anfragen an."), headers={"Allow": "POST"})
    raw = _body(request)
    now = timezone.now()
    place = next((one for one in places(public_id) if is_proven(one.connection, request.headers, raw, now)), None)
    if place is None:
        raise Problem(401, "unauthorized", _("Nicht angemeldet."))
    if not place.connection.is_on:
        raise Problem(403, "switched_off", _("Die Annahme ist in der Praxis ausgeschaltet."))
    return place, raw


def _body(request: HttpRequest) -> bytes:
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or int(length) > LONGEST_BODY or len(raw := request.body) > LONGEST_BODY:
        raise Problem(413, "too_large", _("Mehr als 64 kB werden nicht angenommen."))
    if request.content_type not in CONTENT_TYPES:
        raise Problem(415, "unsupported_media_type", _("Angenommen werden JSON und Formularfelder."))
    return raw


def _take(place: Place, content_type: str, raw: bytes, *, is_test: bool) -> None:
    try:
        found = wire.fields_of(content_type, raw)
    except Garbage as error:
        # Nothing of it is kept; that it came shows in the inbox.
        bury(place.connection, error.message, now=timezone.now())
        raise Problem(400, "malformed", error.message) from error
    accept_reading(place, wire.read(place, found), now=timezone.now(), is_test=is_test)
