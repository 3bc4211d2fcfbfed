"""Every refusal of the API as RFC 9457 problem: German words for people, a code for programs, never a name."""

import logging
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from django.db import OperationalError
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.settings import api_settings

from accounts.services.patients import PatientNumberTaken
from integrations.api.answers import Answer, LocalTimes
from praxis.core.exceptions import PraxisError
from scheduling.services import EntryChanged, SlotTaken

logger = logging.getLogger(__name__)

PROBLEM_JSON = "application/problem+json"
T = TypeVar("T")
type_error = dict[str, str]


class Problem(Exception):
    """A refusal that the API itself decides."""

    def __init__(
        self, status: int, code: str, detail: str, *, field: str = "", fields: Iterable[str] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:  # fmt: skip
        super().__init__(detail)
        self.status, self.code, self.detail = status, code, detail
        self.errors = [{"field": name, "message": detail} for name in (*fields, field) if name]
        self.headers = dict(headers or {})

    def answer(self) -> Answer:
        return problem(self.status, self.code, self.detail, errors=self.errors, headers=self.headers)


def not_found(field: str = "") -> Problem:
    """Missing and foreign alike. `field` names the part of the request that points nowhere."""
    return Problem(404, "not_found", _("Das gibt es in dieser Praxis nicht."), field=field)


def pointed_at(field: str, find: Callable[..., T], *args: Any) -> T:
    """What an id inside a request points at; a missing or foreign one answers 404 and names the field."""
    try:
        return find(*args)
    except Http404 as error:
        raise not_found(field) from error


def invalid(field: str, message: str) -> Problem:
    return Problem(400, "invalid", message, field=field)


def problem(
    status: int, code: str, detail: str, *, errors: list[type_error] | None = None,
    headers: Mapping[str, str] | None = None, **extra: Any,
) -> Answer:  # fmt: skip
    data: dict[str, Any] = {
        "type": f"urn:praxis:problem:{code}", "title": str(TITLES.get(status, TITLES[400])), "status": status,
        "code": code, "detail": detail,
    }  # fmt: skip
    if errors:
        data["errors"] = errors
    return Answer(status, data | extra, headers=dict(headers or {}), content_type=PROBLEM_JSON)


def of_praxis_error(error: PraxisError) -> Answer:
    """A rule of the practice said no."""
    if isinstance(error, SlotTaken):
        times = LocalTimes()
        slots = [times.slot(slot) for slot in error.next_free]
        return problem(409, "slot_taken", error.public_message, next_free=slots)
    if isinstance(error, EntryChanged):
        return problem(409, "entry_changed", _("Der Termin wurde inzwischen geändert. Bitte neu lesen."))
    errors = [{"field": error.field, "message": error.message}] if error.field else None
    if isinstance(error, PatientNumberTaken):
        return problem(409, "patient_number_taken", error.message, errors=errors)
    return problem(422, "impossible", error.message, errors=errors)


def exception_handler(error: Exception, context: dict[str, Any]) -> HttpResponse:
    """For DRF: an answer to anything that a view raised."""
    if isinstance(error, PraxisError):
        return of_praxis_error(error).response()
    if isinstance(error, Problem):
        return error.answer().response()
    if isinstance(error, Http404):
        return not_found().answer().response()
    if isinstance(error, exceptions.APIException):
        return of_framework_error(error).response()
    if isinstance(error, OperationalError):
        logger.error("API: database not usable (%s)", type(error.__cause__).__name__)
        detail = _("Die Datenbank antwortet gerade nicht. Bitte gleich noch einmal versuchen.")
        return problem(503, "unavailable", detail, headers={"Retry-After": "2"}).response()
    logger.exception("API: %s failed", type(context["view"]).__name__)
    return problem(500, "internal", _("Das hat nicht geklappt. Bitte später noch einmal versuchen.")).response()


def of_framework_error(error: exceptions.APIException) -> Answer:
    if isinstance(error, exceptions.ValidationError):
        errors = list(_flat(error.detail))
        return problem(400, "invalid", _("Bitte die genannten Angaben prüfen."), errors=errors)
    code = CODES.get(error.status_code, "refused")
    return problem(error.status_code, code, str(error.detail))


def _flat(detail: Any, path: str = "") -> list[type_error]:
    """DRF nests errors as the body is nested; here each gets the path of its field: "patient.birth_date"."""
    if isinstance(detail, Mapping):
        found = []
        for name, inner in detail.items():
            here = "" if name == api_settings.NON_FIELD_ERRORS_KEY else str(name)
            found += _flat(inner, ".".join(filter(None, (path, here))))
        return found
    if isinstance(detail, list):
        return [error for inner in detail for error in _flat(inner, path)]
    return [{"field": path, "message": str(detail)}]


CODES = {400: "malformed", 404: "not_found", 405: "method_not_allowed", 413: "too_large", 415: "unsupported_media_type"}
TITLES = {
    400: "Angaben fehlen oder stimmen nicht",
    401: "Nicht angemeldet",
    403: "Nicht erlaubt",
    404: "Nicht gefunden",
    405: "So nicht möglich",
    409: "Widerspruch zum jetzigen Stand",
    410: "Gelöscht",
    413: "Zu groß",
    415: "Unbekanntes Format",
    422: "So nicht möglich",
    500: "Fehler auf dem Server",
    503: "Gerade nicht erreichbar",
}
