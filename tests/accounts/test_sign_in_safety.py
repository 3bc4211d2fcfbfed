"""What must hold around the sign-in, whatever somebody sends."""

from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.hashers import get_hasher
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django_scopes import scope

from accounts.models import HistoryLine, Practice, User
from tests.factories import PASSWORD, make_user

SIGN_IN = "/konto/login/"


def give(client: Client, email: str, password: str = PASSWORD, **extra: Any) -> Any:
    return client.post(SIGN_IN, {"login": email, "password": password}, **extra)


def history(user: User) -> list[str]:
    with scope(practice=user.practice):
        return list(HistoryLine.objects.filter(user=user).order_by("pk").values_list("kind", flat=True))


def test_the_session_gets_a_new_key(client: Client, reception: User) -> None:
    session = client.session
    session["planted"] = True
    session.save()
    before = client.cookies[settings.SESSION_COOKIE_NAME].value
    give(client, reception.email)
    after = client.cookies[settings.SESSION_COOKIE_NAME].value
    assert after != before
    planted = Client()
    planted.cookies[settings.SESSION_COOKIE_NAME] = before
    assert planted.get("/kalender/").status_code == 302


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example",
        r"/\evil.example",
        "javascript:alert(1)",
        "https:evil.example",
        "\t//e",
    ],
)
def test_no_address_outside_is_gone_to(client: Client, reception: User, elsewhere: str) -> None:
    answer = client.post(SIGN_IN, {"login": reception.email, "password": PASSWORD, "next": elsewhere})
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/"
    assert "evil" not in client.get(f"{SIGN_IN}?next={elsewhere}").headers.get("Location", "")


def test_an_address_inside_is_gone_to(client: Client, reception: User) -> None:
    answer = client.post(SIGN_IN, {"login": reception.email, "password": PASSWORD, "next": "/patienten/"})
    assert answer.headers["Location"] == "/patienten/"


@pytest.mark.parametrize(
    "path",
    [SIGN_IN, "/konto/logout/", "/konto/reauthenticate/", "/konto/password/change/", "/konto/sitzungen/",
     "/konto/zweiter-faktor/totp/activate/", "/konto/zweiter-faktor/webauthn/login/",
     "/konto/zweiter-faktor/webauthn/add/", "/konto/zweiter-faktor/recovery-codes/generate/"],
)  # fmt: skip
def test_nothing_is_done_without_the_token_of_the_form(reception: User, path: str) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(reception)
    assert strict.post(path, {"login": reception.email, "password": PASSWORD}).status_code == 403


def test_a_wrong_password_is_in_the_history_a_right_one_too(client: Client, reception: User) -> None:
    give(client, reception.email, "falsch")
    give(client, reception.email.upper())
    assert history(reception) == ["sign_in_failed", "signed_in"]


class TestWhoHasAnAccount:
    """Neither the answer nor the work behind it may tell."""

    @staticmethod
    def observed(email: str, monkeypatch: pytest.MonkeyPatch) -> tuple[str, list[str], int]:
        client, hashed, hasher = Client(), [], type(get_hasher())
        original = hasher.encode

        def counted(*arguments: Any) -> Any:
            hashed.append(1)
            return original(*arguments)

        client.get(SIGN_IN)
        with monkeypatch.context() as patched, CaptureQueriesContext(connection) as queries:
            patched.setattr(hasher, "encode", counted)
            html = give(client, email, "ganz-falsch-hier").content.decode()
        said = html[html.index("errorlist nonfield") :].split("</ul>")[0]
        return said, [query["sql"].split(" ")[0] for query in queries], len(hashed)

    def test_known_and_unknown_look_the_same(self, reception: User, monkeypatch: pytest.MonkeyPatch) -> None:
        known = self.observed(reception.email, monkeypatch)
        unknown = self.observed("niemand@demo.example", monkeypatch)
        assert known == unknown
        assert known[2] >= 1

    def test_switched_off_looks_the_same_too(self, reception: User, monkeypatch: pytest.MonkeyPatch) -> None:
        User.objects.filter(pk=reception.pk).update(is_active=False)
        assert self.observed(reception.email, monkeypatch) == self.observed("niemand@demo.example", monkeypatch)


def test_guessing_at_one_account_ends_after_five_tries(client: Client, reception: User) -> None:
    for _ in range(5):
        give(client, reception.email, "falsch")
    answer = give(client, reception.email)
    assert "Zu viele Versuche" in answer.content.decode()


def test_one_colleague_who_forgot_the_password_locks_nobody_else_out(
    practice: Practice, reception: User, doctor: User
) -> None:
    """Everybody of a practice comes from one address."""
    for _ in range(8):
        give(Client(), reception.email, "falsch")
    assert give(Client(), doctor.email).status_code == 302


def test_a_whole_practice_signs_in_within_a_minute(practice: Practice) -> None:
    people = [make_user(practice, f"person{number}@demo.example") for number in range(40)]
    for person in people:
        give(Client(), person.email, "vertippt")
    assert {give(Client(), person.email).status_code for person in people} == {302}


def test_each_network_counts_for_itself(practice: Practice, settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"login_failed": "3/m/ip"}
    user = make_user(practice, "eine@demo.example")
    for number in range(3):
        give(Client(REMOTE_ADDR="192.0.2.1"), f"wer{number}@demo.example", "falsch")
    here = give(Client(REMOTE_ADDR="192.0.2.1"), user.email)
    there = give(Client(REMOTE_ADDR="192.0.2.2"), user.email)
    assert (here.status_code, there.status_code) == (200, 302)


def test_nobody_signs_up_and_no_address_is_managed_here(client: Client, reception: User) -> None:
    client.force_login(reception)
    for gone in ("signup/", "email/", "confirm-email/", "confirm-email/abc/", "login/code/confirm/"):
        assert client.get(f"/konto/{gone}").status_code == 404


def test_no_mail_is_sent_while_somebody_waits(
    client: Client, reception: User, mailoutbox: list[Any], django_capture_on_commit_callbacks: Any
) -> None:
    client.force_login(reception)
    data = {"oldpassword": PASSWORD, "password1": "Ein langer Satz 17", "password2": "Ein langer Satz 17"}
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post("/konto/password/change/", data).status_code == 302
    assert not mailoutbox
    assert history(reception) == ["password_set"]


def test_a_new_password_ends_the_sessions_elsewhere(client: Client, reception: User) -> None:
    elsewhere = Client()
    give(elsewhere, reception.email)
    give(client, reception.email)
    data = {"oldpassword": PASSWORD, "password1": "Ein langer Satz 17", "password2": "Ein langer Satz 17"}
    client.post("/konto/password/change/", data)
    assert client.get("/patienten/").status_code == 200
    assert elsewhere.get("/patienten/").status_code == 302
