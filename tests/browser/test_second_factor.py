"""Passkeys with a virtual authenticator, codes computed here, recovery codes: in a real browser, under the real CSP."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import CDPSession, Page, expect

from accounts.models import Practice, User
from tests.browser.axe import assert_fits_and_is_accessible
from tests.browser.conftest import OpenPage
from tests.factories import PASSWORD
from tests.second_factors import add_app, add_recovery_codes, code_of

SET_UP = "/konto/zweiter-faktor/"
KEY = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
    "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip


@pytest.fixture
def named_url(app_url: str) -> str:
    """Passkeys belong to a name; an IP address has none."""
    return app_url.replace("127.0.0.1", "localhost")


@pytest.fixture
def open_named(open_page: OpenPage, named_url: str) -> Callable[..., Page]:
    def open_named(path: str, **options: Any) -> Page:
        page = open_page(base_url=named_url, **options)
        page.goto(path)
        return page

    return open_named


@pytest.fixture
def overdue(practice: Practice) -> Practice:
    practice.second_factor_from = timezone.localdate() - timedelta(days=1)
    practice.save(update_fields=["second_factor_from"])
    return practice


@pytest.fixture
def plug_in() -> Callable[..., CDPSession]:
    """A security key for this page."""

    def plug_in(page: Page, **options: object) -> CDPSession:
        wire = page.context.new_cdp_session(page)
        wire.send("WebAuthn.enable")
        wire.send("WebAuthn.addVirtualAuthenticator", {"options": KEY | options})
        return wire

    return plug_in


def sign_in(page: Page, user: User) -> None:
    page.get_by_label("E-Mail").fill(user.email)
    page.get_by_label("Passwort", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Anmelden", exact=True).click()


def sign_out(page: Page) -> None:
    page.goto("/konto/logout/")
    page.get_by_role("button", name="Abmelden").last.click()
    page.goto("/konto/login/")


def add_passkey(page: Page) -> None:
    page.get_by_role("link", name="Passkey einrichten").click()
    page.get_by_role("button", name="Passkey einrichten").click()
    expect(page.get_by_role("heading", name="Notfallcodes")).to_be_visible()


def test_a_passkey_is_set_up_when_it_is_due_and_signs_in_alone(
    open_named: Callable[..., Page], plug_in: Callable[..., CDPSession], overdue: Practice, reception: User
) -> None:
    page = open_named("/konto/login/?next=/patienten/")
    plug_in(page)
    sign_in(page, reception)
    expect(page.get_by_role("heading", name="Zweiter Faktor")).to_be_visible()
    page.goto("/patienten/")
    expect(page).to_have_url(re.compile(SET_UP))

    add_passkey(page)
    expect(page.get_by_role("list", name="Unbenutzte Notfallcodes").get_by_role("listitem")).to_have_count(10)
    page.goto("/patienten/")
    expect(page.get_by_role("heading", name="Patienten", exact=True)).to_be_visible()

    sign_out(page)
    page.goto("/konto/login/?next=/patienten/")
    page.get_by_role("button", name="Mit einem Passkey anmelden").click()
    expect(page.get_by_role("heading", name="Patienten", exact=True)).to_be_visible()


def test_a_simple_key_is_asked_for_after_the_password(
    open_named: Callable[..., Page], plug_in: Callable[..., CDPSession], overdue: Practice, reception: User
) -> None:
    page = open_named("/konto/login/")
    plug_in(page, transport="usb", hasResidentKey=False, hasUserVerification=False, isUserVerified=False)
    sign_in(page, reception)
    page.get_by_role("link", name="Passkey einrichten").click()
    page.get_by_label("Damit auch ohne Passwort anmelden").uncheck()
    page.get_by_label("Name").fill("Empfang, linker Platz")
    page.get_by_role("button", name="Passkey einrichten").click()
    expect(page.get_by_role("heading", name="Notfallcodes")).to_be_visible()

    sign_out(page)
    sign_in(page, reception)
    page.get_by_role("button", name="Mit Passkey bestätigen").click()
    expect(page).to_have_url(re.compile("/kalender/"))
    page.goto(f"{SET_UP}webauthn/")
    expect(page.get_by_text("Empfang, linker Platz").first).to_be_visible()


def test_an_app_is_set_up_and_its_code_signs_in(
    open_named: Callable[..., Page], overdue: Practice, reception: User
) -> None:
    page = open_named("/konto/login/")
    sign_in(page, reception)
    page.get_by_role("link", name="App einrichten").click()
    secret = page.get_by_label("Schlüssel zum Abtippen").input_value()
    assert page.get_by_role("img", name="QR-Code").evaluate("image => image.complete && image.naturalWidth > 0")
    page.get_by_label("Code aus der App").fill("000000")
    page.get_by_role("button", name="App einrichten").click()
    expect(page.get_by_text("Der Code stimmt nicht")).to_be_visible()
    page.get_by_label("Code aus der App").fill(code_of(secret))
    page.get_by_role("button", name="App einrichten").click()
    codes = page.get_by_role("list", name="Unbenutzte Notfallcodes").get_by_role("listitem").all_inner_texts()
    page.get_by_role("link", name="Fertig").click()
    expect(page).to_have_url(re.compile("/kalender/"))

    sign_out(page)
    sign_in(page, reception)
    page.get_by_label("Code aus der App oder Notfallcode").fill(code_of(secret, seconds=30))
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/kalender/"))

    sign_out(page)
    sign_in(page, reception)
    page.get_by_label("Code aus der App oder Notfallcode").fill(codes[3])
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/kalender/"))
    page.goto(SET_UP)
    expect(page.get_by_text("9 übrig")).to_be_visible()


def test_a_passkey_confirms_a_dangerous_step(
    open_named: Callable[..., Page], plug_in: Callable[..., CDPSession], practice_admin: User
) -> None:
    page = open_named(SET_UP, user=practice_admin)
    page.context.clear_cookies()
    page.goto(f"/konto/login/?next={SET_UP}")
    plug_in(page)
    sign_in(page, practice_admin)
    add_passkey(page)
    make_stale(page, practice_admin)
    page.goto("/einstellungen/api/")
    page.get_by_label("Bezeichnung").fill("Telefonsystem")
    page.get_by_label("Kalender lesen").check()
    page.get_by_role("button", name="Token anlegen").click()
    expect(page.get_by_role("heading", name="Sind Sie es?")).to_be_visible()
    page.get_by_role("link", name="Mit einem Passkey bestätigen").click()
    page.get_by_role("button", name="Mit Passkey bestätigen").click()
    expect(page.get_by_label("Token", exact=True)).to_have_value(re.compile("praxis_"))


def make_stale(page: Page, user: User) -> None:
    from django.contrib.sessions.backends.db import SessionStore

    key = next(one["value"] for one in page.context.cookies() if one["name"] == "sessionid")
    session = SessionStore(key)
    for proof in session["account_authentication_methods"]:
        proof["at"] -= 3600
    session.save()


def test_whoever_stops_reads_what_to_do(
    open_named: Callable[..., Page], plug_in: Callable[..., CDPSession], reception: User
) -> None:
    page = open_named("/konto/login/")
    plug_in(page, isUserVerified=False)
    page.get_by_role("button", name="Mit einem Passkey anmelden").click()
    expect(page.get_by_text("Abgebrochen oder zu lange gewartet")).to_be_visible()
    expect(page.get_by_role("button", name="Mit einem Passkey anmelden")).to_be_enabled()


def test_without_javascript_password_and_code_do(open_named: Callable[..., Page], reception: User) -> None:
    secret = add_app(reception)
    page = open_named("/konto/login/", java_script_enabled=False)
    expect(page.get_by_role("button", name="Mit einem Passkey anmelden")).to_have_count(0)
    sign_in(page, reception)
    page.get_by_label("Code aus der App oder Notfallcode").fill(code_of(secret))
    page.get_by_role("button", name="Anmelden", exact=True).click()
    expect(page).to_have_url(re.compile("/kalender/"))


def test_by_keyboard_alone(
    open_named: Callable[..., Page], plug_in: Callable[..., CDPSession], overdue: Practice, reception: User
) -> None:
    page = open_named("/konto/login/")
    plug_in(page)
    page.get_by_label("E-Mail").focus()
    page.keyboard.type(reception.email)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Zweiter Faktor")).to_be_visible()
    tab_to(page, "Passkey einrichten")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Passkey einrichten")).to_be_visible()
    tab_to(page, "Passkey einrichten")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Notfallcodes")).to_be_visible()
    tab_to(page, "Fertig")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/kalender/"))


def tab_to(page: Page, name: str) -> None:
    for _ in range(25):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent.trim()") == name:
            return
    raise AssertionError(f"{name} is not reached by Tab")


def test_no_page_of_the_account_has_axe_violations_or_is_too_wide(
    open_named: Callable[..., Page], plug_in: Callable[..., CDPSession], reception: User
) -> None:
    page = open_named(SET_UP, user=reception)
    plug_in(page)
    assert_fits_and_is_accessible(page)
    for part in ("totp/activate/", "webauthn/", "webauthn/add/"):
        page.goto(SET_UP + part)
        assert_fits_and_is_accessible(page)
    page.get_by_role("button", name="Passkey einrichten").click()
    expect(page.get_by_role("heading", name="Notfallcodes")).to_be_visible()
    assert_fits_and_is_accessible(page)
    parts = ("", "webauthn/", "recovery-codes/generate/", "reauthenticate/", "webauthn/reauthenticate/")
    for path in (*(SET_UP + part for part in parts), "/konto/sitzungen/", "/konto/password/change/"):
        page.goto(path)
        assert_fits_and_is_accessible(page)
    page.goto(f"{SET_UP}webauthn/")
    page.get_by_role("link", name="Umbenennen").click()
    assert_fits_and_is_accessible(page)
    page.goto(f"{SET_UP}webauthn/")
    page.get_by_role("link", name="Entfernen").click()
    assert_fits_and_is_accessible(page)


def test_the_second_step_of_the_sign_in_has_no_axe_violations(
    open_named: Callable[..., Page], overdue: Practice, reception: User
) -> None:
    page = open_named("/konto/login/")
    assert_fits_and_is_accessible(page)
    sign_in(page, reception)
    assert_fits_and_is_accessible(page)
    add_app(reception)
    add_recovery_codes(reception)
    sign_out(page)
    sign_in(page, reception)
    page.get_by_label("Code aus der App oder Notfallcode").fill("1")
    page.get_by_role("button", name="Anmelden", exact=True).click()
    assert_fits_and_is_accessible(page)
