from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from tests.browser.conftest import OpenPage
from tests.factories import PASSWORD


def test_staff_signs_in_by_keyboard_alone(browser_page: Page, reception: User) -> None:
    browser_page.goto("/konto/login/")
    browser_page.locator("input[name=login]").focus()
    browser_page.keyboard.type(reception.email)
    browser_page.keyboard.press("Tab")
    browser_page.keyboard.type(PASSWORD)
    browser_page.keyboard.press("Enter")
    browser_page.wait_for_url(lambda url: "/konto/login/" not in url)


def test_a_wrong_password_keeps_the_address(browser_page: Page, reception: User) -> None:
    browser_page.goto("/konto/login/")
    browser_page.locator("input[name=login]").fill(reception.email)
    browser_page.locator("input[name=password]").fill("ganz-falsch-hier")
    browser_page.locator("input[name=password]").press("Enter")
    expect(browser_page.locator("input[name=login]")).to_have_value(reception.email)
    expect(browser_page.get_by_text("passen nicht zusammen")).to_be_visible()


@pytest.mark.parametrize(("size", "scheme"), [("desktop", "light"), ("phone", "dark")])
def test_the_sign_in_page_has_no_axe_violations(
    open_page: OpenPage, assert_no_axe_violations: Callable[..., None], size: str, scheme: str
) -> None:
    page = open_page("/konto/login/", size=size, scheme=scheme)
    assert_no_axe_violations(page)
