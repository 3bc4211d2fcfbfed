"""Pages about accounts in their rarer states, without a violation and by keys alone."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from django_scopes import scope
from playwright.sync_api import Page, expect

from accounts.models import OnlineParticipant, Practice, User
from accounts.services.online_accounts import confirm_online_account, register_online_account
from accounts.services.participants import add_participant
from tests.browser.axe import assert_fits_and_is_accessible
from tests.browser.conftest import OpenPage
from tests.factories import make_patient, make_patient_account, make_user

Check = Callable[..., None]


@pytest.fixture
def colleagues(practice: Practice) -> dict[str, User]:
    """Switched off, long unused, and one who never chose a password."""
    off = make_user(practice, "weg@demo.example", last_name="Weg", is_active=False)
    unused = make_user(practice, "lange@demo.example", last_name="Lange", last_login=timezone.now() - timedelta(400))
    waiting = make_user(practice, "neu@demo.example", last_name="Neu")
    waiting.set_unusable_password()
    waiting.save(update_fields=["password"])
    return {"off": off, "unused": unused, "waiting": waiting}


@pytest.fixture
def participant(practice: Practice, practice_admin: User, doctor: User) -> OnlineParticipant:
    with scope(practice=practice):
        account = register_online_account(
            practice=practice, licensee="MVZ am Markt", email="l@mvz.example", actor=practice_admin, now=timezone.now()
        )
        confirm_online_account(account=account, now=timezone.now())
        return add_participant(
            account=account, name="Dr. Reuter", user=doctor, actor=practice_admin, now=timezone.now()
        )


def test_no_violation_in_rarer_states(
    open_page: OpenPage, practice_admin: User, colleagues: dict[str, User], participant: OnlineParticipant
) -> None:
    page = open_page(user=practice_admin)
    of_participant = f"/einstellungen/online-konten/teilnehmer/{participant.pk}/"
    people = [f"/einstellungen/personen/{person.pk}/" for person in colleagues.values()]
    rules = "/einstellungen/anmeldung/"
    for path in (*people, "/einstellungen/personen/", of_participant, f"{of_participant}deaktivieren/", rules):
        page.goto(path)
        assert_fits_and_is_accessible(page)


def press_until(page: Page, name: str) -> None:
    for _step in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent.trim()").startswith(name):
            return
    raise AssertionError(f"{name} cannot be reached")


def test_a_colleague_comes_back_by_keys(open_page: OpenPage, practice_admin: User, colleagues: dict[str, User]) -> None:
    page = open_page(f"/einstellungen/personen/{colleagues['off'].pk}/", user=practice_admin)
    press_until(page, "Reaktivieren")
    page.keyboard.press("Enter")
    expect(page.get_by_text("kann sich wieder anmelden.").first).to_be_visible()
    press_until(page, "Deaktivieren")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert User.objects.get(pk=colleagues["off"].pk).is_active


def test_an_address_in_use_is_explained_and_linked_by_keys(
    practice: Practice, open_page: OpenPage, reception: User, assert_no_axe_violations: Check
) -> None:
    mother = make_patient(practice)
    email = make_patient_account(mother).user.email
    child = make_patient(practice, "Meier", "Mia", email=email)
    page = open_page(f"/patienten/{child.pk}/zugang/", user=reception)
    page.get_by_label("Deutsch").check()
    press_until(page, "Anlegen und Willkommens-E-Mail senden")
    page.keyboard.press("Enter")
    expect(page.get_by_text("meldet sich schon jemand an").first).to_be_visible()
    assert_no_axe_violations(page)
    press_until(page, "Mit diesem Zugang verbinden")
    page.keyboard.press("Enter")
    expect(page.get_by_text("sieht jetzt auch diese Person.").first).to_be_visible()
