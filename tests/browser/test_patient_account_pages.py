"""Patients' accounts, registrations and the coupling: axe, keyboard alone, and the whole way of a registration."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import pytest
from django.utils import timezone
from django_scopes import scope
from playwright.sync_api import expect

from accounts.models import Coupling, Registration, User
from accounts.services.patient_accounts import Origin, create_patient_account
from integrations.coupling.models import CouplingError
from tests.browser.axe import assert_fits_and_is_accessible
from tests.browser.conftest import OpenPage
from tests.factories import make_patient, make_patient_account

STAFF_PAGES = (
    "/patienten/{invited}/", "/patienten/{none}/", "/patienten/{none}/zugang/", "/patienten/{invited}/zugang/e-mail/",
    "/patienten/zugaenge/", "/patienten/zugaenge/?zustand=deaktiviert", "/patienten/registrierungen/",
    "/patienten/registrierungen/{registration}/", "/einstellungen/registrierung/", "/einstellungen/koppelung/",
)  # fmt: skip
PUBLIC_PAGES = ("/registrierung/demo/", "/registrierung/demo/danke/", "/registrierung/unbekannt/")
Check = Callable[..., None]


@dataclass
class Rows:
    invited: int
    none: int
    registration: int
    taken: str

    def of(self, path: str) -> str:
        return path.format(**vars(self))


@pytest.fixture
def rows(practice_admin: User) -> Rows:
    practice, now = practice_admin.practice, timezone.now()
    assert practice
    practice.is_open_for_registration = True
    practice.save(update_fields=["is_open_for_registration"])
    with scope(practice=practice):
        invited, none = make_patient(practice), make_patient(practice, "Dorn", "Ute", email="ute@post.example")
        create_patient_account(
            patient=invited, email="magda@post.example", origin=Origin.RECEPTION, actor=practice_admin, now=now
        )
        used = make_patient_account(make_patient(practice, "Behrens", "Lotte"))
        make_patient_account(make_patient(practice, "Conrad"), deactivated_at=now)
        registration = Registration.objects.create(
            practice=practice, last_name="Dorn", first_name="Ute", birth_date=date(1960, 2, 1), mobile="0151 5550100",
            email="ute@post.example", state="waiting", created_at=now, verified_at=now,
        )  # fmt: skip
        CouplingError.objects.create(
            practice=practice, external_id="a-17", code="invalid", message="birth_date: Kein gültiges Datum.",
            first_at=now, last_at=now,
        )  # fmt: skip
    return Rows(invited.pk, none.pk, registration.pk, used.user.email)


def test_no_violation_and_nothing_wider_than_the_screen(open_page: OpenPage, practice_admin: User, rows: Rows) -> None:
    staff, anybody = open_page(user=practice_admin), open_page()
    for page, paths in ((staff, STAFF_PAGES), (anybody, PUBLIC_PAGES)):
        for path in paths:
            page.goto(rows.of(path))
            assert_fits_and_is_accessible(page)


def test_an_address_in_use_is_linked_by_keys_alone(
    open_page: OpenPage, practice_admin: User, rows: Rows, assert_no_axe_violations: Check
) -> None:
    page = open_page(rows.of("/patienten/{none}/"), user=practice_admin)
    page.get_by_role("link", name="Online-Zugang anlegen").focus()
    page.keyboard.press("Enter")
    page.get_by_label("E-Mail", exact=True).focus()
    page.keyboard.press("Control+A")
    page.keyboard.type(rows.taken)
    page.keyboard.press("Enter")
    link = page.get_by_role("button", name="Mit diesem Zugang verbinden")
    expect(link).to_be_visible()
    assert_no_axe_violations(page)
    link.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("sieht jetzt auch diese Person")).to_be_visible()
    expect(page.locator("#zugang").get_by_text("aktiv", exact=True)).to_be_visible()


def test_switching_off_asks_first(open_page: OpenPage, practice_admin: User, rows: Rows) -> None:
    page = open_page(rows.of("/patienten/{invited}/"), user=practice_admin)
    page.locator("#zugang").get_by_role("button", name="Deaktivieren").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("sieht ihre Termine dann nicht mehr online")
    dialog.get_by_role("button", name="Deaktivieren").click()
    expect(page.locator("#zugang").get_by_text("deaktiviert", exact=True).first).to_be_visible()
    page.get_by_role("button", name="Reaktivieren").click()
    expect(page.locator("#zugang").get_by_text("eingeladen", exact=True).first).to_be_visible()


def test_somebody_asks_by_keys_without_scripts_and_the_practice_accepts(
    open_page: OpenPage, practice_admin: User, rows: Rows, assert_no_axe_violations: Check
) -> None:
    page = open_page("/registrierung/demo/", size="phone", java_script_enabled=False)
    page.get_by_label("Vorname").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Vorname")).to_be_focused()
    expect(page.get_by_text("Bitte ausfüllen.").first).to_be_visible()
    for word in ("Eva", "Gruber", "24.11.1970", "eva@post.example"):
        page.keyboard.type(word)
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Bitte E-Mail bestätigen")).to_be_visible()

    desk = open_page(rows.of("/patienten/registrierungen/{registration}/"), user=practice_admin)
    expect(desk.get_by_role("radio").first).to_be_checked()
    desk.get_by_role("radio").first.focus()
    desk.keyboard.press("Enter")
    expect(desk.get_by_text("Die Willkommens-E-Mail ist unterwegs an ute@post.example")).to_be_visible()
    assert_no_axe_violations(desk)


def test_with_a_coupling_the_pages_say_why_not(
    open_page: OpenPage, practice_admin: User, rows: Rows, assert_no_axe_violations: Check
) -> None:
    page = open_page("/einstellungen/koppelung/", user=practice_admin)
    page.get_by_label("Name des anderen Systems").fill("Medistar")
    page.get_by_label("Ansprechpartner").fill("Frau Lenz, 112")
    page.get_by_label("Koppelung eingeschaltet").check()
    page.get_by_role("button", name="Speichern").click()
    expect(page.get_by_text("Die Koppelung ist gespeichert.")).to_be_visible()
    with scope(practice=practice_admin.practice):
        assert Coupling.objects.get().is_on
    for path in ("/patienten/{none}/", "/patienten/{none}/zugang/", "/patienten/registrierungen/{registration}/"):
        page.goto(rows.of(path))
        expect(page.get_by_text("Frau Lenz, 112").first).to_be_visible()
        assert_no_axe_violations(page)
