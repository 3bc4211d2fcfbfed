"""The call API as eTermin sees it. Nothing works off the inbox here: its answers must not need that."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from django_scopes import scope

from accounts.models import DoctorRole, User
from accounts.services.tokens import create_token


class CallClient:
    def __init__(self, secret: str) -> None:
        self.http = Client(raise_request_exception=False)
        self.headers = {"Authorization": f"Bearer {secret}"}

    def send(self, method: str, body: Any = None, path: str = "") -> Any:
        data = body if isinstance(body, (str, bytes)) else "" if body is None else json.dumps(body)
        address = f"/api/v2/calls{path}"
        return self.http.generic(method, address, data, content_type="application/json", headers=self.headers)

    def made(self, body: Any, status: int = 201) -> dict[str, Any]:
        answer = self.send("POST", body)
        assert answer.status_code == status, answer.content
        data: dict[str, Any] = json.loads(answer.content)["data"]
        return data


@pytest.fixture
def client_of() -> Callable[..., CallClient]:
    def make(user: User, *scopes: str) -> CallClient:
        with scope(practice=user.practice):
            return CallClient(create_token(user=user, scopes=scopes or ["video:call"], now=timezone.now())[1])

    return make


@pytest.fixture
def etermin(practice_admin: User, client_of: Callable[..., CallClient]) -> CallClient:
    return client_of(practice_admin)


@pytest.fixture
def role(doctor: User) -> DoctorRole:
    assert doctor.practice
    with scope(practice=doctor.practice):
        return DoctorRole.objects.create(practice=doctor.practice, name="Dr. Reuter", user=doctor)


@pytest.fixture
def wanted(role: DoctorRole) -> dict[str, Any]:
    """In half an hour, so that the waiting room is open."""
    begin = int(timezone.now().timestamp()) // 60 * 60 + 1800
    return {
        "call_type": "tan", "for_user_id": role.pk, "begin": begin, "duration": 20, "tan_username": "Erika Muster",
        "tan_email": "Erika@Example.org", "tan_phone": "+491511234567", "tan_data_agreed": True, "extid": "e-1",
        "note": "Rückenschmerzen", "birthday": "1980-02-29",
    }  # fmt: skip
