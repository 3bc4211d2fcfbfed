"""Somebody books, moves and cancels at eTermin: the open calendar follows, the page says what happened."""

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from django.utils import timezone
from django_scopes import scope
from playwright.sync_api import Page, expect

from accounts.models import User
from integrations.etermin.models import EterminCalendar, EterminConnection
from integrations.etermin.work import work_inbox
from scheduling.models import Entry
from tests.browser.calendar import Cast, at, locate_entry, open_calendar
from tests.browser.conftest import OpenPage
from tests.etermin_account import CALENDAR, PRIVATE_KEY, PUBLIC_KEY, EterminAccount
from tests.integrations.etermin.house import SECRET


@pytest.fixture
def account(cast: Cast, etermin: EterminAccount, app_url: str) -> EterminAccount:
    """The simulator pushes form variables to the running application; Dr. Reuter's calendar is known."""
    with scope(practice=cast.practice):
        connection = EterminConnection.objects.create(
            practice=cast.practice, public_id="browser", secret=SECRET, api_url=etermin.api_url,
            public_key=PUBLIC_KEY, private_key=PRIVATE_KEY,
        )  # fmt: skip
        EterminCalendar.objects.create(
            practice=cast.practice, connection=connection, calendar_id=CALENDAR, name="Dr. Reuter", column=cast.reuter,
            seen_at=timezone.now(),
        )  # fmt: skip
    address = urlsplit(app_url)
    url = f"http://{address.hostname}:{address.port}/hooks/etermin/browser"
    etermin.set_up(push_url=url, push_secret=SECRET, push_mode="variables")
    return etermin


def entry_of(cast: Cast, name: str) -> Entry:
    with scope(practice=cast.practice):
        return Entry.objects.select_related("column").get(last_name=name)


def test_an_open_calendar_follows_etermin_and_the_inbox_tells_of_it(
    account: EterminAccount, cast: Cast, open_page: OpenPage, reception: User,
    assert_no_axe_violations: Callable[[Page], None],
) -> None:  # fmt: skip
    page = open_page(user=reception)
    open_calendar(page)
    page.evaluate("window.wasNotReloaded = true")
    uid = account.book(at(9), last_name="Onlinemann")
    work_inbox(timezone.now())
    cell = locate_entry(page, entry_of(cast, "Onlinemann"))
    expect(cell).to_contain_text("ONLINEMANN")

    account.move(uid, at(10))
    work_inbox(timezone.now())
    moved = entry_of(cast, "Onlinemann")
    assert moved.starts_at == at(10)
    expect(locate_entry(page, moved)).to_contain_text("ONLINEMANN")
    expect(page.locator("#grid td", has_text="ONLINEMANN")).to_have_count(1)

    account.delete(uid)
    work_inbox(timezone.now())
    expect(cell).to_have_count(0)
    assert page.evaluate("window.wasNotReloaded === true")
    assert [push["status"] for push in account.pushes()] == ["200"] * 3

    inbox = open_page("/etermin/", user=reception)
    for words in ("3 Sendungen", "eingetragen", "verschoben", "abgesagt"):
        expect(inbox.locator("#inbox")).to_contain_text(words)
    expect(inbox.locator("#inbox")).not_to_contain_text("Onlinemann")
    assert_no_axe_violations(inbox)
    inbox.get_by_label("Befehl").select_option("deleted")
    inbox.get_by_role("button", name="Filtern").click()
    expect(inbox.locator("#inbox")).to_contain_text("1 Sendung")


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_tasks_and_dead_letters_are_clear_on_every_screen(
    account: EterminAccount, cast: Cast, open_page: OpenPage, reception: User, size: str,
    assert_no_axe_violations: Callable[[Page], None],
) -> None:  # fmt: skip
    account.set_up(calendars=[{"id": "77", "name": "Dr. Neu", "reference": ""}])
    account.book(at(9), calendar="77")
    work_inbox(timezone.now())
    page = open_page("/etermin/", user=reception, size=size)
    expect(page.locator("#aufgaben")).to_contain_text("Unbekannter Kalender")
    expect(page.locator("#inbox")).to_contain_text("ohne Spalte")
    assert_no_axe_violations(page)
    page.locator("#aufgaben").get_by_role("button", name="Erledigt").click()
    expect(page.locator("#aufgaben")).to_have_count(0)
    page.goto("/etermin/abgleich/")
    expect(page.get_by_text("Noch wurde nicht nachgefragt.")).to_be_visible()
    assert_no_axe_violations(page)
