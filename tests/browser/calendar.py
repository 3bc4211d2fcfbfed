"""Finding things in the calendar and preparing a day for it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django_scopes import scope
from playwright.sync_api import Locator, Page, expect

from accounts.models import Practice, User
from scheduling.models import AppointmentType, CalendarColumn, Entry
from scheduling.services import Person
from tests import factories

BERLIN = ZoneInfo("Europe/Berlin")


def coming_monday() -> date:
    """A Monday at least a week ahead: whole days of it can be booked, whenever the tests run."""
    today = datetime.now(BERLIN).date()
    return today + timedelta(days=14 - today.weekday())


DAY = coming_monday()


def at(hour: int, minute: int = 0, day: date = DAY) -> datetime:
    return datetime.combine(day, time(hour, minute), tzinfo=BERLIN).astimezone(UTC)


@dataclass
class Cast:
    """Two columns, 08:00 to 12:00 in quarter hours: Reuter and Brandes, with 30-minute check-ups."""

    practice: Practice
    reception: User
    reuter: CalendarColumn
    brandes: CalendarColumn
    check_up: AppointmentType

    def book(
        self,
        column: CalendarColumn,
        hour: int,
        minute: int = 0,
        *,
        name: str = "Behrens",
        minutes: int = 15,
        **more: Any,
    ) -> Entry:
        wanted = {"person": Person(last_name=name, first_name="Lotte"), "minutes": minutes} | more
        now = datetime.now(UTC)
        return factories.make_appointment(column, at(hour, minute), actor=self.reception, now=now, **wanted)

    def entry(self, pk: int) -> Entry:
        with scope(practice=self.practice):
            return Entry.objects.select_related("column").get(pk=pk)

    def entries(self) -> list[Entry]:
        with scope(practice=self.practice):
            return list(Entry.objects.select_related("column").order_by("pk"))


def address(view: str = "", day: date = DAY) -> str:
    return f"/kalender/?tag={day.isoformat()}" + (f"&ansicht={view}" if view else "")


def open_calendar(page: Page, view: str = "", day: date = DAY) -> None:
    page.goto(address(view, day))
    expect_connected(page)


def expect_connected(page: Page) -> None:
    """The scripts run and the stream is open."""
    expect(page.locator("#connection")).to_have_attribute("data-state", "on")


def locate_cell(page: Page, column: CalendarColumn, hour: int, minute: int = 0, day: date = DAY) -> Locator:
    start = datetime.combine(day, time(hour, minute), tzinfo=BERLIN).isoformat()
    return page.locator(f'#grid td[data-col="{column.pk}"][data-start="{start}"]')


def locate_entry(page: Page, entry: Entry) -> Locator:
    """The cell that holds the entry."""
    return page.locator(f'#grid td[data-entry="{entry.pk}"]')


def locate_ticket(page: Page, entry: Entry, tray: str = "parked") -> Locator:
    return page.locator(f'#tray-{tray} .ticket[data-entry="{entry.pk}"]')


def locate_dialog(page: Page) -> Locator:
    return page.locator("#dialog-host > dialog")


def expect_spoken(page: Page, text: str) -> None:
    """In one of the two status regions: what is heard, or what is shown and heard."""
    expect(page.get_by_role("status").filter(has_text=text).first).to_be_attached()


def tab_to(page: Page, wanted: Locator, most: int = 60) -> None:
    """Presses Tab until the wanted element has the focus: the way somebody without a mouse gets there."""
    expect(wanted).to_be_visible()
    for _ in range(most):
        if wanted.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{wanted} is not reached with Tab")
