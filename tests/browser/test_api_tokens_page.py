"""The page for API tokens: shown once, revoked after a question, usable by keyboard, on a phone too."""

import re

import pytest
from playwright.sync_api import expect

from accounts.models import User
from tests.browser.axe import assert_no_axe_violations
from tests.browser.conftest import OpenPage


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_a_token_is_made_shown_once_and_revoked(
    transactional_db: None, practice_admin: User, open_page: OpenPage, size: str
) -> None:
    page = open_page("/einstellungen/api/", user=practice_admin, size=size)
    expect(page.get_by_text("Noch kein anderes System hat einen Zugang.")).to_be_visible()
    page.get_by_label("Bezeichnung").fill("Telefonsystem")
    page.get_by_role("button", name="Token anlegen").click()
    expect(page.get_by_text("Bitte mindestens ein Recht wählen.")).to_be_visible()
    expect(page.get_by_label("Bezeichnung")).to_have_value("Telefonsystem")
    assert_no_axe_violations(page)

    page.get_by_label("Kalender lesen").check()
    page.get_by_role("button", name="Token anlegen").click()
    expect(page.get_by_label("Token", exact=True)).to_have_value(re.compile(r"praxis_[\w-]{43}"))
    assert_no_axe_violations(page)

    page.get_by_role("button", name="Token „Telefonsystem“ widerrufen").click()
    assert_no_axe_violations(page)
    page.get_by_role("dialog").get_by_role("button", name="Widerrufen").click()
    expect(page.get_by_text("widerrufen", exact=True)).to_be_visible()
    expect(page.get_by_label("Token", exact=True)).to_have_count(0)
