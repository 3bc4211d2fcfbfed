"""Tokens of the REST API: made by command or page, shown once, ended by time or by hand."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_scopes import scope, scopes_disabled

from accounts.models import ApiToken, Practice, User
from accounts.services.tokens import create_token, find_valid_token, revoke_token
from accounts.services.users import activate_user, deactivate_user
from praxis.core.models import AuditEntry
from tests.signing_in import sign_in_freshly

PAGE = "/einstellungen/api/"
GOOD = {"name": "Telefonsystem", "scopes": ["calendar:read", "calendar:write"], "days": "90"}


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    def run(*arguments: str) -> str:
        call_command("api_token", *arguments)
        return capsys.readouterr().out

    return run


def status_with(secret: str) -> int:
    return Client().get("/api/v1/columns", headers={"Authorization": f"Bearer {secret}"}).status_code


def test_the_command_prints_the_token_and_nothing_else(command: Callable[..., str], reception: User) -> None:
    printed = command("create", "--user", reception.email, "--scope", "calendar:read", "--scope", "patients:read")

    assert re.fullmatch(r"praxis_[\w-]{43}\n", printed)
    assert status_with(printed.strip()) == 200
    with scopes_disabled():
        token = ApiToken.objects.get()
    assert token.scopes == ["calendar:read", "patients:read"]
    assert printed.strip() not in token.token_hash
    assert token.expires_at is None


@pytest.mark.parametrize(
    "arguments",
    [
        ("--user", "nobody@demo.example", "--scope", "calendar:read"),
        ("--user", "empfang@demo.example", "--scope", "calendar:all"),
        ("--user", "empfang@demo.example", "--scope", "calendar:read", "--days", "0"),
        ("--user", "empfang@demo.example", "--scope", "calendar:read", "--days", "999999999"),
        ("--user", "empfang@demo.example", "--scope", "calendar:read", "--name", "x" * 81),
        ("--user", "empfang@demo.example"),
    ],
)
def test_the_command_refuses_what_cannot_be(
    command: Callable[..., str], reception: User, arguments: tuple[str, ...]
) -> None:
    with pytest.raises(CommandError):
        command("create", *arguments)
    with scopes_disabled():
        assert not ApiToken.objects.exists()


def test_an_operator_without_practice_gets_no_token(command: Callable[..., str], db: None) -> None:
    User.objects.create_superuser("operator@server.example", "x")

    with pytest.raises(CommandError, match="keiner Praxis"):
        command("create", "--user", "operator@server.example", "--scope", "calendar:read")


def test_a_token_ends_with_its_days(command: Callable[..., str], reception: User) -> None:
    secret = command("create", "--user", reception.email, "--scope", "calendar:read", "--days", "2").strip()

    with time_machine.travel(timezone.now() + timedelta(days=1, hours=23), tick=False):
        assert status_with(secret) == 200
    with time_machine.travel(timezone.now() + timedelta(days=2, hours=1), tick=False):
        assert status_with(secret) == 401


def test_the_command_lists_and_revokes(command: Callable[..., str], reception: User) -> None:
    secret = command(
        "create", "--user", reception.email, "--scope", "calendar:read", "--name", "Telefonsystem"
    ).strip()  # fmt: skip
    line = command("list").split("\t")

    assert line[1:4] == ["demo", reception.email, "valid"]
    assert secret not in "\t".join(line)
    command("revoke", line[0])
    assert status_with(secret) == 401
    assert "revoked" in command("list")
    with pytest.raises(CommandError):
        command("revoke", "999999")


@pytest.mark.parametrize("change", [{"is_active": False}, None])
def test_a_token_ends_with_its_person_and_its_practice(reception: User, change: dict[str, Any] | None) -> None:
    with scope(practice=reception.practice):
        _token, secret = create_token(user=reception, scopes=["calendar:read"], now=timezone.now())
    if change:
        User.objects.filter(pk=reception.pk).update(**change)
    else:
        Practice.objects.update(is_active=False)

    assert status_with(secret) == 401


def test_the_last_use_is_written_once_a_minute(reception: User) -> None:
    now = timezone.now()
    with scope(practice=reception.practice):
        token, secret = create_token(user=reception, scopes=["calendar:read"], now=now)
        for seconds, expected in ((0, 0), (30, 0), (61, 61)):
            assert find_valid_token(secret=secret, now=now + timedelta(seconds=seconds))
            token.refresh_from_db()
            assert token.last_used_at == now + timedelta(seconds=expected)


def test_asking_who_calls_is_one_query(reception: User, django_assert_num_queries: Any) -> None:
    now = timezone.now()
    with scope(practice=reception.practice):
        _token, secret = create_token(user=reception, scopes=["calendar:read"], now=now)
    find_valid_token(secret=secret, now=now)

    with django_assert_num_queries(1):
        found = find_valid_token(secret=secret, now=now)
        assert found
        assert (found.user, found.practice, found.user.practice) == (reception, reception.practice, reception.practice)
        assert found.user.shortcuts == {}
        assert found.practice.slot_colours == {}


def test_revoking_twice_is_audited_once(reception: User) -> None:
    with scope(practice=reception.practice):
        token, _secret = create_token(user=reception, scopes=["calendar:read"], now=timezone.now())
        for _time in range(2):
            revoke_token(token=token, actor=reception, now=timezone.now())

        assert AuditEntry.objects.filter(action="ApiTokenRevoked").count() == 1


def test_the_page_shows_a_new_token_once(client: Client, practice_admin: User) -> None:
    sign_in_freshly(client, practice_admin)
    page = client.post(PAGE, GOOD)
    secret = re.search(r"praxis_[\w-]{43}", page.content.decode())

    assert secret
    assert page.status_code == 200
    assert "no-store" in page["Cache-Control"]
    assert status_with(secret[0]) == 200
    again = client.get(PAGE).content.decode()
    assert secret[0] not in again
    assert "Telefonsystem" in again
    assert "gültig" in again


def test_the_page_offers_every_right(client: Client, practice_admin: User) -> None:
    sign_in_freshly(client, practice_admin)
    page = client.get(PAGE).content.decode()

    assert all(f'value="{scope}"' in page for scope in ApiToken.Scope.values)


def test_making_a_token_asks_who_is_there(client: Client, practice_admin: User) -> None:
    client.force_login(practice_admin)
    answer = client.post(PAGE, GOOD)

    assert answer.status_code == 302
    assert "/konto/reauthenticate/" in answer["Location"]
    with scope(practice=practice_admin.practice):
        assert not ApiToken.objects.exists()


def test_tokens_stay_off_when_their_person_comes_back(practice_admin: User, doctor: User) -> None:
    with scope(practice=doctor.practice):
        _token, secret = create_token(user=doctor, scopes=["calendar:read"], now=timezone.now())
        deactivate_user(user=doctor, actor=practice_admin, now=timezone.now())
        activate_user(user=doctor, actor=practice_admin, now=timezone.now())

        assert ApiToken.objects.get().state(timezone.now()) == ApiToken.State.REVOKED
        assert AuditEntry.objects.filter(action="ApiTokenRevoked", actor_id=practice_admin.pk).count() == 1
    assert status_with(secret) == 401


def test_the_page_keeps_what_was_typed(client: Client, practice_admin: User) -> None:
    sign_in_freshly(client, practice_admin)
    page = client.post(PAGE, {"name": "Telefonsystem", "days": "90"})

    assert page.status_code == 422
    assert "Bitte mindestens ein Recht wählen." in page.content.decode()
    assert 'value="Telefonsystem"' in page.content.decode()
    assert "praxis_" not in page.content.decode()


@pytest.mark.parametrize(
    "wrong",
    [
        {"scopes": ["all"]},
        {"days": "7"},
        {"name": ""},
        {"name": "x" * 81},
        {"name": "a\0b"},
    ],
)
def test_the_page_refuses_wrong_values(client: Client, practice_admin: User, wrong: dict[str, Any]) -> None:
    sign_in_freshly(client, practice_admin)

    assert client.post(PAGE, GOOD | wrong).status_code == 422


def test_the_page_revokes(client: Client, practice_admin: User) -> None:
    sign_in_freshly(client, practice_admin)
    secret = re.search(r"praxis_[\w-]{43}", client.post(PAGE, GOOD).content.decode())
    with scope(practice=practice_admin.practice):
        token = ApiToken.objects.get()
    page = client.post(reverse("api_token_revoke", args=[token.pk]), follow=True)

    assert "widerrufen" in page.content.decode()
    assert secret
    assert status_with(secret[0]) == 401


def test_only_the_administration_of_the_same_practice_may(
    client: Client, reception: User, practice_admin: User, stranger: User
) -> None:
    with scope(practice=stranger.practice):
        foreign, _secret = create_token(user=stranger, scopes=["calendar:read"], now=timezone.now())
    sign_in_freshly(client, reception)
    assert client.get(PAGE).status_code == 404
    assert client.post(PAGE, GOOD).status_code == 404
    sign_in_freshly(client, practice_admin)
    assert client.post(reverse("api_token_revoke", args=[foreign.pk])).status_code == 404
    assert client.get(reverse("api_token_revoke", args=[foreign.pk])).status_code == 405
    with scope(practice=stranger.practice):
        assert ApiToken.objects.get().revoked_at is None
