"""betty24 as the people at the desk see it: an open page follows the portal, the portal follows the page."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from django_scopes import scope
from playwright.sync_api import Page, expect

from integrations.betty24.models import Betty24Booking, Betty24Connection, Betty24Push, Betty24Task
from integrations.betty24.services.connecting import ConnectionFields, Wish, save_connection
from integrations.betty24.services.jobs import synchronise
from integrations.betty24.services.tasks import ask_staff
from integrations.betty24.work import note_trouble
from praxis.core.exceptions import OutsideError
from scheduling.models import Entry
from tests.betty24_portal import Portal
from tests.browser.calendar import Cast, at, locate_cell, locate_dialog, locate_entry, locate_ticket, open_calendar
from tests.browser.conftest import OpenPage
from tests.browser.test_calendar_dragging import carry, take


@pytest.fixture
def connection(cast: Cast, portal: Portal) -> Iterator[Betty24Connection]:
    """Dr. Reuter is bound and in agreement with the portal."""
    with scope(practice=cast.practice):
        made = save_connection(
            practice=cast.practice, fields=ConnectionFields(host=portal.base_url, api_key=portal.key),
            bindings=[Wish(1, "cal-1", cast.reuter)], actor=None, now=timezone.now(),
        )  # fmt: skip
        Betty24Connection.objects.update(is_on=True)
        made.refresh_from_db()
        meet(made)
        yield made


def meet(connection: Betty24Connection) -> None:
    """What the worker does at each contact."""
    connection.refresh_from_db()
    synchronise(connection, clock=timezone.now)


def booked(name: str) -> Entry:
    entry = Betty24Booking.objects.select_related("entry__column").get(last_name=name).entry
    assert entry
    return entry


def test_a_patient_books_and_cancels_and_the_open_calendar_follows(
    connection: Betty24Connection, portal: Portal, calendar_page: Page
) -> None:
    page = calendar_page
    page.evaluate("window.wasNotReloaded = true")
    booking = portal.book("cal-1", at(9), force=True)
    extra = portal.book("cal-1", at(20), last_name="Spaet", force=True)
    meet(connection)
    cell = locate_entry(page, booked("Mustermann"))
    expect(cell).to_contain_text("MUSTERMANN, ERIKA")
    expect(cell.locator(".badge")).to_have_text("b24")
    expect(locate_ticket(page, booked("Spaet"), "extra").locator(".badge")).to_have_text("b24")
    expect(page.locator("#notices")).to_contain_text("2 neue Online-Buchungen")
    expect(page.locator("#main-menu .count")).to_contain_text("2")

    portal.cancel(booking["id"])
    portal.cancel(extra["id"])
    meet(connection)
    expect(cell).to_have_count(0)
    expect(locate_ticket(page, booked("Spaet"), "extra")).to_have_count(0)
    assert page.evaluate("window.wasNotReloaded === true")


def test_what_staff_drag_is_on_its_way_until_the_portal_has_locked_it(
    connection: Betty24Connection, portal: Portal, calendar_page: Page, cast: Cast
) -> None:
    page, entry = calendar_page, cast.book(cast.brandes, 9)
    cell = locate_entry(page, entry)
    expect(cell).to_be_visible()
    take(page, cell)
    carry(page, locate_cell(page, cast.reuter, 10))
    page.mouse.up()
    expect(locate_cell(page, cast.reuter, 10)).to_have_attribute("data-entry", str(entry.pk))
    expect(cell.locator(".sending")).to_have_text("wird gerade übertragen")
    assert portal.locks("cal-1") == []

    meet(connection)
    expect(cell.locator(".sending")).to_have_count(0)
    assert [datetime.fromisoformat(lock["start"]) for lock in portal.locks("cal-1")] == [at(10)]


def test_the_page_learns_that_the_portal_is_gone_and_that_it_is_back(
    connection: Betty24Connection, calendar_page: Page
) -> None:
    notices = calendar_page.locator("#notices")
    expect(notices).to_be_hidden()
    connection.last_contact_at = datetime.now(UTC) - timedelta(minutes=20)
    Betty24Connection.objects.update(last_contact_at=connection.last_contact_at)
    note_trouble(connection, OutsideError("Zeit abgelaufen."), retry_at=timezone.now(), now=timezone.now())
    expect(notices).to_contain_text("betty24 ist seit 20 Minuten nicht erreichbar.")
    meet(connection)
    expect(notices).to_be_hidden()


def test_the_list_of_new_bookings_follows_and_is_emptied_without_reloading(
    connection: Betty24Connection, portal: Portal, signed_in_page: Page
) -> None:
    page = signed_in_page
    page.goto("/online-buchungen/")
    page.evaluate("window.wasNotReloaded = true")
    expect(page.get_by_text("Alle Online-Buchungen sind gesehen.")).to_be_visible()
    portal.book("cal-1", at(9), force=True)
    portal.book("cal-1", at(10), last_name="Zweite", force=True)
    meet(connection)
    expect(page.locator("#inbox .person", has_text="ZWEITE, ERIKA")).to_be_visible()

    page.get_by_role("button", name="Gesehen MUSTERMANN").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#inbox .person", has_text="MUSTERMANN, ERIKA")).to_have_count(0)
    expect(page.get_by_role("status").filter(has_text="1 Buchung ist gesehen.")).to_be_visible()
    expect(page.get_by_role("heading", name="Neu online gebucht")).to_be_focused()
    assert page.evaluate("window.wasNotReloaded === true")


def test_without_scripts_the_list_works_all_the_same(
    connection: Betty24Connection, portal: Portal, open_page: OpenPage, cast: Cast
) -> None:
    portal.book("cal-1", at(9), force=True)
    meet(connection)
    ask_staff(connection, Betty24Task.Kind.UNREADABLE, now=timezone.now(), portal_id="b-1")
    page = open_page("/online-buchungen/", user=cast.reception, java_script_enabled=False)
    page.get_by_role("button", name="Erledigt").click()
    expect(page.get_by_text("Die Aufgabe ist erledigt.")).to_be_visible()
    page.get_by_role("button", name="Gesehen").click()
    expect(page.get_by_text("Alle Online-Buchungen sind gesehen.")).to_be_visible()


@pytest.mark.parametrize(("size", "scheme"), [("desktop", "light"), ("phone", "dark")])
def test_lists_signs_notices_and_the_dialog_are_accessible(
    connection: Betty24Connection, portal: Portal, open_page: OpenPage, cast: Cast,
    assert_no_axe_violations: Callable[..., None], size: str, scheme: str,
) -> None:  # fmt: skip
    waiting = cast.book(cast.reuter, 8)
    portal.book("cal-1", at(9), force=True)
    meet(connection)
    cast.book(cast.reuter, 11)
    Betty24Push.objects.filter(entry=cast.book(cast.reuter, 10)).update(attempts=2, last_error="Nein.")
    Betty24Connection.objects.update(last_contact_at=datetime.now(UTC) - timedelta(minutes=20))
    ask_staff(
        connection, Betty24Task.Kind.CONFLICT, now=timezone.now(), entry_id=waiting.pk,
        booking=Betty24Booking.objects.get(),
    )  # fmt: skip
    options: dict[str, Any] = {"user": cast.reception, "size": size, "scheme": scheme, "reduced_motion": "reduce"}
    page = open_page("/online-buchungen/", **options)
    expect(page.get_by_text("Zwei Termine für eine Zeit")).to_be_visible()
    assert_no_axe_violations(page)

    open_calendar(page)
    expect(page.locator("#grid .sending.is-alarm")).to_have_count(1)
    expect(page.locator("#notices li")).to_have_count(3)
    assert_no_axe_violations(page)
    locate_entry(page, booked("Mustermann")).click()
    expect(locate_dialog(page).get_by_text("Online-Buchung (betty24)")).to_be_visible()
    assert_no_axe_violations(page, within="#dialog-host > dialog")
