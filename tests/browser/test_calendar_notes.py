"""A note moves like everything else, and the time it lies on stays free for booking."""

import re
from datetime import UTC, datetime

from django_scopes import scope
from playwright.sync_api import Locator, Page, expect

from scheduling.models import CalendarColumn, Entry
from scheduling.services import set_note
from tests.browser.calendar import Cast, at, expect_spoken, locate_cell, locate_dialog
from tests.browser.test_calendar_clicks import open_place_steps


def leave_note(cast: Cast, column: CalendarColumn, hour: int, minutes: int = 15) -> Entry:
    with scope(practice=cast.practice):
        return set_note(
            practice=cast.practice, column=column, starts_at=at(hour), minutes=minutes, text="nur Rezepte",
            actor=cast.reception, now=datetime.now(UTC),
        )  # fmt: skip


def drag(page: Page, source: Locator, target: Locator) -> None:
    for element in (source, target):
        expect(element).to_be_visible()
        box = element.bounding_box()
        assert box
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, steps=4)
        if element is source:
            page.mouse.down()


def test_a_note_is_dragged_by_its_sheet_or_its_words(calendar_page: Page, cast: Cast) -> None:
    page, note = calendar_page, leave_note(cast, cast.reuter, 9, minutes=30)
    drag(page, locate_cell(page, cast.reuter, 9).locator(".mark .icon"), locate_cell(page, cast.brandes, 10))
    expect(page.locator(".ghost")).to_contain_text("nur Rezepte")
    expect(page.locator(".ghost")).to_contain_text("10:00 · Dr. Brandes · frei")
    page.mouse.up()
    expect_spoken(page, "auf 10:00 Uhr, Dr. Brandes verschoben")
    expect(locate_cell(page, cast.brandes, 10, 15).locator(".mark.note")).to_be_visible()
    assert (cast.entry(note.pk).starts_at, cast.entry(note.pk).ends_at) == (at(10), at(10, 30))
    drag(page, locate_cell(page, cast.brandes, 10), locate_cell(page, cast.reuter, 8))
    page.mouse.up()
    expect_spoken(page, "auf 08:00 Uhr, Dr. Reuter verschoben")
    expect(locate_dialog(page)).to_have_count(0)
    assert cast.entry(note.pk).column == cast.reuter


def test_m_moves_the_note_of_the_cell_and_enter_books_it(calendar_page: Page, cast: Cast) -> None:
    page, note = calendar_page, leave_note(cast, cast.reuter, 9)
    expect(locate_cell(page, cast.reuter, 9).locator(".mark.note")).to_be_visible()
    locate_cell(page, cast.reuter, 9).focus()
    page.keyboard.press("m")
    expect_spoken(page, "„nur Rezepte“ verschieben. Ziel mit den Pfeiltasten wählen")
    for key in ["ArrowRight", "ArrowDown", "Enter"]:
        page.keyboard.press(key)
    expect_spoken(page, "auf 09:15 Uhr, Dr. Brandes verschoben")
    expect(page.locator(".movebar")).to_have_count(0)
    expect(locate_cell(page, cast.brandes, 9, 15)).to_be_focused()
    assert (cast.entry(note.pk).column, cast.entry(note.pk).starts_at) == (cast.brandes, at(9, 15))
    page.keyboard.press("Enter")
    expect(locate_dialog(page)).to_contain_text("Termin vergeben")


def test_delete_takes_the_note_of_the_cell_away_and_control_z_brings_it_back(calendar_page: Page, cast: Cast) -> None:
    page, cell = calendar_page, locate_cell(calendar_page, cast.reuter, 9)
    leave_note(cast, cast.reuter, 9)
    expect(cell.locator(".mark.note")).to_be_visible()
    cell.focus()
    page.keyboard.press("Delete")
    expect(cell.locator(".mark.note")).to_have_count(0)
    expect(cell).to_be_focused()
    page.keyboard.press("Control+z")
    expect(cell.locator(".mark.note")).to_be_visible()


def test_a_note_goes_under_an_appointment_and_out_again(calendar_page: Page, cast: Cast) -> None:
    page, note = calendar_page, leave_note(cast, cast.reuter, 9)
    cast.book(cast.brandes, 10)
    taken = locate_cell(page, cast.brandes, 10)
    expect(taken).to_have_class(re.compile(r"\btaken\b"))
    drag(page, locate_cell(page, cast.reuter, 9).locator(".mark .icon"), taken)
    expect(page.locator(".ghost:not(.is-busy)")).to_contain_text("unter „Behrens, Lotte“")
    page.mouse.up()
    expect(taken.locator(".under")).to_be_visible()
    assert cast.entry(note.pk).starts_at == at(10)
    drag(page, taken.locator(".under"), locate_cell(page, cast.reuter, 11))
    page.mouse.up()
    expect(locate_cell(page, cast.reuter, 11).locator(".mark.note")).to_be_visible()
    assert cast.entry(note.pk).column == cast.reuter


def test_a_note_moves_by_clicks_alone_and_its_time_is_booked_by_one(calendar_page: Page, cast: Cast) -> None:
    page, note = calendar_page, leave_note(cast, cast.reuter, 9)
    locate_cell(page, cast.reuter, 9).locator(".mark .icon").click()
    open_place_steps(page)
    locate_dialog(page).locator("[data-action=move]").click()
    locate_cell(page, cast.brandes, 10).click()
    expect(locate_cell(page, cast.brandes, 10).locator(".mark.note")).to_be_visible()
    expect(page.locator(".movebar")).to_have_count(0)
    assert cast.entry(note.pk).starts_at == at(10)
    locate_cell(page, cast.brandes, 10).click()
    expect(locate_dialog(page)).to_contain_text("Termin vergeben")
