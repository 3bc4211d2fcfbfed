import pytest
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from praxis.core.audit import current_via
from praxis.core.middleware import Utf8Only, audit_via


@pytest.mark.parametrize(("path", "via"), [("/kalender/", "web"), ("/api/v1/appointments", "api")])
def test_the_audit_knows_by_which_door_a_request_came(path: str, via: str) -> None:
    seen: list[str] = []

    def answer(request: HttpRequest) -> HttpResponse:
        seen.append(current_via.get())
        return HttpResponse()

    audit_via(answer)(RequestFactory().get(path))

    assert seen == [via]
    assert current_via.get() == "command", "outside a request nothing of it remains"


@pytest.mark.parametrize("charset", ["utf-7", "utf-16", "latin-1"])
def test_a_form_in_another_charset_is_refused_and_json_is_utf_8_anyway(charset: str) -> None:
    asked: list[str] = []

    def answer(request: HttpRequest) -> HttpResponse:
        asked.append(request.GET["q"])
        return HttpResponse()

    ask = RequestFactory().get
    with pytest.raises(BadRequest):
        Utf8Only(answer)(
            ask("/patienten/?q=%C3%BC", CONTENT_TYPE=f"multipart/form-data; charset={charset}; boundary=x")
        )
    Utf8Only(answer)(ask("/api/v1/patients?q=%C3%BC", CONTENT_TYPE=f"application/json; charset={charset}"))
    Utf8Only(answer)(ask("/patienten/?q=%C3%BC", CONTENT_TYPE="multipart/form-data; charset=UTF-8; boundary=x"))

    assert asked == ["ü", "ü"]
