"""Settings, ledger and bookings of betty24: without violations, no wider than a phone, usable by keyboard."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from django_scopes import scope
from playwright.sync_api import expect

from accounts.models import Practice, User
from integrations.betty24.models import Betty24Binding, Betty24Booking, Betty24Connection, Betty24Job
from integrations.betty24.services.connecting import ConnectionFields, Wish, save_connection
from praxis.core.workrow import WorkState
from tests.browser.axe import assert_fits_and_is_accessible
from tests.browser.conftest import OpenPage
from tests.factories import make_column

SETTINGS, LEDGER, BOOKINGS = "/verwaltung/betty24/", "/verwaltung/betty24/stand/", "/verwaltung/betty24/buchungen/"
Check = Callable[..., None]


@pytest.fixture
def connected(practice: Practice, practice_admin: User) -> Betty24Connection:
    """Two columns, one in trouble; a finished comparison with differences; a booking and a cancellation."""
    now = timezone.now()
    wishes = [Wish(n, f"cal-{n}", make_column(practice, name)) for n, name in ((1, "Dr. Reuter"), (2, "Labor"))]
    with scope(practice=practice):
        connection = save_connection(
            practice=practice, fields=ConnectionFields(host="https://portal.example", api_key="k"), bindings=wishes,
            actor=practice_admin, now=now,
        )  # fmt: skip
        Betty24Binding.objects.filter(place=1).update(name="Dr. Reuter (Hausärztin)", first_synced_at=now)
        Betty24Binding.objects.filter(place=2).update(last_error="Das Portal lehnt die Sperre ab.", last_error_at=now)
        _compare_job(connection)
        for number, status in enumerate(("booked", "cancelled")):
            _booking(connection, number, status)
    return connection


def _compare_job(connection: Betty24Connection) -> None:
    now = timezone.now()
    difference = {
        "what": "missing", "reference": "entry-1", "starts_at": now.isoformat(), "ends_at": now.isoformat()
    }  # fmt: skip
    columns = [{"binding": 1, "taken_here": 7, "waiting": 0, "differences": [difference] * 3}]
    Betty24Job.objects.create(
        practice_id=connection.practice_id, connection=connection, kind="compare", due_at=now, state=WorkState.DONE,
        finished_at=now, result={"columns": columns},
    )  # fmt: skip


def _booking(connection: Betty24Connection, number: int, status: str) -> None:
    start = timezone.now() + timedelta(days=1, hours=number)
    Betty24Booking.objects.create(
        practice_id=connection.practice_id, connection=connection, portal_id=f"B24-{number}", version=1,
        calendar_id="cal-1", starts_at=start, ends_at=start + timedelta(minutes=15), status=status,
        last_name="Mustermann", first_name="Erika", booked_at=timezone.now(), received_at=timezone.now(),
        cancelled_at=timezone.now() if status == "cancelled" else None,
    )  # fmt: skip


def test_no_page_has_a_violation_or_is_too_wide(
    open_page: OpenPage, practice_admin: User, connected: Betty24Connection
) -> None:
    page = open_page(user=practice_admin)
    with scope(practice=connected.practice):
        upload = f"/verwaltung/betty24/spalte/{Betty24Binding.objects.get(place=1).pk}/uebertragen/"
    for path in (SETTINGS, LEDGER, BOOKINGS, upload):
        page.goto(path)
        assert_fits_and_is_accessible(page)
    page.goto(SETTINGS)
    page.get_by_text("Zertifikate (TLS)").click()
    page.get_by_label("Adresse").fill("portal")
    page.get_by_role("button", name="Speichern", exact=True).click()
    expect(page.get_by_label("Adresse")).to_be_focused()
    assert_fits_and_is_accessible(page)


def test_the_ledger_is_worked_by_keyboard_and_keeps_the_focus_while_it_moves(
    open_page: OpenPage, reception: User, connected: Betty24Connection
) -> None:
    page = open_page(LEDGER, user=reception)
    page.get_by_role("button", name="Vergleichen Dr. Reuter").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("wartet, beginnt gleich")).to_be_visible()
    pause = page.get_by_role("button", name="Anhalten Labor")
    pause.focus()
    with page.expect_response(lambda answer: answer.url.endswith(LEDGER)):
        pass
    with scope(practice=connected.practice):
        Betty24Job.objects.filter(state=WorkState.QUEUED).update(
            state=WorkState.DONE, finished_at=timezone.now(), result={"columns": []}
        )
    expect(page.get_by_text("wartet, beginnt gleich")).to_have_count(0)
    expect(pause).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_text("angehalten", exact=True)).to_be_visible()


def test_the_full_record_opens_and_closes_by_keyboard(
    open_page: OpenPage, reception: User, connected: Betty24Connection, assert_no_axe_violations: Check
) -> None:
    page = open_page(BOOKINGS, user=reception)
    info = page.get_by_role("link", name="Info B24-0")
    info.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Mustermann, Erika")
    assert_no_axe_violations(page, within="dialog")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(info).to_be_focused()


def test_turning_it_off_is_asked_first(open_page: OpenPage, practice_admin: User, connected: Betty24Connection) -> None:
    page = open_page(SETTINGS, user=practice_admin)
    page.get_by_role("button", name="Einschalten").click()
    page.get_by_role("button", name="Ausschalten").click()
    page.get_by_role("dialog").get_by_role("button", name="Ausschalten").click()
    expect(page.get_by_role("button", name="Einschalten")).to_be_visible()


def test_it_works_without_scripts(open_page: OpenPage, reception: User, connected: Betty24Connection) -> None:
    page = open_page(LEDGER, user=reception, java_script_enabled=False)
    page.get_by_role("button", name="Jetzt abgleichen").click()
    expect(page.get_by_text("wartet, beginnt gleich")).to_be_visible()
    page.get_by_role("link", name="Neu laden").click()
    page.goto(BOOKINGS)
    page.get_by_role("link", name="Info B24-0").click()
    expect(page.get_by_text("Mustermann, Erika").first).to_be_visible()
