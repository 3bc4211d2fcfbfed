"""All of S5 by click alone: single clicks only, no dragging, no shortcut. Typing happens in fields only."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from scheduling.models.entry import Placement, Status
from tests.browser.calendar import (
    Cast,
    at,
    locate_cell,
    locate_dialog,
    locate_entry,
    locate_ticket,
    open_calendar,
)
from tests.browser.conftest import OpenPage


def open_place_steps(page: Page) -> None:
    locate_dialog(page).locator("details.place > summary").click()


def test_a_click_books_somebody_new(calendar_page: Page, cast: Cast) -> None:
    page = calendar_page
    locate_cell(page, cast.reuter, 8, 30).click()
    dialog = locate_dialog(page)
    dialog.locator("details.newperson > summary").click()
    dialog.get_by_label("Nachname").fill("Petrov")
    dialog.get_by_label("Vorname").fill("Ida")
    dialog.locator("#booking-save").click()
    expect(dialog).to_have_count(0)
    expect(locate_cell(page, cast.reuter, 8, 30)).to_contain_text("PETROV, IDA")
    [entry] = cast.entries()
    assert (entry.column, entry.starts_at, entry.is_known) == (cast.reuter, at(8, 30), False)


def test_a_name_that_is_not_found_need_not_be_typed_again(calendar_page: Page, cast: Cast) -> None:
    page = calendar_page
    locate_cell(page, cast.reuter, 8, 30).click()
    dialog = locate_dialog(page)
    dialog.get_by_role("searchbox").fill("Zimmermann, Karl 01.02.1960")
    expect(dialog.locator("#pat-n")).to_contain_text("0 Treffer")
    dialog.locator("#booking-save").click()
    expect(dialog.get_by_label("Nachname")).to_have_value("Zimmermann")
    expect(dialog.get_by_label("Vorname")).to_have_value("Karl")
    expect(dialog.get_by_label("Geburtsdatum")).to_have_value("01.02.1960")
    dialog.locator("#booking-save").click()
    expect(locate_cell(page, cast.reuter, 8, 30)).to_contain_text("ZIMMERMANN, KARL")


def test_a_booking_without_a_person_keeps_what_was_typed(calendar_page: Page, cast: Cast) -> None:
    page = calendar_page
    locate_cell(page, cast.reuter, 8, 30).click()
    dialog = locate_dialog(page)
    dialog.get_by_label("Notiz").fill("bringt Befunde mit")
    dialog.locator("#booking-save").click()
    expect(dialog.locator("[aria-invalid=true]").first).to_be_focused()
    expect(dialog.get_by_label("Notiz")).to_have_value("bringt Befunde mit")
    assert cast.entries() == []


def test_a_time_taken_meanwhile_offers_other_times(calendar_page: Page, cast: Cast) -> None:
    page = calendar_page
    locate_cell(page, cast.reuter, 8, 30).click()
    dialog = locate_dialog(page)
    dialog.locator("details.newperson > summary").click()
    dialog.get_by_label("Nachname").fill("Petrov")
    cast.book(cast.reuter, 8, 30, name="Conradi")
    dialog.locator("#booking-save").click()
    offers = dialog.locator("button[name=vergeben_um]")
    expect(offers).to_have_count(3)
    expect(dialog.get_by_label("Nachname")).to_have_value("Petrov")
    offers.first.click()
    expect(dialog).to_have_count(0)
    expect(page.locator("#grid td.taken", has_text="PETROV")).to_have_count(1)


def test_verschieben_then_a_click_on_the_target_moves(calendar_page: Page, cast: Cast) -> None:
    page, entry = calendar_page, cast.book(cast.reuter, 9, minutes=30)
    locate_entry(page, entry).click()
    open_place_steps(page)
    locate_dialog(page).locator("[data-action=move]").click()
    expect(page.locator(".movebar")).to_contain_text("Behrens, Lotte")
    locate_cell(page, cast.brandes, 10).click()
    expect(locate_cell(page, cast.brandes, 10)).to_have_attribute("data-entry", str(entry.pk))
    expect(page.locator(".movebar")).to_have_count(0)
    assert (cast.entry(entry.pk).starts_at, cast.entry(entry.pk).ends_at) == (at(10), at(10, 30))


def test_moving_can_be_given_up_by_a_click(calendar_page: Page, cast: Cast) -> None:
    page, entry = calendar_page, cast.book(cast.reuter, 9)
    locate_entry(page, entry).click()
    open_place_steps(page)
    locate_dialog(page).locator("[data-action=move]").click()
    page.locator(".movebar").get_by_role("button").click()
    expect(page.locator(".movebar")).to_have_count(0)
    locate_cell(page, cast.brandes, 10).click()
    expect(locate_dialog(page)).to_be_visible()
    assert cast.entry(entry.pk).version == 1


def test_an_appointment_moves_to_another_day(calendar_page: Page, cast: Cast) -> None:
    page, entry = calendar_page, cast.book(cast.reuter, 9)
    locate_entry(page, entry).click()
    open_place_steps(page)
    locate_dialog(page).locator("[data-action=move]").click()
    page.locator("#nav-next").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Dienstag")
    page.locator("#grid td.free").nth(4).click()
    expect(locate_entry(page, entry)).to_be_visible()
    assert timedelta(hours=12) < cast.entry(entry.pk).starts_at - at(9) < timedelta(hours=36)


def test_parken_and_einsetzen(calendar_page: Page, cast: Cast) -> None:
    page, entry = calendar_page, cast.book(cast.reuter, 9)
    locate_entry(page, entry).click()
    locate_dialog(page).get_by_role("button", name="Parken").click()
    expect(locate_dialog(page)).to_have_count(0)
    locate_ticket(page, entry).get_by_role("button", name="Einsetzen").click()
    locate_cell(page, cast.brandes, 8, 45).click()
    expect(locate_cell(page, cast.brandes, 8, 45)).to_have_attribute("data-entry", str(entry.pk))
    expect(locate_ticket(page, entry)).to_have_count(0)


def test_an_appointment_goes_onto_the_extra_list(calendar_page: Page, cast: Cast) -> None:
    page, entry = calendar_page, cast.book(cast.reuter, 9)
    locate_entry(page, entry).click()
    locate_dialog(page).get_by_role("button", name="Zusatzliste").click()
    expect(locate_ticket(page, entry, "extra")).to_be_visible()
    expect(page.locator("#tray-extra .count")).to_have_text("1")
    assert cast.entry(entry.pk).placement == Placement.EXTRA


def test_kopieren(calendar_page: Page, cast: Cast) -> None:
    page, entry = calendar_page, cast.book(cast.reuter, 9)
    locate_entry(page, entry).click()
    open_place_steps(page)
    locate_dialog(page).locator("[data-action=copy]").click()
    locate_cell(page, cast.brandes, 9).click()
    expect(locate_cell(page, cast.brandes, 9)).to_contain_text("BEHRENS")
    assert len(cast.entries()) == 2


def test_longer_and_shorter(calendar_page: Page, cast: Cast) -> None:
    page, entry = calendar_page, cast.book(cast.reuter, 9)
    for words, minutes in [("Einen Takt länger", "30"), ("Einen Takt kürzer", "15")]:
        locate_entry(page, entry).click()
        open_place_steps(page)
        locate_dialog(page).get_by_role("button", name=words).click()
        expect(locate_entry(page, entry)).to_have_attribute("data-minutes", minutes)
        expect(locate_dialog(page)).to_have_count(0)


def test_absagen_and_rueckgaengig(calendar_page: Page, cast: Cast) -> None:
    page, entry = calendar_page, cast.book(cast.reuter, 9)
    locate_entry(page, entry).click()
    locate_dialog(page).get_by_role("button", name="Absagen").click()
    page.get_by_role("button", name="Termin absagen").click()
    expect(locate_cell(page, cast.reuter, 9)).to_have_class(re.compile(r"\bfree\b"))
    page.locator("#lastaction").get_by_role("button", name="Rückgängig").click()
    expect(locate_entry(page, entry)).to_be_visible()
    assert cast.entry(entry.pk).status == Status.DEFINITE


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_a_tap_opens_and_a_second_tap_places(open_page: OpenPage, cast: Cast, size: str) -> None:
    """On phones one column is shown at a time; its tab changes it while moving."""
    entry = cast.book(cast.reuter, 9)
    page = open_page(user=cast.reception, size=size)
    open_calendar(page)
    locate_entry(page, entry).click()
    open_place_steps(page)
    locate_dialog(page).locator("[data-action=move]").click()
    if size == "phone":
        page.locator("nav.coltabs a", has_text="Brandes").click()
    locate_cell(page, cast.brandes, 9, 30).click()
    expect(locate_cell(page, cast.brandes, 9, 30)).to_have_attribute("data-entry", str(entry.pk))


def test_a_ticket_is_placed_on_a_phone(open_page: OpenPage, cast: Cast) -> None:
    entry = cast.book(cast.reuter, 9, placement=Placement.PARKED)
    page = open_page(user=cast.reception, size="phone")
    open_calendar(page)
    page.locator("button[popovertarget=cal-side]").tap()
    locate_ticket(page, entry).get_by_role("button", name="Einsetzen").tap()
    expect(page.locator("#cal-side")).to_be_hidden()
    locate_cell(page, cast.reuter, 8, 30).tap()
    expect(locate_cell(page, cast.reuter, 8, 30)).to_have_attribute("data-entry", str(entry.pk))
