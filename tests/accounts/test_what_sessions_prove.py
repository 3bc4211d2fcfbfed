"""A session is worth what was proved when it began, and nobody loses sight of it."""

import pytest
from django.test import Client

from accounts.models import Practice, User
from accounts.services.sessions import end_sessions
from tests.accounts.links import last_code, open_link
from tests.factories import PASSWORD, make_user
from tests.second_factors import add_passkey_row, code_of
from tests.signing_in import sign_in_freshly

SET_UP = "/konto/zweiter-faktor/totp/activate/"


def signed_in(user: User) -> Client:
    client = Client()
    client.post("/konto/login/", {"login": user.email, "password": PASSWORD})
    return client


@pytest.mark.django_db(transaction=True)
def test_the_first_second_factor_ends_what_a_password_alone_opened(reception: User) -> None:
    old, own = signed_in(reception), signed_in(reception)
    own.get(SET_UP)
    own.post(SET_UP, {"code": code_of(own.session["mfa.totp.secret"])})
    assert own.get("/kalender/").status_code == 200
    assert old.get("/kalender/").status_code == 302


def test_a_session_with_a_new_key_can_still_be_ended(in_practice: Practice, reception: User) -> None:
    """Opening a link of a mail gives the session another key, also that of somebody who has stolen it."""
    client = signed_in(reception)
    other = make_user(in_practice, "zweite@demo.example")
    client.post("/konto/password/reset/", {"email": other.email})
    assert open_link(client, last_code(in_practice))
    assert client.get("/kalender/").status_code == 200
    end_sessions(reception)
    assert client.get("/kalender/").status_code == 302


@pytest.mark.django_db(transaction=True)
def test_another_second_factor_ends_nothing(reception: User) -> None:
    add_passkey_row(reception)
    other, own = Client(), Client()
    other.force_login(reception)
    sign_in_freshly(own, reception)
    own.get(SET_UP)
    own.post(SET_UP, {"code": code_of(own.session["mfa.totp.secret"])})
    assert other.get("/kalender/").status_code == 200
