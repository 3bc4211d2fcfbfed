"""Which pages patients read, and in which language. Everything else is German, as the practice is."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.cache import patch_vary_headers

from accounts.models import User

# Beginnings of addresses. Pages below konto/ are for staff and patients.
FOR_PATIENTS = (
    "/mein/", "/willkommen/", "/registrierung/", "/sprache/", "/video/login/", "/video/warteraum/",
    "/video/bedingungen/", "/video/gespraech/",
)  # fmt: skip
JOINING = "/video/"
FOR_BOTH = "/konto/"
STAFF_FRAME, PATIENT_FRAME = "base.html", "base_patient.html"


def is_for_patients(request: HttpRequest) -> bool:
    if request.path == JOINING or request.path.startswith(FOR_PATIENTS):
        return True
    return request.path.startswith(FOR_BOTH) and not _is_staff(request)


def language_of(request: HttpRequest) -> str:
    """What was chosen on this device, then what the person chose elsewhere, then what the browser asks for."""
    user = request.user
    has_chosen_here = settings.LANGUAGE_COOKIE_NAME in request.COOKIES
    # German is what an account begins with, so it says nothing.
    if not has_chosen_here and isinstance(user, User) and user.language != settings.LANGUAGE_CODE:
        return user.language
    return translation.get_language_from_request(request)


class PatientLanguageMiddleware:
    """Instead of Django's LocaleMiddleware. Tells pages `is_for_patients`, and those of an account their `frame`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        patients = is_for_patients(request)
        request.is_for_patients = patients  # type: ignore[attr-defined]
        request.frame = STAFF_FRAME if _has_desk(request) else PATIENT_FRAME  # type: ignore[attr-defined]
        language = language_of(request) if patients else settings.LANGUAGE_CODE
        with translation.override(language):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        if patients:
            patch_vary_headers(response, ("Accept-Language", "Cookie"))
        return response


def _is_staff(request: HttpRequest) -> bool:
    return getattr(request.user, "practice_id", None) is not None


def _has_desk(request: HttpRequest) -> bool:
    """Staff and operators have a place of work here, patients only their own pages."""
    return _is_staff(request) or getattr(request.user, "is_superuser", False)


def start_url(user: User) -> str:
    """Where somebody begins who has just signed in."""
    if user.practice_id is not None:
        return reverse("calendar")
    return reverse("admin:index") if user.is_superuser else reverse("patient_area")
