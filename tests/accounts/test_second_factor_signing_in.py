"""Signing in with an app, with recovery codes; what is stored; what nobody gets past."""

import json
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import call_command
from django.test import Client
from django_scopes import scope

from accounts.models import HistoryLine, Practice, User
from praxis.core import crypto
from tests.factories import PASSWORD
from tests.second_factors import add_app, add_passkey_row, add_recovery_codes, code_of
from tests.signing_in import sign_in_freshly

SIGN_IN = "/konto/login/"
SECOND = "/konto/zweiter-faktor/authenticate/"
SET_UP = "/konto/zweiter-faktor/"


def history(user: User) -> list[str]:
    with scope(practice=user.practice):
        return list(HistoryLine.objects.filter(user=user).order_by("pk").values_list("kind", flat=True))


def give_password(client: Client, user: User, **extra: str) -> Any:
    return client.post(SIGN_IN, {"login": user.email, "password": PASSWORD, **extra})


@pytest.fixture
def secret(reception: User) -> str:
    return add_app(reception)


def test_the_password_alone_opens_nothing(client: Client, reception: User, secret: str) -> None:
    assert give_password(client, reception).headers["Location"] == SECOND
    assert client.get("/kalender/").headers["Location"].startswith(SIGN_IN)
    assert client.get(SET_UP).headers["Location"].startswith(SIGN_IN)
    assert client.get("/live/").status_code == 403


def test_password_and_code_open(client: Client, reception: User, secret: str) -> None:
    give_password(client, reception)
    assert client.post(SECOND, {"code": code_of(secret)}).status_code == 302
    assert client.get("/kalender/").status_code == 200
    assert history(reception) == ["signed_in"]


def test_a_wrong_code_says_so_and_is_remembered(client: Client, reception: User, secret: str) -> None:
    give_password(client, reception)
    answer = client.post(SECOND, {"code": "000000"})
    assert "Der Code stimmt nicht" in answer.content.decode()
    assert client.get("/kalender/").status_code == 302
    assert history(reception) == ["sign_in_failed"]


def test_a_code_opens_once(client: Client, reception: User, secret: str) -> None:
    code = code_of(secret)
    give_password(client, reception)
    client.post(SECOND, {"code": code})
    other = Client()
    give_password(other, reception)
    assert other.post(SECOND, {"code": f"{code[:3]} {code[3:]}"}).status_code == 200
    assert other.get("/kalender/").status_code == 302


def test_a_clock_half_a_minute_off_still_opens(client: Client, reception: User, secret: str) -> None:
    give_password(client, reception)
    assert client.post(SECOND, {"code": code_of(secret, seconds=-30)}).status_code == 302
    other = Client()
    give_password(other, reception)
    assert other.post(SECOND, {"code": code_of(secret, seconds=-90)}).status_code == 200


def test_five_wrong_codes_end_the_guessing(client: Client, reception: User, secret: str) -> None:
    give_password(client, reception)
    for _ in range(5):
        client.post(SECOND, {"code": "000000"})
    answer = client.post(SECOND, {"code": code_of(secret)})
    assert "Zu viele Versuche" in answer.content.decode()
    assert client.get("/kalender/").status_code == 302


def test_a_recovery_code_opens_once_and_is_told(client: Client, reception: User, secret: str) -> None:
    code = add_recovery_codes(reception)[0]
    give_password(client, reception)
    assert client.post(SECOND, {"code": code}).status_code == 302
    assert client.get("/kalender/").status_code == 200
    assert history(reception) == ["recovery_used"]
    other = Client()
    give_password(other, reception)
    assert other.post(SECOND, {"code": code}).status_code == 200


def test_setting_up_an_app_gives_recovery_codes(
    client: Client, reception: User, django_capture_on_commit_callbacks: Any
) -> None:
    sign_in_freshly(client, reception)
    page = client.get("/konto/zweiter-faktor/totp/activate/")
    secret = page.context["form"].secret
    assert "no-store" in page.headers["Cache-Control"]
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post("/konto/zweiter-faktor/totp/activate/", {"code": code_of(secret)}, follow=True)
    assert answer.redirect_chain[-1][0] == "/konto/zweiter-faktor/recovery-codes/"
    assert len(answer.context["unused_codes"]) == 10
    assert "no-store" in answer.headers["Cache-Control"]
    assert history(reception) == ["factor_added"]


def test_who_signed_in_long_ago_confirms_first(client: Client, reception: User) -> None:
    client.force_login(reception)
    answer = client.get("/konto/zweiter-faktor/totp/activate/")
    assert answer.headers["Location"].startswith("/konto/reauthenticate/")


def test_secrets_are_not_readable_in_the_database(reception: User, secret: str) -> None:
    codes = add_recovery_codes(reception)
    stored = json.dumps(list(Authenticator.objects.values_list("data", flat=True)))
    assert secret not in stored
    assert not any(code in stored for code in codes)
    app = Authenticator.objects.get(type="totp")
    assert crypto.decrypt(app.data["secret"], aad="mfa_authenticator.data") == secret


def test_an_old_key_can_go_after_the_rotation(client: Client, reception: User, secret: str, settings: Any) -> None:
    recovery = add_recovery_codes(reception)
    old, new = settings.FIELD_KEYS, f"neu:{'A' * 43}="
    settings.FIELD_KEYS = f"{new},{old}"
    call_command("rotate_secrets", verbosity=0)
    settings.FIELD_KEYS = new
    assert Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes() == recovery
    give_password(client, reception)
    assert client.post(SECOND, {"code": code_of(secret)}).status_code == 302


class TestTheLastFactor:
    @pytest.fixture(autouse=True)
    def _due(self, practice: Practice) -> None:
        Practice.objects.filter(pk=practice.pk).update(second_factor_from="2026-01-01")

    def test_an_app_stays_while_it_is_the_only_one(self, client: Client, reception: User, secret: str) -> None:
        sign_in_freshly(client, reception)
        answer = client.post("/konto/zweiter-faktor/totp/deactivate/")
        assert "Ihr Zugang braucht einen zweiten Faktor" in answer.content.decode()
        assert Authenticator.objects.count() == 1

    def test_a_passkey_stays_while_it_is_the_only_one(self, client: Client, reception: User) -> None:
        passkey = add_passkey_row(reception)
        add_recovery_codes(reception)
        sign_in_freshly(client, reception)
        client.post(f"/konto/zweiter-faktor/webauthn/keys/{passkey.pk}/remove/")
        assert Authenticator.objects.filter(type="webauthn").exists()

    def test_with_another_one_it_may_go(self, client: Client, reception: User, secret: str) -> None:
        passkey = add_passkey_row(reception)
        sign_in_freshly(client, reception)
        client.post(f"/konto/zweiter-faktor/webauthn/keys/{passkey.pk}/remove/")
        assert [one.type for one in Authenticator.objects.all()] == ["totp"]
        assert history(reception) == ["factor_removed"]


def test_whoever_needs_none_may_remove_the_last_one(client: Client, reception: User, secret: str) -> None:
    add_recovery_codes(reception)
    sign_in_freshly(client, reception)
    client.post("/konto/zweiter-faktor/totp/deactivate/")
    assert not Authenticator.objects.exists()


@pytest.mark.parametrize(
    "credential",
    [
        "", "x", "null", "[]", "{}", "1", '"x"', '{"id": 1}', '{"id": "x", "response": 1}', "[" * 100_000,
        '{"response": {"userHandle": "eA"}}', '{"response": {"userHandle": 1}}', '{"response": {"userHandle": null}}',
        '{"id": "\\u0000", "rawId": "eA", "type": "public-key", "response": {}}',
        '{"id": "eA", "rawId": "eA", "type": "public-key", "response": {"clientDataJSON": "e30", '
        '"authenticatorData": "eA", "signature": "eA", "userHandle": "eA"}}',
        '{"id": "eA", "rawId": "eA", "type": "public-key", "response": {"clientDataJSON": "e30", '
        '"attestationObject": "oA"}}',
    ],
)  # fmt: skip
def test_no_credential_breaks_a_page(client: Client, reception: User, credential: str) -> None:
    passkeys = "/konto/zweiter-faktor/webauthn/"
    client.get(f"{passkeys}login/", headers={"accept": "application/json"})
    assert client.post(f"{passkeys}login/", {"credential": credential}).status_code in (200, 302)
    add_app(reception)
    give_password(client, reception)
    assert client.post(SECOND, {"credential": credential}).status_code == 200
    sign_in_freshly(client, reception)
    assert client.post(f"{passkeys}add/", {"credential": credential, "name": "x"}).status_code == 200
    assert client.post(f"{passkeys}reauthenticate/", {"credential": credential}).status_code in (200, 302)
    assert not Authenticator.objects.filter(type="webauthn").exists()
