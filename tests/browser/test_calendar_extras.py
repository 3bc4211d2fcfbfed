"""What helps besides: the line of now, the team's note, fingers, the way without scripts."""

from datetime import UTC, datetime, time

import pytest
from playwright.sync_api import Page, expect

from scheduling.models.entry import Kind, Placement
from tests import factories
from tests.browser.calendar import (
    Cast,
    address,
    at,
    expect_spoken,
    locate_cell,
    locate_dialog,
    locate_entry,
    open_calendar,
)
from tests.browser.conftest import OpenPage


def test_the_line_of_now_wanders_and_what_is_over_turns_grey(open_page: OpenPage, cast: Cast) -> None:
    hours_to_noon = 12 - datetime.now(UTC).hour
    # Noon in the practice, whenever the test runs (the signs of these zones are the other way round).
    cast.practice.time_zone = f"Etc/GMT{-hours_to_noon:+}"
    cast.practice.save(update_fields=["time_zone"])
    factories.make_column(cast.practice, "Empfang", opens=time(8), closes=time(20), weekdays=range(7))
    page = open_page(user=cast.reception)
    page.clock.install()
    page.goto("/kalender/")
    clock, line = page.locator(".nowtime text"), page.locator(".nowline line").last
    past = page.locator("#grid tr.past")
    said, height, rows = clock.text_content(), line.get_attribute("y1"), past.count()
    assert said
    assert height
    assert said.startswith(("12:", "13:"))
    page.clock.run_for(16 * 60_000)
    expect(clock).not_to_have_text(said)
    expect(line).not_to_have_attribute("y1", height)
    assert past.count() > rows


def test_the_note_of_an_appointment_is_read_on_hover_and_on_focus(calendar_page: Page, cast: Cast) -> None:
    page, entry = calendar_page, cast.book(cast.reuter, 9, text="bringt Befunde mit")
    card = page.locator(".peek")
    locate_entry(page, entry).hover()
    expect(card).to_have_text("bringt Befunde mit")
    page.keyboard.press("Escape")
    expect(card).to_have_count(0)
    page.keyboard.press("g")
    for _ in range(4):
        page.keyboard.press("ArrowDown")
    expect(locate_entry(page, entry)).to_be_focused()
    expect(card).to_have_text("bringt Befunde mit")
    expect(locate_entry(page, entry)).to_have_attribute("aria-describedby", "peek")


def test_a_finger_that_rests_drags(open_page: OpenPage, cast: Cast) -> None:
    entry = cast.book(cast.reuter, 9)
    page = open_page(user=cast.reception, size="phone")
    open_calendar(page)
    boxes = [locate_entry(page, entry).bounding_box(), locate_cell(page, cast.reuter, 10).bounding_box()]
    here, there = [{"x": box["x"] + 120, "y": box["y"] + box["height"] / 2} for box in boxes if box]
    touch = page.context.new_cdp_session(page)
    touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [here]})
    expect(page.locator(".ghost")).to_be_visible()
    touch.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [there]})
    expect(page.locator(".ghost")).to_contain_text("10:00 · Dr. Reuter · frei")
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    expect(locate_cell(page, cast.reuter, 10)).to_have_attribute("data-entry", str(entry.pk))
    expect(locate_dialog(page)).to_have_count(0)


def test_swiping_shows_the_next_column(open_page: OpenPage, cast: Cast) -> None:
    page = open_page(user=cast.reception, size="phone")
    open_calendar(page)
    expect(locate_cell(page, cast.brandes, 9)).to_be_hidden()
    touch = page.context.new_cdp_session(page)
    touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": 330, "y": 400}]})
    touch.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [{"x": 200, "y": 402}]})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    expect(locate_cell(page, cast.brandes, 9)).to_be_visible()
    expect(page.locator("nav.coltabs [aria-current]")).to_contain_text("Brandes")
    tab = page.locator("nav.coltabs [aria-current]")
    expect(tab).to_contain_text("16 frei")
    entry = cast.book(cast.brandes, 9)
    expect(locate_entry(page, entry)).to_be_visible()
    # The fresh tabs still show the column that is open.
    expect(tab).to_contain_text("Brandes")
    expect(tab).to_contain_text("15 frei")


def test_the_folded_trays_say_how_much_is_in_them(open_page: OpenPage, cast: Cast) -> None:
    page = open_page(user=cast.reception, size="phone")
    open_calendar(page)
    button = page.get_by_role("button", name="Ablagen: 0 auf der Zusatzliste, 0 auf dem Klemmbrett")
    expect(button).to_be_visible()
    cast.book(cast.reuter, 9, placement=Placement.EXTRA)
    button = page.get_by_role("button", name="Ablagen: 1 auf der Zusatzliste, 0 auf dem Klemmbrett")
    expect(button).to_have_text("1")


def test_a_remark_is_set_and_becomes_a_note(calendar_page: Page, cast: Cast) -> None:
    page = calendar_page
    locate_cell(page, cast.reuter, 9).click()
    dialog = locate_dialog(page)
    dialog.get_by_role("button", name="Anmerkung").click()
    expect(dialog.get_by_role("button", name="Anmerkung")).to_have_attribute("aria-pressed", "true")
    dialog.get_by_role("textbox").first.fill("Rückruf Klinik")
    dialog.get_by_role("button", name="Eintragen").click()
    expect(locate_cell(page, cast.reuter, 9)).to_contain_text("Rückruf Klinik")
    [remark] = cast.entries()
    locate_entry(page, remark).click()
    dialog.get_by_role("button", name="Zur Notiz machen").click()
    expect(page.locator("#grid td.free.noted")).to_contain_text("Rückruf Klinik")
    assert cast.entry(remark.pk).kind == Kind.NOTE


def test_an_action_of_a_changed_entry_is_refused_from_an_old_dialog(calendar_page: Page, cast: Cast) -> None:
    page, entry = calendar_page, cast.book(cast.reuter, 9)
    locate_entry(page, entry).click()
    expect(locate_dialog(page)).to_be_visible()
    page.evaluate(
        """async (url) => { const { "X-CSRFToken": token } = JSON.parse(document.body.getAttribute("hx-headers"));
        await fetch(url, { method: "POST", headers: { "X-CSRFToken": token, "HX-Request": "true" } }); }""",
        f"/kalender/eintrag/{entry.pk}/zusatz/",
    )
    locate_dialog(page).get_by_role("button", name="Parken").click()
    expect(locate_dialog(page).get_by_text("inzwischen").first).to_be_visible()


@pytest.mark.parametrize("step", ["Verschieben", "Absagen"])
def test_without_scripts_everything_is_a_page(open_page: OpenPage, cast: Cast, step: str) -> None:
    entry = cast.book(cast.reuter, 9)
    page = open_page(address(), user=cast.reception, java_script_enabled=False)
    page.goto(f"/kalender/eintrag/{entry.pk}/")
    if step == "Verschieben":
        page.locator("details.place > summary").click()
        page.locator("#move-time").fill("10:30")
    page.get_by_role("button", name=step, exact=True).click()
    expect(page.locator("#toasts")).to_contain_text("10:30 Uhr" if step == "Verschieben" else "abgesagt")
    if step == "Verschieben":
        assert cast.entry(entry.pk).starts_at == at(10, 30)


def test_undo_of_nothing_says_so(calendar_page: Page, cast: Cast) -> None:
    calendar_page.keyboard.press("Control+z")
    expect_spoken(calendar_page, "nichts")
