"""Marks what comes in by HTTP for the audit."""

import inspect
from collections.abc import Awaitable, Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.decorators import sync_and_async_middleware

from praxis.core.audit import VIA_API, VIA_WEB, acting_via


def _via(request: HttpRequest) -> str:
    return VIA_API if request.path.startswith("/api/") else VIA_WEB


@sync_and_async_middleware
def audit_via(
    get_response: Callable[[HttpRequest], HttpResponseBase | Awaitable[HttpResponseBase]],
) -> Callable[[HttpRequest], HttpResponseBase | Awaitable[HttpResponseBase]]:
    if inspect.iscoroutinefunction(get_response):

        async def answer_async(request: HttpRequest) -> HttpResponseBase:
            with acting_via(_via(request)):
                return await get_response(request)

        return answer_async

    def answer(request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        with acting_via(_via(request)):
            return get_response(request)

    return answer
