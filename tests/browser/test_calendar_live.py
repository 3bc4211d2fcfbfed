import re
from datetime import UTC, datetime, time

import pytest
from django_scopes import scope
from playwright.sync_api import Page, Route, expect

from scheduling.services.columns import move_column
from scheduling.services.grid_rules import RasterDraft, add_grid_rules
from tests import factories
from tests.browser.calendar import (
    DAY,
    Cast,
    address,
    at,
    expect_connected,
    locate_cell,
    locate_dialog,
    locate_entry,
    open_calendar,
)
from tests.browser.conftest import OpenPage
from tests.browser.watching import Watch

ONE_SECOND = 1_000


@pytest.fixture
def colleague_page(open_page: OpenPage, cast: Cast) -> Page:
    page = open_page(user=cast.reception)
    open_calendar(page)
    return page


def mark(page: Page) -> None:
    """A page that is loaded again forgets this."""
    page.evaluate("window.wasNotReloaded = true")


def assert_not_reloaded(page: Page) -> None:
    assert page.evaluate("window.wasNotReloaded === true")


# Says when (milliseconds since 1970, one clock for both pages) the column shows an entry at the hour.
WATCH_CELL = """([column, hour]) => new Promise((seen) => {
  const look = () => document.querySelector(`#grid td.taken[data-col="${column}"][data-start*="T${hour}:00"]`)
    ? seen(Date.now()) : requestAnimationFrame(look);
  look();
})"""
POST_STEP = """async ([url, values]) => {
  const { "X-CSRFToken": token } = JSON.parse(document.body.getAttribute("hx-headers"));
  await fetch(url, { method: "POST", headers: { "X-CSRFToken": token, "HX-Request": "true" },
    body: new URLSearchParams(values) });
  return Date.now();
}"""


def test_a_colleagues_change_appears_within_a_second(calendar_page: Page, colleague_page: Page, cast: Cast) -> None:
    entry = cast.book(cast.reuter, 8)
    mark(colleague_page)
    delays = []
    # The best of three: the machine may be busy with other tests.
    for hour in (9, 10, 11):
        colleague_page.evaluate(f"void (window.seen = ({WATCH_CELL})(['{cast.brandes.pk}', '{hour:02}']))")
        values = {"spalte": cast.brandes.pk, "beginn": at(hour).isoformat(), "version": cast.entry(entry.pk).version}
        answered = calendar_page.evaluate(POST_STEP, [f"/kalender/eintrag/{entry.pk}/verschieben/", values])
        delays.append(colleague_page.evaluate("window.seen") - answered)
        cell = locate_cell(colleague_page, cast.brandes, hour)
        expect(cell).to_have_attribute("data-entry", str(entry.pk))
        expect(cell).to_have_class(re.compile(r"\bis-live\b"))
    assert min(delays) < ONE_SECOND, delays
    assert_not_reloaded(colleague_page)


# Says when the page shows what the selector finds.
WATCH_FOR = """(wanted) => void (window.seen = new Promise((seen) => {
  const look = () => document.querySelector(wanted) ? seen(Date.now()) : requestAnimationFrame(look);
  look();
}))"""


def test_a_changed_raster_or_column_appears_within_a_second(colleague_page: Page, cast: Cast) -> None:
    def open_in_the_afternoon() -> None:
        draft = RasterDraft(
            weekdays=[DAY.weekday()], from_time=time(14), until_time=time(16), slot_minutes=15, valid_from=DAY
        )
        add_grid_rules(column=cast.brandes, draft=draft, actor=cast.reception)

    def add_a_column() -> None:
        factories.make_column(cast.practice, "Labor")
        move_column(column=cast.reuter, step=1, actor=cast.reception)

    mark(colleague_page)
    delays = []
    afternoon = f'#grid td.free[data-col="{cast.brandes.pk}"][data-start*="T14:00"]'
    for change, wanted in ((open_in_the_afternoon, afternoon), (add_a_column, "#grid thead th.k3")):
        colleague_page.evaluate(WATCH_FOR, wanted)
        with scope(practice=cast.practice):
            change()
        done = datetime.now(UTC).timestamp() * 1_000
        delays.append(colleague_page.evaluate("window.seen") - done)
    assert min(delays) < ONE_SECOND, delays
    assert_not_reloaded(colleague_page)


def test_focus_and_scroll_position_survive_a_live_change(calendar_page: Page, cast: Cast) -> None:
    page = calendar_page
    page.set_viewport_size({"width": 1366, "height": 420})
    locate_cell(page, cast.reuter, 11, 30).focus()
    top = page.evaluate("document.getElementById('grid').scrollTop")
    assert top > 0
    # The same row and the focused cell itself.
    for column in (cast.brandes, cast.reuter):
        entry = cast.book(column, 11, 30)
        expect(locate_entry(page, entry)).to_be_visible()
        expect(locate_cell(page, cast.reuter, 11, 30)).to_be_focused()
    assert page.evaluate("document.getElementById('grid').scrollTop") == top
    assert page.locator('#grid td[tabindex="0"]').count() == 1


def test_an_open_dialog_survives_a_live_change(calendar_page: Page, cast: Cast) -> None:
    page = calendar_page
    locate_cell(page, cast.reuter, 9).click()
    page.locator("#id_q").fill("mei")
    url = page.url
    entry = cast.book(cast.reuter, 9)
    expect(locate_entry(page, entry)).to_be_attached()
    expect(page.locator("#id_q")).to_have_value("mei")
    # The first Esc empties the field.
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(locate_dialog(page)).to_have_count(0)
    expect(locate_entry(page, entry)).to_be_focused()
    assert page.url == url == page.evaluate("performance.getEntriesByType('navigation')[0].name")


def test_a_click_that_is_on_its_way_survives_a_live_change(calendar_page: Page, cast: Cast) -> None:
    page = calendar_page
    entry = cast.book(cast.reuter, 9)
    expect(locate_entry(page, entry)).to_be_visible()
    answers: list[Route] = []

    def keep(route: Route) -> None:
        answers.append(route)

    page.route("**/kalender/eintrag/*/", keep)
    locate_entry(page, entry).click()
    other = cast.book(cast.brandes, 9)
    with page.expect_response(lambda response: "/kalender/teile/" in response.url):
        cast.book(cast.reuter, 11)
    answers[0].continue_()
    expect(locate_dialog(page)).to_be_visible()
    expect(locate_entry(page, other)).to_be_attached()


def test_move_mode_survives_a_live_change(calendar_page: Page, cast: Cast) -> None:
    page, entry = calendar_page, cast.book(cast.reuter, 9)
    locate_entry(page, entry).focus()
    page.keyboard.press("m")
    page.keyboard.press("ArrowDown")
    other = cast.book(cast.brandes, 9)
    expect(locate_entry(page, other)).to_be_visible()
    expect(page.locator(".dropframe")).to_be_visible()
    expect(page.locator("#grid .is-source")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(locate_cell(page, cast.reuter, 9, 15)).to_have_attribute("data-entry", str(entry.pk))


def test_without_the_stream_the_page_asks_every_fifteen_seconds(open_page: OpenPage, cast: Cast, watch: Watch) -> None:
    watch.expected.append("ERR_FAILED")
    page = open_page(user=cast.reception)
    page.clock.install()
    page.route("**/live/**", lambda route: route.abort())
    page.goto(address())
    status = page.locator("#connection")
    page.clock.run_for(5_000)
    expect(status).to_contain_text("Verbindung unterbrochen, wird alle 15 Sekunden nachgeladen")
    entry = cast.book(cast.reuter, 9)
    expect(locate_entry(page, entry)).to_have_count(0)
    page.clock.run_for(15_000)
    expect(locate_entry(page, entry)).to_be_visible()
    page.unroute("**/live/**")
    page.clock.run_for(6_000)
    expect(status).to_contain_text("Verbunden")
    expect_connected(page)


def test_only_what_changed_is_exchanged(calendar_page: Page, cast: Cast) -> None:
    page = calendar_page
    page.evaluate("document.querySelectorAll('#grid tr').forEach((row) => { row.wasHere = true; })")
    cast.book(cast.reuter, 9)
    expect(page.locator("#grid td.taken")).to_have_count(1)
    exchanged = page.evaluate("[...document.querySelectorAll('#grid tr[data-t]')].filter((row) => !row.wasHere).length")
    assert exchanged == 1
