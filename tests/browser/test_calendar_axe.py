"""WCAG 2.2 A and AA on every view and dialog of the calendar, on desk and phone, light and dark."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django_scopes import scope
from playwright.sync_api import Page, expect

from scheduling.models.entry import Placement, Status
from scheduling.services import set_note, set_remark, set_visit_status
from tests import factories
from tests.browser.calendar import Cast, at, locate_cell, locate_dialog, open_calendar
from tests.browser.conftest import OpenPage

LOOKS = [("desktop", "light"), ("phone", "dark")]


@pytest.fixture
def full_day(cast: Cast) -> Cast:
    """Something of everything: known and unknown, every status, a note, a remark, tickets in both trays."""
    patient = factories.make_patient(cast.practice, "Meier", "Magda")
    cast.book(cast.reuter, 8, person=None, patient=patient, minutes=30, text="bringt Befunde mit")
    for quarter, status in enumerate([Status.ARRIVED, Status.IN_ROOM, Status.DONE, Status.NO_SHOW]):
        entry = cast.book(cast.brandes, 8, quarter * 15, name=f"Person{quarter}")
        with scope(practice=cast.practice):
            set_visit_status(entry=entry, status=status, actor=cast.reception, now=datetime.now(UTC))
    words: dict[str, Any] = {"practice": cast.practice, "column": cast.reuter, "minutes": 15, "actor": cast.reception}
    with scope(practice=cast.practice):
        set_note(starts_at=at(9, 30), text="nur Rezepte", now=datetime.now(UTC), **words)
        set_remark(starts_at=at(9, 45), text="Rückruf Klinik", now=datetime.now(UTC), **words)
    cast.book(cast.reuter, 9, status=Status.TENTATIVE)
    cast.book(cast.reuter, 9, 15, is_video=True)
    cast.book(cast.reuter, 10, placement=Placement.EXTRA, name="Zusatz")
    cast.book(cast.reuter, 10, placement=Placement.PARKED, name="Geparkt")
    return cast


@pytest.fixture
def open_day(open_page: OpenPage, full_day: Cast) -> Callable[..., Page]:
    def open_day(size: str, scheme: str, view: str = "") -> Page:
        page = open_page(user=full_day.reception, size=size, scheme=scheme, reduced_motion="reduce")
        open_calendar(page, view)
        return page

    return open_day


@pytest.mark.parametrize(("size", "scheme"), [*LOOKS, ("desktop", "dark")])
def test_the_calendar_and_its_dialogs(
    open_day: Callable[..., Page], full_day: Cast, assert_no_axe_violations: Callable[..., None], size: str, scheme: str
) -> None:
    page = open_day(size, scheme)
    assert_no_axe_violations(page)

    locate_cell(page, full_day.reuter, 10).click()
    check_dialog(page, assert_no_axe_violations)
    page.locator('#grid td[data-kind="appointment"]').first.click()
    check_dialog(page, assert_no_axe_violations)
    for path in ("naechster-freier/", "reservieren/", "tasten/"):
        page.evaluate(
            "(path) => htmx.ajax('GET', path, {source: '#dialog-host', target: '#dialog-host', swap: 'innerHTML'})",
            f"/kalender/{path}",
        )
        check_dialog(page, assert_no_axe_violations)


def check_dialog(page: Page, assert_no_axe_violations: Callable[..., None]) -> None:
    dialog = locate_dialog(page)
    expect(dialog).to_be_visible()
    assert_no_axe_violations(page, within="#dialog-host > dialog")
    dialog.locator("[data-close]").first.click()
    expect(dialog).to_have_count(0)


@pytest.mark.parametrize(("size", "scheme"), LOOKS)
@pytest.mark.parametrize("view", ["3tage", "woche"])
def test_several_days(
    open_day: Callable[..., Page], assert_no_axe_violations: Callable[..., None], size: str, scheme: str, view: str
) -> None:
    assert_no_axe_violations(open_day(size, scheme, view))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_move_mode(
    open_day: Callable[..., Page], full_day: Cast, assert_no_axe_violations: Callable[..., None], scheme: str
) -> None:
    page = open_day("desktop", scheme)
    page.locator('#grid td[data-kind="appointment"]').first.focus()
    page.keyboard.press("m")
    page.keyboard.press("ArrowDown")
    expect(page.locator(".movebar")).to_be_visible()
    assert_no_axe_violations(page)
