"""Links of mails, people and online accounts in a real browser: with and without scripts, by keyboard."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from django_scopes import scope
from playwright.sync_api import Page, expect

from accounts.models import DoctorRole, OnlineAccount, Practice, User
from accounts.services.invitations import invite_user
from accounts.services.online_accounts import confirm_online_account, register_online_account
from accounts.services.participants import add_participant
from accounts.services.users import create_user
from scheduling.models import CalendarColumn
from scheduling.models.entry import Placement
from tests.accounts.links import last_code
from tests.browser.axe import assert_fits_and_is_accessible
from tests.browser.conftest import OpenPage
from tests.factories import make_appointment, make_column, make_type

PASSWORD = "Ein langer Satz 17"
Check = Callable[..., None]


@pytest.fixture
def newcomer(practice: Practice) -> User:
    with scope(practice=practice):
        return create_user(
            practice=practice, email="neu@demo.example", first_name="Nele", last_name="Neu", actor=None,
            now=timezone.now(),
        )  # fmt: skip


@pytest.fixture
def code(practice: Practice, newcomer: User) -> str:
    with scope(practice=practice):
        invite_user(practice=practice, user=newcomer, actor=None, now=timezone.now())
    return last_code(practice)


@pytest.fixture
def account(practice: Practice, practice_admin: User, doctor: User) -> OnlineAccount:
    now = timezone.now().replace(second=0, microsecond=0)
    column = make_column(practice, "Dr. Reuter", weekdays=range(7))
    video = make_type(practice, "Videosprechstunde", is_video=True)
    with scope(practice=practice):
        made = register_online_account(
            practice=practice, licensee="MVZ am Markt", email="l@mvz.example", actor=practice_admin, now=now
        )
        confirm_online_account(account=made, now=now)
        add_participant(account=made, name="Dr. Reuter", user=doctor, actor=practice_admin, now=now)
        waiting = register_online_account(
            practice=practice, licensee="Zweigpraxis", email="z@mvz.example", actor=practice_admin, now=now
        )
        add_participant(account=waiting, name="Dr. Brandes", user=None, actor=practice_admin, now=now)
        role = DoctorRole.objects.create(practice=practice, name="Dr. Reuter", user=doctor)
        CalendarColumn.objects.filter(pk=column.pk).update(doctor_role=role)
    make_appointment(
        column, now + timedelta(days=1), appointment_type=video, is_video=True, placement=Placement.EXTRA, now=now
    )
    return made


def choose_password(page: Page) -> None:
    expect(page.get_by_role("heading", name="Passwort wählen")).to_be_visible()
    page.get_by_label("Neues Passwort").fill(PASSWORD)
    page.get_by_role("button", name="Passwort festlegen und anmelden").click()
    page.wait_for_url("**/kalender/**")


def test_the_link_leads_to_the_password_and_its_secret_reaches_no_address(open_page: OpenPage, code: str) -> None:
    page = open_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url + request.headers.get("referer", "")))
    page.goto(f"/willkommen/#{code}")
    choose_password(page)
    assert len(asked) > 2
    assert not [url for url in asked if code in url]
    page.go_back()
    assert code not in page.url


def test_a_link_opened_where_the_page_stands_already_works_too(open_page: OpenPage, code: str) -> None:
    page = open_page("/willkommen/")
    page.evaluate("code => { location.hash = code; }", code)
    expect(page.get_by_role("heading", name="Passwort wählen")).to_be_visible()


def test_without_scripts_the_code_is_pasted_by_keyboard(open_page: OpenPage, code: str) -> None:
    page = open_page(f"/willkommen/#{code}", java_script_enabled=False)
    page.get_by_label("Code aus der E-Mail").fill(f"  {code[:20]} {code[20:]}\n")
    page.keyboard.press("Enter")
    choose_password(page)


def test_a_used_link_says_what_to_do(open_page: OpenPage, code: str, assert_no_axe_violations: Check) -> None:
    choose_password(first := open_page(f"/willkommen/#{code}"))
    first.context.close()
    page = open_page(f"/willkommen/#{code}")
    expect(page.get_by_text("Dieser Link gilt nicht mehr.")).to_be_visible()
    expect(page.get_by_role("link", name="Neuen Link anfordern")).to_be_visible()
    assert_no_axe_violations(page)


def test_no_violation_on_the_way_in(open_page: OpenPage, code: str) -> None:
    page = open_page()
    for path in ("/willkommen/", "/konto/password/reset/", "/konto/password/reset/done/"):
        page.goto(path)
        assert_fits_and_is_accessible(page)
    page.goto(f"/willkommen/#{code}")
    expect(page.get_by_role("heading", name="Passwort wählen")).to_be_visible()
    assert_fits_and_is_accessible(page)


def test_no_violation_on_pages_of_people_and_online_accounts(
    open_page: OpenPage, practice_admin: User, newcomer: User, account: OnlineAccount
) -> None:
    page = open_page(user=practice_admin)
    online = "/einstellungen/online-konten/"
    for path in (
        "/einstellungen/personen/", f"/einstellungen/personen/{newcomer.pk}/", "/einstellungen/personen/neu/", online,
        f"{online}neu/", f"{online}{account.pk}/", f"{online}{account.pk}/deaktivieren/",
        f"{online}{account.pk}/teilnehmer/",
    ):  # fmt: skip
        page.goto(path)
        assert_fits_and_is_accessible(page)


def test_an_online_account_is_registered_and_switched_off_by_keyboard(
    open_page: OpenPage, practice_admin: User, account: OnlineAccount
) -> None:
    page = open_page("/einstellungen/online-konten/neu/", user=practice_admin)
    page.get_by_label("Lizenznehmer").focus()
    page.keyboard.type("Praxis Nord")
    page.keyboard.press("Tab")
    page.keyboard.type("nord@mvz.example")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Praxis Nord")).to_be_visible()
    page.goto(f"/einstellungen/online-konten/{account.pk}/deaktivieren/")
    expect(page.get_by_text("Dr. Reuter: ein Videotermin")).to_be_visible()
    page.get_by_role("button", name="Konto deaktivieren").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Seit", exact=False).first).to_be_visible()
