"""All of S5 by keyboard alone: no pointer is used in this file."""

from playwright.sync_api import Page, expect

from tests.browser.calendar import (
    Cast,
    at,
    expect_spoken,
    locate_cell,
    locate_entry,
)  # fmt: skip


def test_arrows_walk_the_grid_from_one_tab_stop(calendar_page: Page, cast: Cast) -> None:
    page = calendar_page
    assert page.locator('#grid td[tabindex="0"]').count() == 1
    page.keyboard.press("g")
    expect(locate_cell(page, cast.reuter, 8)).to_be_focused()
    for key, column, hour, minute in [
        ("ArrowDown", cast.reuter, 8, 15), ("ArrowRight", cast.brandes, 8, 15), ("PageDown", cast.brandes, 9, 15),
        ("ArrowUp", cast.brandes, 9, 0), ("Home", cast.reuter, 9, 0), ("End", cast.brandes, 9, 0),
        ("Control+End", cast.brandes, 11, 45), ("Control+Home", cast.reuter, 8, 0),
    ]:  # fmt: skip
        page.keyboard.press(key)
        expect(locate_cell(page, column, hour, minute)).to_be_focused()
    assert page.locator('#grid td[tabindex="0"]').count() == 1


def test_m_moves_with_arrows_and_enter(calendar_page: Page, cast: Cast) -> None:
    page, entry = calendar_page, cast.book(cast.reuter, 9)
    expect(locate_entry(page, entry)).to_be_visible()
    locate_entry(page, entry).focus()
    page.keyboard.press("m")
    expect_spoken(page, "verschieben. Ziel mit den Pfeiltasten wählen")
    page.keyboard.press("ArrowRight")
    expect_spoken(page, "09:00 · Dr. Brandes · frei")
    page.keyboard.press("ArrowDown")
    expect_spoken(page, "09:15 · Dr. Brandes · frei")
    page.keyboard.press("Enter")
    expect_spoken(page, "auf 09:15 Uhr, Dr. Brandes verschoben")
    expect(locate_cell(page, cast.brandes, 9, 15)).to_be_focused()
    assert (cast.entry(entry.pk).column, cast.entry(entry.pk).starts_at) == (cast.brandes, at(9, 15))
