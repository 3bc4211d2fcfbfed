from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django_scopes import scope, scopes_disabled

from praxis.core.asking import remembering_answers


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
