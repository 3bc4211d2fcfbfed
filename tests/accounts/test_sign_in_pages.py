import re

import pytest
from django.test import Client, override_settings

from accounts.models import User
from accounts.passwords import DEMO_PASSWORD
from tests.second_factors import add_app, add_passkey_row, add_recovery_codes
from tests.signing_in import sign_in_freshly

PAGES = ["/konto/login/", "/konto/password/reset/", "/konto/password/reset/done/", "/konto/inactive/"]
FACTORS = "/konto/zweiter-faktor/"
SIGNED_IN_PAGES = [
    "/konto/logout/", "/konto/password/change/", "/konto/reauthenticate/", "/konto/sitzungen/", FACTORS,
    *(f"{FACTORS}{part}" for part in (
        "totp/activate/", "totp/deactivate/", "webauthn/", "webauthn/add/", "webauthn/reauthenticate/",
        "reauthenticate/", "recovery-codes/", "recovery-codes/generate/",
    )),
]  # fmt: skip
# Words of django-allauth that shine through where a text of ours is missing.
FOREIGN = re.compile(r"\b(Sign|Password|Email|leider|Authenticator|Security|Recovery|Master key|Enter|Your)\b")


def signed_in(client: Client, user: User, page: str) -> Client:
    """With an app where the page is about one, without where it is about setting one up."""
    if "activate" not in page or "deactivate" in page:
        add_app(user)
        add_recovery_codes(user)
        add_passkey_row(user)
    return sign_in_freshly(client, user)


@pytest.mark.django_db
@pytest.mark.parametrize("page", PAGES)
def test_every_page_before_the_sign_in_is_ours_and_german(client: Client, page: str) -> None:
    answer = client.get(page, follow=True, headers={"accept-language": "de"})
    html = answer.content.decode()
    assert answer.status_code == 200
    assert '<html lang="de">' in html
    assert 'class="gate"' in html
    assert not FOREIGN.search(html)


@pytest.mark.parametrize("page", SIGNED_IN_PAGES)
def test_every_page_of_the_own_account_is_ours_and_german(client: Client, reception: User, page: str) -> None:
    answer = signed_in(client, reception, page).get(page)
    html = answer.content.decode()
    assert answer.status_code == 200
    assert '<html lang="de">' in html
    assert not FOREIGN.search(html)


@pytest.mark.parametrize("page", [*PAGES, *SIGNED_IN_PAGES])
def test_no_page_carries_inline_scripts_or_styles(client: Client, reception: User, page: str) -> None:
    if page in SIGNED_IN_PAGES:
        signed_in(client, reception, page)
    html = client.get(page, follow=True).content.decode()
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", html)


def test_a_wrong_password_keeps_the_address_and_says_so(client: Client, reception: User) -> None:
    html = client.post("/konto/login/", {"login": reception.email, "password": "falsch"}).content.decode()
    assert "E-Mail und Passwort passen nicht zusammen." in html
    assert f'value="{reception.email}"' in html


@pytest.mark.parametrize("demo", [True, False])
def test_demo_sign_ins_are_listed_in_the_demo_only(client: Client, reception: User, demo: bool) -> None:
    with override_settings(DEMO=demo):
        html = client.get("/konto/login/").content.decode()
    assert (reception.email in html) is demo
    assert (DEMO_PASSWORD in html) is demo


def test_the_admin_sends_strangers_to_the_same_sign_in(client: Client) -> None:
    answer = client.get("/verwaltung/", follow=True)
    assert answer.redirect_chain[-1][0].startswith("/konto/login/")
