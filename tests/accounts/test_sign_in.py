from typing import Any

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client

from accounts.models import User
from tests.factories import PASSWORD

SIGN_IN = "/konto/login/"


def sign_in(client: Client, email: str, password: str) -> int:
    return client.post(SIGN_IN, {"login": email, "password": password}).status_code


def test_staff_sign_in_with_e_mail_and_password(client: Client, reception: User) -> None:
    assert sign_in(client, "Empfang@demo.example", PASSWORD) == 302
    assert client.get("/kalender/").status_code == 200


def test_a_wrong_password_says_so_in_german_and_keeps_the_address(client: Client, reception: User) -> None:
    response = client.post(SIGN_IN, {"login": reception.email, "password": "falsch"})
    assert response.status_code == 200
    assert reception.email in response.content.decode()
    assert "SESSION" not in response.cookies


@pytest.mark.parametrize(("demo", "status"), [(False, 200), (True, 302)])
def test_the_published_password_opens_the_demo_only(
    client: Client, reception: User, settings: Any, demo: bool, status: int
) -> None:
    settings.DEMO = demo
    reception.set_password("praxis-demo")
    reception.save(update_fields=["password"])
    assert sign_in(client, reception.email, "praxis-demo") == status


def test_nobody_may_choose_the_published_password(reception: User) -> None:
    with pytest.raises(ValidationError, match="öffentlich bekannt"):
        validate_password("praxis-demo", reception)


def test_signing_up_is_closed(client: Client, db: None) -> None:
    response = client.post("/konto/signup/", {"email": "neu@demo.example", "password1": PASSWORD})
    assert not User.objects.exists()
    assert response.status_code == 404


def test_pages_ask_for_sign_in_first(client: Client, db: None) -> None:
    response = client.get("/kalender/")
    assert response.status_code == 302
    assert response["Location"].startswith(SIGN_IN)


def test_the_admin_uses_the_same_sign_in(client: Client, reception: User, practice_admin: User) -> None:
    assert client.get("/verwaltung/")["Location"].startswith("/verwaltung/login/")
    assert client.get("/verwaltung/login/?next=/verwaltung/")["Location"].startswith(SIGN_IN)
    client.force_login(reception)
    assert client.get("/verwaltung/").status_code in (302, 403, 404)
    client.force_login(practice_admin)
    assert client.get("/verwaltung/").status_code == 200
