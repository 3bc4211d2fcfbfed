from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django_scopes import scope


class PracticeScopeMiddleware:
    """Each request of a signed-in person sees exactly the rows of that person's practice, in its time zone."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        practice = getattr(request.user, "practice", None)
        if practice is None:
            return self.get_response(request)
        with scope(practice=practice), timezone.override(ZoneInfo(practice.time_zone)):
            return self.get_response(request)
