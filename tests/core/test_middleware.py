import asyncio

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from praxis.core.audit import current_via
from praxis.core.middleware import audit_via


@pytest.mark.parametrize(("path", "via"), [("/kalender/", "web"), ("/api/v1/appointments", "api")])
def test_the_audit_knows_by_which_door_a_request_came(path: str, via: str) -> None:
    seen: list[str] = []

    def answer(request: HttpRequest) -> HttpResponse:
        seen.append(current_via.get())
        return HttpResponse()

    async def answer_async(request: HttpRequest) -> HttpResponse:
        return answer(request)

    request = RequestFactory().get(path)
    audit_via(answer)(request)
    asyncio.run(audit_via(answer_async)(request))

    assert seen == [via, via]
    assert current_via.get() == "command", "outside a request nothing of it remains"
