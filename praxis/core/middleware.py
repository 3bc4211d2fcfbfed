"""What holds for everything that comes in by HTTP: where the audit says it came from, and that its text is UTF-8."""

from collections.abc import Callable

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from praxis.core.audit import VIA_API, VIA_WEB, acting_via

UTF_8 = "utf-8"


def _via(request: HttpRequest) -> str:
    return VIA_API if request.path.startswith(("/api/", "/hooks/")) else VIA_WEB


class Utf8Only:
    """Nobody may choose by which codec we read: some make text that no database takes, others none at all.

    JSON has no other charset, so the API reads UTF-8 whatever the header says (RFC 8259); a form is refused.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if (request.encoding or UTF_8).lower() != UTF_8:
            # The page that refuses it reads the form once more, for its token.
            request.encoding = UTF_8
            if _via(request) != VIA_API:
                raise BadRequest("Text comes in as UTF-8.")
        return self.get_response(request)


def audit_via(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    def answer(request: HttpRequest) -> HttpResponseBase:
        with acting_via(_via(request)):
            return get_response(request)

    return answer
