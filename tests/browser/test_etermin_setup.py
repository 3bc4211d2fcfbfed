"""Setting eTermin up by hand: values to copy, a test through the real door, ids and calendars."""

from typing import Any

import pytest
from django_scopes import scope
from playwright.sync_api import expect

from accounts.models import DoctorRole, User
from integrations.etermin.models import EterminCalendar, EterminConnection, EterminDelivery
from tests.browser.axe import assert_no_axe_violations
from tests.browser.conftest import OpenPage
from tests.factories import at, make_column


@pytest.fixture
def reachable(app_url: str, settings: Any) -> None:
    settings.PUBLIC_URL = app_url


def test_the_practice_sets_etermin_up_and_tries_the_door(
    transactional_db: None, reachable: None, practice_admin: User, open_page: OpenPage, app_url: str
) -> None:
    page = open_page("/verwaltung/etermin/", user=practice_admin, permissions=["clipboard-read", "clipboard-write"])
    assert_no_axe_violations(page)
    page.get_by_role("button", name="Verbindung anlegen").click()
    connection = EterminConnection._base_manager.get()
    expect(page.get_by_label("Ziel-Adresse", exact=True)).to_have_value(
        f"{app_url}/hooks/etermin/{connection.public_id}"
    )
    page.get_by_role("button", name="Http value kopieren").click()
    expect(page.get_by_role("button", name="Http value kopieren")).to_have_text("Kopiert")
    assert page.evaluate("navigator.clipboard.readText()") == connection.secret

    page.get_by_role("button", name="Testereignis senden").click()
    expect(page.get_by_text("Das Testereignis ist angekommen.")).to_be_visible()
    assert EterminDelivery._base_manager.get().is_test
    assert_no_axe_violations(page)

    page.get_by_label("Wer schreibt den Patienten").select_option(label="die Praxis")
    page.get_by_role("button", name="Speichern", exact=True).click()
    expect(page.get_by_text("Die Einstellungen zu eTermin sind gespeichert.")).to_be_visible()


@pytest.mark.parametrize("size", ["large", "phone"])
def test_an_unknown_calendar_is_given_a_doctor(
    transactional_db: None, practice_admin: User, open_page: OpenPage, size: str
) -> None:
    practice = practice_admin.practice
    assert practice
    with scope(practice=practice):
        role = DoctorRole.objects.create(practice=practice, name="Dr. Reuter")
        make_column(practice, "Dr. Reuter", doctor_role=role)
        connection = EterminConnection.objects.create(practice=practice, public_id="x" * 32, secret="s")
        EterminCalendar.objects.create(
            practice=practice, connection=connection, calendar_id="211614", name="Sprechstunde Video", seen_at=at(9)
        )
    page = open_page("/verwaltung/etermin/kalender/", user=practice_admin, size=size)
    expect(page.get_by_text("1 Kalender führt nirgendwohin.")).to_be_visible()
    expect(page.get_by_label("Benutzer-ID von Dr. Reuter", exact=True)).to_have_value(str(role.pk))
    assert_no_axe_violations(page)

    page.get_by_label("Arzt für Sprechstunde Video").select_option(label="Dr. Reuter")
    page.get_by_role("button", name="Zuordnung speichern").click()
    expect(page.get_by_text("Die Zuordnung ist gespeichert.")).to_be_visible()
    expect(page.get_by_text("unbekannt", exact=True)).to_have_count(0)
    assert_no_axe_violations(page)
