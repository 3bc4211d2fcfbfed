from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.utils import timezone
from django_scopes import scope
from playwright.sync_api import expect

from accounts.models import DoctorRole, Mandant, Practice, User
from scheduling.models import CalendarColumn, GridRule
from tests.browser.axe import assert_fits_and_is_accessible
from tests.browser.conftest import OpenPage
from tests.factories import make_appointment, make_column, make_patient, make_type

PAGES = {
    "patients": [
        "/patienten/", "/patienten/neu/", "/patienten/{patient}/", "/patienten/{patient}/bearbeiten/",
        "/patienten/{patient}/termine/", "/kalender/verlauf/",
    ],
    "people": [
        "/einstellungen/", "/einstellungen/personen/", "/einstellungen/personen/neu/", "/einstellungen/arztrollen/",
        "/einstellungen/arztrollen/neu/", "/einstellungen/mandanten/", "/einstellungen/mandanten/neu/",
    ],
    "columns": [
        "/einstellungen/spalten/", "/einstellungen/spalten/{column}/", "/einstellungen/spalten/{column}/raster/",
        "/einstellungen/spalten/{column}/raster/neu/", "/einstellungen/spalten/{column}/raster/jahrgang/",
        "/einstellungen/raster/{rule}/", "/einstellungen/raster/{rule}/beenden/", "/einstellungen/terminarten/",
        "/einstellungen/farben/",
    ],
}  # fmt: skip
Check = Callable[..., None]


@dataclass
class Rows:
    patient: int
    column: int
    rule: int

    def of(self, path: str) -> str:
        return path.format(**vars(self))


@pytest.fixture
def rows(practice: Practice, practice_admin: User) -> Rows:
    column = make_column(practice, "Dr. Reuter", weekdays=range(7))
    make_patient(practice)
    patient = make_patient(practice)
    with scope(practice=practice):
        DoctorRole.objects.create(practice=practice, name="Dr. Reuter")
        Mandant.objects.create(practice=practice, name="Privat")
        rule = GridRule.objects.filter(column=column).first()
        assert rule
        make_type(practice, "Video", is_video=True, is_online=True)
        _book(column, patient, practice_admin)
    return Rows(patient.pk, column.pk, rule.pk)


def _book(column: CalendarColumn, patient: object, actor: User) -> None:
    tomorrow = (timezone.now() + timedelta(days=1)).replace(hour=9, minute=0, second=0, microsecond=0)
    make_appointment(column, tomorrow, patient=patient, actor=actor, now=timezone.now())


@pytest.mark.parametrize("part", PAGES)
def test_no_violation_and_nothing_wider_than_the_screen(
    part: str, open_page: OpenPage, practice_admin: User, rows: Rows
) -> None:
    page = open_page(user=practice_admin)
    for path in PAGES[part]:
        page.goto(rows.of(path))
        assert_fits_and_is_accessible(page)


def test_the_list_follows_typing_without_an_address(open_page: OpenPage, practice_admin: User, rows: Rows) -> None:
    page = open_page("/patienten/", user=practice_admin)
    page.get_by_label("Suchen", exact=True).press_sequentially("mei ma 010260")
    expect(page.locator("#patient-hits-title")).to_have_text("2 Treffer")
    expect(page.locator("#speech")).to_have_text("2 Treffer")
    assert page.url.endswith("/patienten/")


def test_the_header_finds_patients_from_everywhere(open_page: OpenPage, practice_admin: User, rows: Rows) -> None:
    page = open_page("/einstellungen/", user=practice_admin)
    page.keyboard.press("/")
    page.keyboard.type("mei")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="2 Treffer")).to_be_visible()
    assert "mei" not in page.url.removeprefix("http://")


def test_a_wrong_form_is_clean_too(
    open_page: OpenPage, practice_admin: User, rows: Rows, assert_no_axe_violations: Check
) -> None:
    page = open_page("/patienten/neu/", user=practice_admin)
    page.get_by_role("button", name="Patient anlegen").click()
    expect(page.get_by_label("Nachname")).to_be_focused()
    assert_no_axe_violations(page)


def test_who_would_be_outside_is_shown_before_saving(
    open_page: OpenPage, practice_admin: User, rows: Rows, assert_no_axe_violations: Check
) -> None:
    page = open_page(rows.of("/einstellungen/spalten/{column}/"), user=practice_admin)
    page.get_by_label("im Kalender zeigen").uncheck()
    page.get_by_role("button", name="Speichern").click()
    expect(page.get_by_text("nicht mehr zu sehen")).to_be_visible()
    assert_no_axe_violations(page)
    page.get_by_role("button", name="Zurück zum Bearbeiten").click()
    expect(page.get_by_label("im Kalender zeigen")).not_to_be_checked()


def test_the_contrast_follows_the_chosen_colour(open_page: OpenPage, practice_admin: User, rows: Rows) -> None:
    page = open_page("/einstellungen/farben/", user=practice_admin)
    page.get_by_label("Notiz", exact=True).fill("#554400")
    expect(page.locator("#contrast-note")).to_contain_text("zu wenig")
    page.get_by_label("Notiz", exact=True).fill("#fff2ad")
    expect(page.locator("#contrast-note")).to_contain_text("Kontrast 10,3")
