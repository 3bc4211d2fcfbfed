from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django_scopes import scope, scopes_disabled

from accounts.models import User
from praxis.core.asking import remembering_answers

# What stays open without a second factor that is due: setting one up, the password, the language, going.
OPEN_PREFIX = "mfa_"
OPEN = {"account_change_password", "account_set_password", "account_reauthenticate", "account_logout", "language"}
SET_UP = "mfa_index"
READING = ("GET", "HEAD")


class PracticeScopeMiddleware:
    """Each request of a signed-in person sees exactly the rows of that person's practice, in its time zone."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        practice = getattr(request.user, "practice", None)
        if practice is None:
            return self._without_practice(request)
        with scope(practice=practice), timezone.override(ZoneInfo(practice.time_zone)), remembering_answers():
            return self.get_response(request)

    def _without_practice(self, request: HttpRequest) -> HttpResponse:
        """Operators of the server look across practices in the admin, and nowhere else."""
        if getattr(request.user, "is_superuser", False) and request.path.startswith(reverse("admin:index")):
            with scopes_disabled():
                return self.get_response(request)
        return self.get_response(request)


class SecondFactorMiddleware:
    """Whoever must have a second factor and has none gets to where it is set up, and nowhere else (ADR 0015).

    Every door that a session opens: pages, parts of pages, the live stream, the admin. The API asks for itself.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.resolver_match and (request.resolver_match.url_name or "").startswith(OPEN_PREFIX):
            # These pages show keys and codes.
            add_never_cache_headers(response)
        return response

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        user = request.user
        if not isinstance(user, User) or not user.lacks_second_factor(timezone.now()):
            return None
        # The usual frame is full of ways that are closed.
        request.frame = "base_plain.html"  # type: ignore[attr-defined]
        name = (request.resolver_match.url_name if request.resolver_match else None) or ""
        return None if name.startswith(OPEN_PREFIX) or name in OPEN else _closed(request)


def _closed(request: HttpRequest) -> HttpResponse:
    if "HX-Request" in request.headers:
        return HttpResponse(status=403, headers={"HX-Redirect": reverse(SET_UP)})
    is_page = request.accepts("text/html") and request.headers.get("Sec-Fetch-Dest", "document") == "document"
    if not is_page:
        return HttpResponse(_("Bitte zuerst einen zweiten Faktor einrichten."), status=403, content_type="text/plain")
    if request.method in READING:
        return redirect(SET_UP)
    # No way on from here: going back in the browser still shows what was typed.
    return render(request, "account/second_factor_due.html", status=403)
