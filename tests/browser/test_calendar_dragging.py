import re

from playwright.sync_api import FloatRect, Locator, Page, expect

from scheduling.models.entry import Placement
from tests.browser.calendar import Cast, at, expect_spoken, locate_cell, locate_entry, locate_ticket


def middle(element: Locator) -> tuple[float, float]:
    box = box_of(element)
    return box["x"] + box["width"] / 3, box["y"] + box["height"] / 2


def box_of(element: Locator) -> FloatRect:
    expect(element).to_be_visible()
    box = element.bounding_box()
    assert box
    return box


def take(page: Page, element: Locator) -> None:
    page.mouse.move(*middle(element))
    page.mouse.down()


def carry(page: Page, element: Locator) -> None:
    page.mouse.move(*middle(element), steps=4)


def test_an_appointment_is_dragged_to_a_free_time(calendar_page: Page, cast: Cast) -> None:
    page, entry = calendar_page, cast.book(cast.reuter, 9, minutes=30)
    take(page, locate_entry(page, entry).locator(".appt"))
    carry(page, locate_cell(page, cast.brandes, 10))
    expect(page.locator(".ghost")).to_contain_text("BEHRENS, LOTTE")
    expect(page.locator(".ghost")).to_contain_text("10:00 · Dr. Brandes · frei")
    expect(page.locator(".dropframe:not(.is-busy)")).to_be_visible()
    page.mouse.up()
    expect(locate_cell(page, cast.brandes, 10)).to_have_attribute("data-entry", str(entry.pk))
    expect(page.locator(".ghost, .dropframe, #grid .is-source, #dialog-host > dialog")).to_have_count(0)
    moved = cast.entry(entry.pk)
    assert (moved.column, moved.starts_at, moved.ends_at) == (cast.brandes, at(10), at(10, 30))


def test_a_busy_time_says_who_is_there_and_the_server_refuses(calendar_page: Page, cast: Cast) -> None:
    page, entry, other = calendar_page, cast.book(cast.reuter, 9), cast.book(cast.brandes, 10, name="Conradi")
    take(page, locate_entry(page, entry).locator(".appt"))
    carry(page, locate_entry(page, other))
    expect(page.locator(".ghost.is-busy")).to_contain_text("belegt: Conradi, Lotte")
    page.mouse.up()
    expect(page.locator(".toast.is-error")).to_contain_text("10:15")
    expect(locate_cell(page, cast.reuter, 9)).to_have_attribute("data-entry", str(entry.pk))
    expect(page.locator("#grid .is-source")).to_have_count(0)
    assert cast.entry(entry.pk).starts_at == at(9)


def test_escape_puts_a_dragged_appointment_back(calendar_page: Page, cast: Cast) -> None:
    page, entry = calendar_page, cast.book(cast.reuter, 9)
    take(page, locate_entry(page, entry).locator(".appt"))
    carry(page, locate_cell(page, cast.brandes, 10))
    page.keyboard.press("Escape")
    expect(page.locator(".ghost")).to_have_count(0)
    page.mouse.up()
    expect_spoken(page, "Abgebrochen")
    expect(page.locator("#dialog-host > dialog")).to_have_count(0)
    assert cast.entry(entry.pk).version == 1


def test_dragging_to_the_clipboard_parks_and_from_it_places(calendar_page: Page, cast: Cast) -> None:
    page, entry = calendar_page, cast.book(cast.reuter, 9)
    take(page, locate_entry(page, entry).locator(".appt"))
    carry(page, page.locator("#tray-parked header"))
    expect(page.locator("#tray-parked")).to_have_class(re.compile(r"\bis-target\b"))
    page.mouse.up()
    expect(locate_ticket(page, entry)).to_be_visible()
    assert cast.entry(entry.pk).placement == Placement.PARKED
    take(page, locate_ticket(page, entry).locator("p"))
    carry(page, locate_cell(page, cast.brandes, 8, 30))
    page.mouse.up()
    expect(locate_cell(page, cast.brandes, 8, 30)).to_have_attribute("data-entry", str(entry.pk))
    assert cast.entry(entry.pk).placement == Placement.GRID


def test_dragging_to_the_extra_list(calendar_page: Page, cast: Cast) -> None:
    page, entry = calendar_page, cast.book(cast.reuter, 9)
    take(page, locate_entry(page, entry).locator(".appt"))
    carry(page, page.locator("#tray-extra header"))
    page.mouse.up()
    expect(locate_ticket(page, entry, "extra")).to_be_visible()
    assert cast.entry(entry.pk).placement == Placement.EXTRA


def test_the_lower_edge_makes_it_longer(calendar_page: Page, cast: Cast) -> None:
    page, entry = calendar_page, cast.book(cast.reuter, 9)
    locate_entry(page, entry).hover()
    take(page, page.locator(".stretch"))
    below = box_of(locate_cell(page, cast.reuter, 9, 30))
    page.mouse.move(below["x"] + 20, below["y"] + below["height"] - 2, steps=4)
    expect(page.locator(".ghost")).to_contain_text("bis 09:45 · 45 Min.")
    page.mouse.up()
    expect(locate_entry(page, entry)).to_have_attribute("data-minutes", "45")
    assert cast.entry(entry.pk).ends_at == at(9, 45)


def test_a_colleagues_change_waits_until_the_drag_ends(calendar_page: Page, cast: Cast) -> None:
    page, entry = calendar_page, cast.book(cast.reuter, 9)
    take(page, locate_entry(page, entry).locator(".appt"))
    carry(page, locate_cell(page, cast.brandes, 10))
    with page.expect_response(lambda response: "/kalender/teile/" in response.url):
        other = cast.book(cast.reuter, 8, name="Conradi")
    expect(page.locator(".ghost")).to_be_visible()
    expect(locate_entry(page, other)).to_have_count(0)
    page.mouse.up()
    expect(locate_entry(page, other)).to_be_visible()
    expect(locate_cell(page, cast.brandes, 10)).to_have_attribute("data-entry", str(entry.pk))
