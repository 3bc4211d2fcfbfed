"""The page of the simulated portal as a demo visitor meets it."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.betty24_portal import Portal
from tests.browser.axe import assert_no_axe_violations
from tests.browser.conftest import OpenPage

NAME = {"Nachname": "Petersen", "Vorname": "Ute", "Geburtsdatum": "1.2.1960", "Telefon": "0201 1234"}


def ensure_fits_and_is_accessible(page: Page) -> None:
    assert_no_axe_violations(page)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.parametrize(("size", "scheme"), [("desktop", "light"), ("phone", "dark")])
def test_a_visitor_books_moves_and_cancels(portal: Portal, open_page: OpenPage, size: str, scheme: str) -> None:
    page = open_page(f"{portal.base_url}/", size=size, scheme=scheme)
    ensure_fits_and_is_accessible(page)

    page.get_by_role("link", name="Spätere Tage").click()
    page.get_by_role("link", name="09:15 Uhr buchen").click()
    ensure_fits_and_is_accessible(page)
    for label, word in NAME.items():
        page.get_by_label(label).fill(word)
    page.get_by_role("button", name="Termin buchen").click()

    expect(page.get_by_role("heading", name="Ihre Termine")).to_be_visible()
    ensure_fits_and_is_accessible(page)
    page.get_by_role("link", name=re.compile("^Verschieben")).click()
    page.get_by_role("button", name="Auf 10:30 Uhr verschieben").click()
    page.get_by_role("link", name=re.compile("^Absagen.*10:30 Uhr")).click()
    ensure_fits_and_is_accessible(page)
    page.get_by_role("button", name="Termin absagen").click()

    expect(page.get_by_role("status")).to_contain_text("abgesagt")
    (booking,) = portal.bookings()
    assert (booking["status"], booking["version"], booking["patient"]["birth_date"]) == ("cancelled", 3, "1960-02-01")
