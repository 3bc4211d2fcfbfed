"""The API as a caller sees it."""

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from django_scopes import scope

from accounts.models import ApiToken, User
from accounts.services.tokens import create_token

ALL = ("calendar:read", "calendar:write", "patients:read", "patients:write", "video:call")


@pytest.fixture(autouse=True)
def _monday_morning(now: datetime) -> Iterator[None]:
    """The API reads the clock itself; in these tests it stands still."""
    with time_machine.travel(now, tick=False):
        yield


class ApiClient:
    def __init__(self, secret: str) -> None:
        self.http = Client(raise_request_exception=False)
        self.headers = {"Authorization": f"Bearer {secret}"}

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> HttpResponse:
        """`body` is sent as JSON; text as it is. Header names with underscores."""
        extra = {name.replace("_", "-"): value for name, value in headers.items()}
        data = body if isinstance(body, (str, bytes)) else "" if body is None else json.dumps(body)
        return self.http.generic(
            method, f"/api/v1/{path}", data, content_type="application/json", headers=self.headers | extra
        )

    def get(self, path: str, **headers: str) -> HttpResponse:
        return self.send("GET", path, **headers)

    def post(self, path: str, body: Any, **headers: str) -> HttpResponse:
        return self.send("POST", path, body, **headers)

    def patch(self, path: str, body: Any, **headers: str) -> HttpResponse:
        return self.send("PATCH", path, body, **headers)

    def delete(self, path: str, **headers: str) -> HttpResponse:
        return self.send("DELETE", path, **headers)


def make_secret(user: User, scopes: Iterable[str] = ALL) -> str:
    with scope(practice=user.practice):
        return create_token(user=user, scopes=scopes, now=timezone.now())[1]


@pytest.fixture
def api_for() -> Callable[..., ApiClient]:
    """`api_for(user, "calendar:read")`: a client with a fresh token; without scopes named, with all of them."""

    def make(user: User, *scopes: str) -> ApiClient:
        return ApiClient(make_secret(user, scopes or ALL))

    return make


@pytest.fixture
def api(reception: User, api_for: Callable[..., ApiClient]) -> ApiClient:
    return api_for(reception)


@pytest.fixture
def token(api: ApiClient, reception: User) -> ApiToken:
    with scope(practice=reception.practice):
        return ApiToken.objects.get(user=reception)
