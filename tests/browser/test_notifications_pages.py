"""The pages of messages in a real browser: no violation, usable by keyboard, nothing wider than a phone."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.utils import timezone
from django_scopes import scope
from playwright.sync_api import expect

from accounts.models import Practice, User
from notifications.models import Job, JobKind, Message, MessageTemplate, Stage
from tests.browser.axe import assert_fits_and_is_accessible
from tests.browser.conftest import OpenPage
from tests.factories import make_appointment, make_column
from tests.notifications import cast
from tests.notifications.pages import make_message, skip

Check = Callable[..., None]
STAFF = ["", "ausgang/", "ausgang/{message}/", "protokolle/", "protokolle/?tab=ausgelassen", "briefe/", "monat/"]
ADMIN = [
    "schalter/", "stufen/{stage}/", "vorlagen/", "vorlagen/{template}/", "auftraege/", "auftraege/{job}/", "guthaben/",
    "guthaben/{mandant}/", "anbieter/",
]  # fmt: skip


@pytest.fixture
def ids(practice: Practice, practice_admin: User) -> Iterator[dict[str, int]]:
    with scope(practice=practice):
        cast.open_messages(practice)
        column = make_column(practice, "Dr. Reuter", weekdays=range(7))
        tomorrow = (timezone.now() + timedelta(days=1)).replace(hour=8, minute=0, second=0, microsecond=0)
        patient = cast.make_person(practice, street="Markt 1", city="Köln")
        told = make_appointment(column, tomorrow, patient=patient, now=timezone.now())
        mute = make_appointment(column, tomorrow + timedelta(hours=1), patient=patient, now=timezone.now())
        message = make_message(practice, told, state="unknown", outcome=0, sent_at=timezone.now())
        make_message(practice, mute, outcome=40, sent_at=timezone.now(), channel="email")
        Message.objects.filter(entry=mute).update(entry=None)
        skip(practice, mute, patient)
        yield {
            "message": message.pk, "stage": Stage.objects.latest("pk").pk, "patient": patient.pk, "entry": told.pk,
            "template": MessageTemplate.objects.get(kind="reminder", channel="email").pk,
            "job": Job.objects.get(kind=JobKind.SEND).pk, "mandant": practice.mandanten.get().pk,
        }  # fmt: skip


@pytest.mark.parametrize("paths", [STAFF, ADMIN], ids=["staff", "admin"])
def test_no_page_has_a_violation_or_is_wider_than_its_screen(
    paths: list[str], open_page: OpenPage, practice_admin: User, ids: dict[str, int]
) -> None:
    page = open_page(user=practice_admin)
    for path in paths:
        page.goto("/nachrichten/" + path.format(**ids))
        assert_fits_and_is_accessible(page)


def test_a_text_is_written_and_previewed_by_keyboard(
    open_page: OpenPage, practice_admin: User, ids: dict[str, int], assert_no_axe_violations: Check
) -> None:
    page = open_page("/nachrichten/vorlagen/{template}/".format(**ids), user=practice_admin)
    text = page.locator("#id_text")
    text.focus()
    page.keyboard.press("Control+Home")
    page.get_by_role("button", name="Nachname einfügen").focus()
    page.keyboard.press("Enter")
    expect(text).to_be_focused()
    page.keyboard.type(" Befund ")
    expect(page.locator("#preview")).to_contain_text("Meier Befund")
    expect(page.locator("#preview")).to_contain_text("Zeile 1: „Befund“ verrät")
    page.get_by_role("button", name="Vorlage speichern").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".errorlist")).to_contain_text("Zeile 1")
    expect(text).to_be_focused()
    assert_no_axe_violations(page)


def test_the_plan_shows_what_it_would_do_while_it_is_chosen(
    open_page: OpenPage, practice_admin: User, ids: dict[str, int]
) -> None:
    page = open_page("/nachrichten/auftraege/{job}/".format(**ids), user=practice_admin)
    expect(page.get_by_label("An diesen Tagen")).to_be_hidden()
    page.get_by_role("radio", name="wöchentlich").focus()
    page.keyboard.press("Space")
    expect(page.locator("#plan-preview")).to_contain_text("Bitte mindestens einen Wochentag wählen.")
    page.get_by_label("Mi", exact=True).focus()
    page.keyboard.press("Space")
    expect(page.locator("#plan-preview")).to_contain_text("Jede Woche am Mittwoch um 10:15 Uhr")
    expect(page.locator("#plan-preview li")).to_have_count(5)


def test_consent_is_on_the_page_of_the_patient_and_the_reminder_in_the_dialog(
    open_page: OpenPage, practice_admin: User, ids: dict[str, int], assert_no_axe_violations: Check
) -> None:
    page = open_page("/patienten/{patient}/".format(**ids), user=practice_admin)
    page.get_by_label("Geburtstagsgruß, SMS").select_option("abgelehnt")
    page.get_by_role("button", name="Einwilligung eintragen").click()
    expect(page.locator("#toasts")).to_contain_text("1 Einwilligung ist eingetragen.")
    expect(page.get_by_label("Geburtstagsgruß, SMS")).to_have_value("0")
    assert_no_axe_violations(page)
    page.goto("/kalender/eintrag/{entry}/".format(**ids))
    expect(page.locator(".reminders")).to_contain_text("unklar")
    assert_no_axe_violations(page)
