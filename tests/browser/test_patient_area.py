"""The area of patients in a real browser: phone, desktop, light, dark, by keyboard, without scripts, in English."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import PatientAccount, Practice
from scheduling.models import Entry
from tests.browser.axe import assert_fits_and_is_accessible
from tests.browser.conftest import OpenPage
from tests.factories import make_appointment, make_column, make_patient, make_patient_account, make_type

PAGES = (
    "/mein/", "/mein/{account}/", "/mein/{account}/termine/", "/mein/{account}/termine/{entry}/absagen/",
    "/mein/{account}/daten/", "/mein/{account}/daten/aendern/", "/mein/{account}/nachrichten/",
    "/mein/{account}/anmeldung/",
)  # fmt: skip
Check = Callable[..., None]


@pytest.fixture
def account(practice: Practice) -> PatientAccount:
    patient = make_patient(practice, mobile="0170 1234567", email="magda@post.example", city="Beispielstadt")
    return make_patient_account(patient)


@pytest.fixture
def entry(account: PatientAccount) -> Entry:
    column = make_column(account.practice, "Dr. Reuter", weekdays=range(7))
    tomorrow = (timezone.now() + timedelta(days=1)).replace(hour=9, minute=0, second=0, microsecond=0)
    video = make_type(account.practice, "Videosprechstunde", is_video=True)
    make_appointment(column, tomorrow + timedelta(hours=1), patient=account.patient, appointment_type=video)
    return make_appointment(column, tomorrow, patient=account.patient)


def _paths(account: PatientAccount, entry: Entry) -> list[str]:
    return [path.format(account=account.pk, entry=entry.pk) for path in PAGES]


def test_no_violation_and_nothing_wider_than_the_screen(
    open_page: OpenPage, account: PatientAccount, entry: Entry
) -> None:
    page = open_page(user=account.user)
    for path in _paths(account, entry):
        page.goto(path)
        assert_fits_and_is_accessible(page)


def test_every_target_is_large_enough_for_a_thumb(open_page: OpenPage, account: PatientAccount, entry: Entry) -> None:
    page = open_page(user=account.user, size="phone")
    for path in _paths(account, entry):
        page.goto(path)
        small = page.evaluate(
            "[...document.querySelectorAll('a.btn, button, .area-nav a, .choice, .area-foot a')]"
            ".filter((e) => e.checkVisibility() && !e.closest('.password') && e.getBoundingClientRect().height < 44)"
            ".map((e) => e.outerHTML)"
        )
        assert small == [], path


def test_several_people_are_chosen_between(
    open_page: OpenPage, account: PatientAccount, neighbour: Practice, assert_no_axe_violations: Check
) -> None:
    make_patient_account(make_patient(neighbour, "Meier", "Mia"), account.user)
    page = open_page("/", user=account.user, size="phone")
    expect(page.get_by_role("heading", name="Für wen?")).to_be_visible()
    assert_no_axe_violations(page)
    page.get_by_role("link", name="Mia Meier").click()
    expect(page.get_by_role("heading", name="Guten Tag, Mia")).to_be_visible()


def test_cancelling_by_keyboard_alone(open_page: OpenPage, account: PatientAccount, entry: Entry) -> None:
    page = open_page(f"/mein/{account.pk}/", user=account.user)
    _tab_to(page, "Absagen")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Diesen Termin absagen?")).to_be_visible()
    _tab_to(page, "Termin absagen")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Ihr Termin ist abgesagt.")).to_be_visible()
    expect(page.get_by_role("heading", name="Abgesagt")).to_be_visible()


def _tab_to(page: Page, name: str, most: int = 30) -> None:
    for _press in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent.trim()").startswith(name):
            return
    raise AssertionError(f"Tab never reached {name}")


def test_everything_works_without_scripts(open_page: OpenPage, account: PatientAccount, entry: Entry) -> None:
    page = open_page(f"/mein/{account.pk}/daten/aendern/", user=account.user, java_script_enabled=False)
    page.get_by_label("Mobil").fill("0151 7654321")
    page.get_by_role("button", name="Speichern").click()
    expect(page.get_by_text("0151 7654321")).to_be_visible()
    page.get_by_role("link", name="Nachrichten").click()
    page.get_by_role("group", name="Per SMS an Termine erinnern?").get_by_label("Ja").check()
    page.get_by_role("button", name="Speichern").click()
    expect(page.get_by_text("Gespeichert. Das gilt ab sofort.")).to_be_visible()


def test_the_language_is_chosen_on_the_page(
    open_page: OpenPage, account: PatientAccount, entry: Entry, assert_no_axe_violations: Check
) -> None:
    page = open_page(f"/mein/{account.pk}/", user=account.user, size="phone")
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", name="Hello, Magda")).to_be_visible()
    assert_no_axe_violations(page)
    page.get_by_role("link", name="Appointments", exact=True).click()
    expect(page.get_by_role("heading", name="Coming up")).to_be_visible()
    # As narrow as phones come.
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("button", name="Deutsch").click()
    expect(page.get_by_role("heading", name="Das steht an")).to_be_visible()
