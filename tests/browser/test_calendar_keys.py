"""All of S5 by keyboard alone: no pointer is used in this file."""

import re

import pytest
from playwright.sync_api import Page, expect

from scheduling.models.entry import Placement, Status
from tests import factories
from tests.browser.calendar import (
    Cast,
    at,
    expect_connected,
    expect_spoken,
    locate_cell,
    locate_dialog,
    locate_entry,
    locate_ticket,
    tab_to,
)


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


def test_the_focused_cell_is_in_view_and_not_behind_the_heads(calendar_page: Page, cast: Cast) -> None:
    page = calendar_page
    page.set_viewport_size({"width": 700, "height": 380})
    page.keyboard.press("g")
    for key in ["Control+End", "Control+Home", "PageDown", "PageDown", "End", "PageDown", "ArrowUp", "ArrowUp"]:
        page.keyboard.press(key)
        assert page.evaluate(
            """() => {
              const cell = document.activeElement.getBoundingClientRect();
              const area = document.getElementById("grid").getBoundingClientRect();
              const head = document.querySelector("#grid thead th:first-child").getBoundingClientRect();
              return cell.top >= head.bottom - 1 && cell.bottom <= area.bottom + 1
                && cell.left >= head.right - 1 && cell.right <= area.right + 1;
            }"""
        ), key


def test_going_sideways_keeps_the_time_of_day_across_a_long_entry(calendar_page: Page, cast: Cast) -> None:
    page, long = calendar_page, cast.book(cast.brandes, 9, minutes=60)
    expect(locate_entry(page, long)).to_be_visible()
    locate_cell(page, cast.reuter, 9, 30).focus()
    page.keyboard.press("ArrowRight")
    expect(locate_entry(page, long)).to_be_focused()
    page.keyboard.press("ArrowLeft")
    expect(locate_cell(page, cast.reuter, 9, 30)).to_be_focused()


def test_enter_books_a_known_patient(calendar_page: Page, cast: Cast) -> None:
    factories.make_patient(cast.practice, "Meier", "Magda")
    page = calendar_page
    locate_cell(page, cast.reuter, 8, 30).focus()
    page.keyboard.press("Enter")
    expect(page.locator("#id_q")).to_be_focused()
    page.keyboard.type("mei ma")
    tab_to(page, locate_dialog(page).get_by_role("button", name="Meier, Magda"))
    page.keyboard.press("Enter")
    expect(locate_dialog(page).get_by_label("Gewählte Person")).to_be_visible()
    tab_to(page, locate_dialog(page).locator("#booking-save"))
    page.keyboard.press("Enter")
    expect(locate_dialog(page)).to_have_count(0)
    cell = locate_cell(page, cast.reuter, 8, 30)
    expect(cell).to_contain_text("meier, magda")
    expect(cell).to_be_focused()
    [entry] = cast.entries()
    assert (entry.starts_at, entry.is_known) == (at(8, 30), True)


def test_what_is_typed_in_the_very_moment_of_focus_is_searched(calendar_page: Page, cast: Cast) -> None:
    factories.make_patient(cast.practice, "Meier", "Magda")
    page = calendar_page
    page.evaluate(
        """() => document.addEventListener("focusin", ({ target }) => {
          if (target.id !== "id_q" || target.value) return;
          target.value = "mei ma";
          target.dispatchEvent(new Event("input", { bubbles: true }));
        })"""
    )
    locate_cell(page, cast.reuter, 8, 30).focus()
    page.keyboard.press("Enter")
    expect(locate_dialog(page).get_by_role("button", name="Meier, Magda")).to_be_visible()


def test_arrows_choose_among_several_hits(calendar_page: Page, cast: Cast) -> None:
    for first_name in ("Magda", "Maria", "Mathilde"):
        factories.make_patient(cast.practice, "Meier", first_name)
    page = calendar_page
    locate_cell(page, cast.reuter, 8, 30).focus()
    page.keyboard.press("Enter")
    expect(page.locator("#id_q")).to_be_focused()
    page.keyboard.type("mei ma")
    hits = locate_dialog(page).locator("ul.hits button")
    expect(hits).to_have_count(3)
    page.keyboard.press("ArrowUp")
    expect(page.locator("#id_q")).to_be_focused()
    for key, focused in [("ArrowDown", 0), ("ArrowDown", 1), ("ArrowDown", 2), ("ArrowDown", 2), ("ArrowUp", 1)]:
        page.keyboard.press(key)
        expect(hits.nth(focused)).to_be_focused()
    page.keyboard.press("Enter")
    expect(locate_dialog(page).get_by_label("Gewählte Person")).to_contain_text("Meier, Maria")


def test_m_moves_with_arrows_and_enter(calendar_page: Page, cast: Cast) -> None:
    page, entry = calendar_page, cast.book(cast.reuter, 9)
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


def test_a_long_appointment_moves_by_one_slot_inside_its_own_time(calendar_page: Page, cast: Cast) -> None:
    page, entry = calendar_page, cast.book(cast.reuter, 9, minutes=45)
    locate_entry(page, entry).focus()
    for key in ["m", "ArrowDown", "Enter"]:
        page.keyboard.press(key)
    expect_spoken(page, "auf 09:15 Uhr, Dr. Reuter verschoben")
    assert cast.entry(entry.pk).starts_at == at(9, 15)


def test_escape_leaves_everything_where_it_was(calendar_page: Page, cast: Cast) -> None:
    page, entry = calendar_page, cast.book(cast.reuter, 9)
    locate_entry(page, entry).focus()
    for key in ["m", "ArrowDown", "ArrowDown", "Escape"]:
        page.keyboard.press(key)
    expect_spoken(page, "Abgebrochen")
    expect(locate_entry(page, entry)).to_be_focused()
    expect(page.locator(".movebar, .dropframe, .is-source")).to_have_count(0)
    assert cast.entry(entry.pk).version == 1


def test_a_busy_target_is_said_beforehand_and_refused(calendar_page: Page, cast: Cast) -> None:
    page, entry, other = calendar_page, cast.book(cast.reuter, 9), cast.book(cast.reuter, 9, 15, name="Conradi")
    expect(locate_entry(page, other)).to_be_visible()
    locate_entry(page, entry).focus()
    page.keyboard.press("m")
    page.keyboard.press("ArrowDown")
    expect_spoken(page, "09:15 · Dr. Reuter · belegt: Conradi")
    page.keyboard.press("Enter")
    expect(page.locator(".toast.is-error")).to_contain_text("09:30")
    expect(page.locator(".movebar")).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect_spoken(page, "auf 09:30 Uhr, Dr. Reuter verschoben")
    assert cast.entry(entry.pk).starts_at == at(9, 30)


def test_x_parks_and_v_places(calendar_page: Page, cast: Cast) -> None:
    page, entry = calendar_page, cast.book(cast.reuter, 9)
    locate_entry(page, entry).focus()
    page.keyboard.press("x")
    expect(locate_ticket(page, entry)).to_be_visible()
    expect_spoken(page, "liegt auf dem Klemmbrett")
    expect(locate_cell(page, cast.reuter, 9)).to_be_focused()
    assert cast.entry(entry.pk).placement == Placement.PARKED
    page.keyboard.press("ArrowRight")
    page.keyboard.press("v")
    expect(locate_cell(page, cast.brandes, 9)).to_have_attribute("data-entry", str(entry.pk))
    expect(locate_cell(page, cast.brandes, 9)).to_be_focused()
    assert cast.entry(entry.pk).placement == Placement.GRID


def test_an_extra_appointment_is_placed_from_its_ticket(calendar_page: Page, cast: Cast) -> None:
    page, entry = calendar_page, cast.book(cast.reuter, 9, placement=Placement.EXTRA)
    page.keyboard.press("g")
    tab_to(page, locate_ticket(page, entry, "extra").get_by_role("button", name="Einsetzen"))
    page.keyboard.press("Enter")
    expect_spoken(page, "einsetzen. Ziel mit den Pfeiltasten wählen")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(locate_cell(page, cast.reuter, 8, 15)).to_have_attribute("data-entry", str(entry.pk))
    assert cast.entry(entry.pk).placement == Placement.GRID


def test_c_copies(calendar_page: Page, cast: Cast) -> None:
    page, entry = calendar_page, cast.book(cast.reuter, 9)
    locate_entry(page, entry).focus()
    for key in ["c", "ArrowRight", "Enter"]:
        page.keyboard.press(key)
    expect(locate_cell(page, cast.brandes, 9)).to_contain_text("BEHRENS, LOTTE")
    first, copy = cast.entries()
    assert (first.column, first.starts_at) == (cast.reuter, at(9))
    assert (copy.column, copy.starts_at) == (cast.brandes, at(9))


def test_shift_and_arrows_change_the_length_also_when_pressed_quickly(calendar_page: Page, cast: Cast) -> None:
    page, entry = calendar_page, cast.book(cast.reuter, 9)
    locate_entry(page, entry).focus()
    for _ in range(3):
        page.keyboard.press("Shift+ArrowDown")
    expect(locate_entry(page, entry)).to_have_attribute("data-minutes", "60")
    expect(locate_entry(page, entry)).to_be_focused()
    page.keyboard.press("Shift+ArrowUp")
    expect_spoken(page, "dauert jetzt bis 09:45 Uhr")
    expect(locate_entry(page, entry)).to_have_attribute("data-minutes", "45")
    assert cast.entry(entry.pk).ends_at == at(9, 45)


def test_delete_cancels_and_control_z_takes_it_back(calendar_page: Page, cast: Cast) -> None:
    page, entry = calendar_page, cast.book(cast.reuter, 9, minutes=30)
    locate_entry(page, entry).focus()
    page.keyboard.press("Delete")
    expect_spoken(page, "abgesagt")
    expect(locate_cell(page, cast.reuter, 9, 15)).to_have_class(re.compile(r"\bfree\b"))
    assert cast.entry(entry.pk).status == Status.CANCELLED
    page.keyboard.press("Control+z")
    expect(locate_entry(page, entry)).to_have_attribute("data-minutes", "30")
    assert cast.entry(entry.pk).status == Status.DEFINITE


def test_an_entry_is_deleted_from_its_dialog(calendar_page: Page, cast: Cast) -> None:
    page, entry = calendar_page, cast.book(cast.reuter, 9)
    locate_entry(page, entry).focus()
    page.keyboard.press("Enter")
    tab_to(page, locate_dialog(page).get_by_role("button", name="Löschen"))
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_role("button", name="Termin löschen"))
    page.keyboard.press("Enter")
    expect(locate_entry(page, entry)).to_have_count(0)
    expect(locate_dialog(page)).to_have_count(0)
    expect(locate_cell(page, cast.reuter, 9)).to_be_focused()
    assert cast.entry(entry.pk).deleted_at is not None


@pytest.mark.parametrize(
    ("key", "status"),
    [("d", Status.ARRIVED), ("z", Status.IN_ROOM), ("f", Status.DONE), ("k", Status.NO_SHOW)],
)
def test_one_key_says_where_the_visit_stands(calendar_page: Page, cast: Cast, key: str, status: Status) -> None:
    page, entry = calendar_page, cast.book(cast.reuter, 9)
    locate_entry(page, entry).focus()
    page.keyboard.press(key)
    expect_spoken(page, str(status.label))
    assert cast.entry(entry.pk).status == status


def test_the_day_is_turned_and_next_free_asked_by_keys(calendar_page: Page, cast: Cast) -> None:
    page = calendar_page
    page.keyboard.press("n")
    expect(locate_dialog(page)).to_be_visible()
    page.keyboard.press("Escape")
    expect(locate_dialog(page)).to_have_count(0)
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_contain_text("Montag")
    page.keyboard.press("+")
    expect(heading).to_contain_text("Dienstag")
    page.keyboard.press("-")
    expect(heading).to_contain_text("Montag")


def test_question_mark_shows_the_keys(calendar_page: Page) -> None:
    page = calendar_page
    page.keyboard.press("?")
    expect(locate_dialog(page).get_by_role("heading", name="Tasten")).to_be_visible()
    page.keyboard.press("Escape")
    expect(locate_dialog(page)).to_have_count(0)


def test_keys_are_off_inside_fields(calendar_page: Page, cast: Cast) -> None:
    page = calendar_page
    locate_cell(page, cast.reuter, 8).focus()
    page.keyboard.press("Enter")
    expect(page.locator("#id_q")).to_be_focused()
    page.keyboard.type("mnxk?")
    expect(page.locator("#id_q")).to_have_value("mnxk?")


def test_a_changed_key_counts(calendar_page: Page, cast: Cast) -> None:
    page, entry = calendar_page, cast.book(cast.reuter, 9)
    page.keyboard.press("?")
    field = locate_dialog(page).get_by_label("Verschieben")
    tab_to(page, field)
    page.keyboard.press("Control+a")
    page.keyboard.type("y")
    page.keyboard.press("Enter")
    expect(page.locator("body")).to_have_attribute("data-keys", '{"move": "y"}')
    expect_connected(page)
    locate_entry(page, entry).focus()
    page.keyboard.press("m")
    expect(page.locator(".movebar")).to_have_count(0)
    page.keyboard.press("y")
    expect(page.locator(".movebar")).to_be_visible()
