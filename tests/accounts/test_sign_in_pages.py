import re

import pytest
from django.core import mail
from django.test import Client, override_settings

from accounts.models import User
from accounts.passwords import DEMO_PASSWORD

PASSWORD = "Ein langer Satz 17"
PAGES = [
    "/konto/login/", "/konto/password/reset/", "/konto/password/reset/done/", "/konto/password/reset/key/1-set-x/",
    "/konto/password/reset/key/done/", "/konto/inactive/", "/konto/signup/", "/konto/confirm-email/",
    "/konto/confirm-email/abc/",
]  # fmt: skip
SIGNED_IN_PAGES = ["/konto/logout/", "/konto/password/change/", "/konto/email/", "/konto/reauthenticate/"]


@pytest.mark.django_db
@pytest.mark.parametrize("page", PAGES)
def test_every_page_before_the_sign_in_is_ours_and_german(client: Client, page: str) -> None:
    answer = client.get(page, follow=True, headers={"accept-language": "en"})
    html = answer.content.decode()
    assert answer.status_code == 200
    assert '<html lang="de">' in html
    assert 'class="gate"' in html
    assert not re.search(r"\b(Sign|Password|Email|leider)\b", html)


@pytest.mark.parametrize("page", SIGNED_IN_PAGES)
def test_every_page_of_the_own_account_is_ours_and_german(client: Client, reception: User, page: str) -> None:
    client.force_login(reception)
    html = client.get(page, follow=True).content.decode()
    assert '<html lang="de">' in html
    assert not re.search(r"\b(Sign|Password|Email|leider)\b", html)


@pytest.mark.parametrize("page", [*PAGES, *SIGNED_IN_PAGES])
def test_no_page_carries_inline_scripts_or_styles(client: Client, reception: User, page: str) -> None:
    if page in SIGNED_IN_PAGES:
        client.force_login(reception)
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


def test_a_forgotten_password_is_replaced_through_the_link_in_the_mail(client: Client, reception: User) -> None:
    client.post("/konto/password/reset/", {"email": reception.email})
    assert mail.outbox[0].subject.endswith("Neues Passwort festlegen")
    link = re.search(r"http://\S+", mail.outbox[0].body)
    assert link
    form = client.get(link.group(), follow=True)
    client.post(form.redirect_chain[-1][0], {"password1": PASSWORD, "password2": PASSWORD})
    reception.refresh_from_db()
    assert reception.check_password(PASSWORD)


def test_the_admin_sends_strangers_to_the_same_sign_in(client: Client) -> None:
    answer = client.get("/verwaltung/", follow=True)
    assert answer.redirect_chain[-1][0].startswith("/konto/login/")
