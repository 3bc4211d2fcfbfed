"""JSON for the browser's side of a call; errors are problem+json (RFC 9457) and never a page."""

import json
from collections.abc import Callable, Mapping
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.utils.cache import add_never_cache_headers

from praxis.core.exceptions import PraxisError
from scheduling.services import EntryChanged
from scheduling.services.own_cancelling import CancelElsewhere
from videosprechstunde.services.access_codes import CallOver
from videosprechstunde.services.admitting import CallFull, NobodyWaits
from videosprechstunde.services.consents import ConsentOutdated
from videosprechstunde.services.entering import ConsentMissing, NotAdmitted
from videosprechstunde.services.signalling import MOST_BYTES, SignalLate, SignalNotAllowed, TooManySignals
from videosprechstunde.services.waiting import NotCancellableHere

STATUS: dict[type[PraxisError], int] = {
    CallOver: HTTPStatus.CONFLICT, SignalLate: HTTPStatus.CONFLICT, NobodyWaits: HTTPStatus.CONFLICT,
    CallFull: HTTPStatus.CONFLICT, ConsentOutdated: HTTPStatus.CONFLICT, CancelElsewhere: HTTPStatus.CONFLICT,
    EntryChanged: HTTPStatus.CONFLICT, NotAdmitted: HTTPStatus.FORBIDDEN, SignalNotAllowed: HTTPStatus.FORBIDDEN,
    NotCancellableHere: HTTPStatus.FORBIDDEN, ConsentMissing: HTTPStatus.FORBIDDEN,
    TooManySignals: HTTPStatus.TOO_MANY_REQUESTS,
}  # fmt: skip


class BodyMalformed(PraxisError):
    """No JSON object, or too much of it."""


def problem(status: int, detail: str = "", *, field: str = "") -> JsonResponse:
    said = {"status": int(status), "title": HTTPStatus(status).phrase, "detail": detail}
    if field:
        said["field"] = field
    answer = JsonResponse(said, status=status, content_type="application/problem+json")
    add_never_cache_headers(answer)
    return answer


def answers_json(*methods: str) -> Callable[[Callable[..., HttpResponseBase]], Callable[..., HttpResponseBase]]:
    """Objections of services become problems; everything is fresh."""

    def decorate(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.method not in methods:
                return problem(HTTPStatus.METHOD_NOT_ALLOWED)
            if number_of(request.headers.get("Content-Length")) > MOST_BYTES:
                return problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            try:
                answer = view(request, *args, **kwargs)
            except Http404:
                return problem(HTTPStatus.NOT_FOUND)
            except PraxisError as error:
                return problem(
                    STATUS.get(type(error), HTTPStatus.UNPROCESSABLE_ENTITY), error.message, field=error.field
                )
            add_never_cache_headers(answer)
            return answer

        return wrapped

    return decorate


def read_json(request: HttpRequest) -> dict[str, Any]:
    """Raises BodyMalformed. An empty body is an empty object."""
    try:
        said = json.loads(request.body or b"{}")
    except (ValueError, RecursionError) as error:
        raise BodyMalformed("JSON") from error
    if not isinstance(said, dict):
        raise BodyMalformed("JSON")
    return said


def text_of(said: dict[str, Any], name: str) -> str:
    """Empty when it is missing or no text; a NUL never reaches the database."""
    value = said.get(name)
    return value.replace("\x00", "").encode("utf-8", "ignore").decode() if isinstance(value, str) else ""


def number_of(value: str | None) -> int:
    """Of the address; what is no number counts as 0."""
    said = value or ""
    return int(said) if said.isascii() and said.isdigit() and len(said) <= 18 else 0


def known_number(said: Mapping[str, Any], name: str) -> int:
    """Of a JSON object; 0 when it is missing or no whole number that fits."""
    value = said.get(name)
    return value if type(value) is int and 0 <= value < 2**31 else 0
