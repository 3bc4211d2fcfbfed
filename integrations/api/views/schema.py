from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import Resolver404, resolve
from drf_spectacular.views import SpectacularAPIView
from rest_framework.request import Request

from integrations.api import problems
from integrations.api.problems import not_found
from integrations.api.views.base import ApiView


class Schema(SpectacularAPIView):
    """OpenAPI 3, readable without a token: it describes forms, not people."""

    urlconf = "integrations.api.routes"

    def get_exception_handler(self) -> Any:
        return problems.exception_handler


class Unknown(ApiView):
    """Any other address below /api/. One with a slash too many means the one without."""

    authentication_classes = []
    permission_classes = []

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.path.endswith("/"):
            try:
                match = resolve(request.path.rstrip("/"), "integrations.api.routes")
            except Resolver404:
                return super().dispatch(request, *args, **kwargs)
            answer: HttpResponseBase = match.func(request, *match.args, **match.kwargs)
            return answer
        return super().dispatch(request, *args, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        raise not_found()
