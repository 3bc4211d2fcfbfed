from collections.abc import Callable, Mapping
from contextlib import ExitStack
from datetime import datetime
from typing import Any, ClassVar, cast
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone, translation
from django_scopes import scope
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from accounts.models import ApiToken, User
from integrations.api import problems
from integrations.api.answers import Answer
from integrations.api.authentication import BearerToken
from integrations.api.idempotency import answer_once, fingerprint_of, read_key
from integrations.api.parsing import StrictJSON
from integrations.api.permissions import HasScope
from integrations.api.serializers import read_by
from praxis.core.audit import VIA_API, acting_via


class AlwaysJSON(BaseContentNegotiation):
    """There is one format; what a client accepts besides changes nothing."""

    def select_parser(self, request: Request, parsers: list[BaseParser]) -> BaseParser | None:  # type: ignore[override]
        content_type = request.content_type.partition(";")[0].strip().lower()
        return next((parser for parser in parsers if parser.media_type == content_type), None)

    def select_renderer(  # type: ignore[override]
        self, request: Request, renderers: list[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        return renderers[0], renderers[0].media_type or ""


class ApiView(APIView):
    """One request of a token: in the scope and zone of its practice, in German, audited as coming by the API."""

    # Which right each method needs; a method that is not listed does not exist.
    scopes: ClassVar[Mapping[str, str]] = {}

    http_method_names = ["get", "head", "post", "patch", "delete"]
    authentication_classes = [BearerToken]
    permission_classes = [HasScope]
    parser_classes = [StrictJSON]
    renderer_classes = [JSONRenderer]
    content_negotiation_class = AlwaysJSON
    metadata_class = None

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with ExitStack() as self._around, translation.override("de"):
            return super().dispatch(request, *args, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        practice = self.token.practice
        self.now: datetime = timezone.now()
        self.zone = ZoneInfo(practice.time_zone)
        self._around.enter_context(scope(practice=practice))
        self._around.enter_context(timezone.override(self.zone))
        self._around.enter_context(acting_via(VIA_API))

    def get_exception_handler(self) -> Any:
        return problems.exception_handler

    @property
    def token(self) -> ApiToken:
        return cast(ApiToken, self.request.auth)

    @property
    def actor(self) -> User:
        return cast(User, self.request.user)

    def read(self, serializer: type[Serializer[Any]]) -> dict[str, Any]:
        """The checked body. Raises ValidationError."""
        return read_by(serializer, self.request.data)

    def once(self, act: Callable[[], Answer]) -> HttpResponse:
        """Do it, or answer as the first request with this Idempotency-Key was answered."""
        key = read_key(self.request)
        if key is None:
            return act().response()
        fingerprint = fingerprint_of(self.request)
        return answer_once(token=self.token, key=key, fingerprint=fingerprint, now=self.now, act=act).response()
