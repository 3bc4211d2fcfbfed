"""Entrance, waiting room and call as pages: axe, phones, keys, consent, cancelling."""

import re

import pytest
from django_scopes import scope
from playwright.sync_api import Browser, expect

from accounts.models import Practice, User
from scheduling.models import Entry
from tests.browser.axe import assert_fits_and_is_accessible
from tests.browser.conftest import OpenPage
from tests.browser.video import DEVICES, TEST_S, VideoVisit, assert_connected, make_visit
from videosprechstunde.models import CallConsent, CallMember

PATIENT = CallMember.Side.PATIENT

SMALL_TARGETS = (
    "[...document.querySelectorAll('a.btn, button, input, select')].filter((e) => e.checkVisibility()"
    " && !e.closest('.languages, label') && e.getBoundingClientRect().height < 36).map((e) => e.outerHTML)"
)
pytestmark = pytest.mark.timeout(TEST_S)


@pytest.fixture(scope="module")
def chromium(calling_chromium: Browser) -> Browser:
    return calling_chromium


@pytest.fixture
def visit(practice: Practice, doctor: User, reception: User, open_page: OpenPage) -> VideoVisit:
    return make_visit(practice, doctor, reception, open_page)


def test_no_violation_on_the_way_into_the_waiting_room(visit: VideoVisit) -> None:
    page = visit.open_page("/video/login/", size="phone")
    assert_fits_and_is_accessible(page)
    page.get_by_label("TAN", exact=True).fill("AAAA-AAAA-AAAA")
    page.get_by_role("button", name="Teilnehmen").click()
    expect(page.get_by_role("alert")).to_contain_text("Bitte prüfen Sie die TAN")
    assert_fits_and_is_accessible(page)
    for path in ("/video/bedingungen/", "/video/warteraum/"):
        page.goto(path)
        assert_fits_and_is_accessible(page)
    page = visit.enter_waiting_room(size="phone")
    expect(page.get_by_text("Mikrofon funktioniert")).to_be_visible()
    # Large enough for a thumb.
    assert page.evaluate(SMALL_TARGETS) == []
    assert_fits_and_is_accessible(page)
    refused = visit.redeem(devices=(), size="phone")
    expect(refused.get_by_text("Mikrofon ist nicht erlaubt")).to_be_visible()
    assert_fits_and_is_accessible(refused)
    expect(page.get_by_role("heading", name="In einem anderen Fenster geöffnet")).to_be_visible()
    assert_fits_and_is_accessible(page)


def test_no_violation_in_the_call(visit: VideoVisit) -> None:
    consulting = visit.open_consulting_room()
    expect(consulting.get_by_text("Noch wartet niemand.")).to_be_visible()
    assert_fits_and_is_accessible(consulting)
    waiting = visit.enter_waiting_room()
    consulting.get_by_role("button", name="Hereinlassen").click()
    waiting.get_by_role("button", name="Chat").click()
    for page in (consulting, waiting):
        expect(page.locator(".tile [data-quality]")).to_have_text(re.compile("^Verbindung (gut|mäßig|schwach)"))
        assert_fits_and_is_accessible(page)
    consulting.get_by_role("button", name="Auflegen").click()
    expect(consulting.get_by_role("heading", name="Sie haben aufgelegt")).to_be_visible()
    assert_fits_and_is_accessible(consulting)


def test_a_link_waits_for_the_button_and_leaves_the_address(visit: VideoVisit) -> None:
    member = _patient(visit)
    page = visit.open_page(f"/video/#{member.link}", size="phone", permissions=list(DEVICES))
    expect(page.get_by_text("Ihr Link ist da.")).to_be_visible()
    assert page.url.endswith("/video/")
    assert _patient(visit).redeemed_at is None
    page.keyboard.press("Tab")
    page.get_by_role("button", name="Teilnehmen").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Sie sind im Warteraum")).to_be_visible()
    assert _patient(visit).redeemed_at


def test_a_tan_in_the_address_fills_the_field_and_leaves_the_address(visit: VideoVisit) -> None:
    page = visit.open_page(f"/video/login/?tan={visit.tan}")
    expect(page.get_by_label("TAN", exact=True)).to_have_value(visit.tan)
    assert page.url.endswith("/video/login/")
    assert _patient(visit).redeemed_at is None


def test_consent_is_asked_for_and_opens_the_door(visit: VideoVisit) -> None:
    page, consulting = visit.redeem(), visit.open_consulting_room()
    expect(consulting.get_by_text("hat noch nicht eingewilligt")).to_be_visible()
    consulting.get_by_role("button", name="Hereinlassen").click()
    expect(page.get_by_text("Es fehlt nur noch Ihre Einwilligung.")).to_be_visible()
    assert page.evaluate("window.pc") is None
    expect(consulting.locator("[data-call-status]")).to_contain_text("muss noch in das Videogespräch einwilligen")
    page.get_by_role("button", name="Ich bin einverstanden").click()
    assert_connected(consulting, page)
    expect(consulting.get_by_text(re.compile(r"^Einwilligung \d"))).to_be_visible()
    assert _consents(visit) == [True]
    page.get_by_role("button", name="Auflegen").click()
    page.get_by_role("button", name="Einwilligung zurücknehmen").click()
    expect(page.get_by_role("button", name="Ich bin einverstanden")).to_be_visible()
    assert _consents(visit) == [False]


def test_cancelling_from_the_waiting_room_asks_first(visit: VideoVisit) -> None:
    page = visit.enter_waiting_room()
    page.get_by_role("button", name="Termin absagen").click()
    page.get_by_role("button", name="Im Warteraum bleiben").click()
    page.get_by_role("button", name="Termin absagen").click()
    page.get_by_role("dialog").get_by_role("button", name="Termin absagen").click()
    expect(page.get_by_role("heading", name="Der Termin ist abgesagt")).to_be_focused()
    with scope(practice=visit.doctor.practice):
        assert Entry.objects.get(pk=visit.entry_id).status == "cancelled"


def test_reception_sees_who_waits_but_does_not_talk(visit: VideoVisit, reception: User) -> None:
    visit.enter_waiting_room()
    page = visit.open_page(f"/video/termin/{visit.entry_id}/", user=reception)
    expect(page.locator("[data-waiting]").get_by_text("wartet 0 Min.")).to_be_visible()
    expect(page.get_by_role("button", name="Hereinlassen")).to_have_count(0)
    assert page.evaluate("document.querySelectorAll('video').length") == 0 or not page.evaluate(
        "document.querySelector('video').srcObject"
    )


def test_the_page_says_who_waits_and_who_comes_next(visit: VideoVisit) -> None:
    consulting = visit.open_consulting_room()
    expect(consulting.get_by_text("Heute keine weiteren Videotermine.")).to_be_visible()
    visit.enter_waiting_room()
    expect(consulting).to_have_title(re.compile(r"^\(1\) Videogespräch"))
    visit.book_another("Yilmaz")
    expect(consulting.get_by_role("region", name="Danach")).to_contain_text("Yilmaz")


def test_whoever_is_turned_away_is_told_to_call(visit: VideoVisit) -> None:
    page = visit.enter_waiting_room()
    visit.open_consulting_room().get_by_role("button", name="Ablehnen").click()
    expect(page.get_by_role("heading", name="Die Praxis kann Sie gerade nicht hereinholen")).to_be_visible()


def test_english_speakers_read_english(visit: VideoVisit) -> None:
    page = visit.open_page(f"/video/login/?tan={visit.tan}", locale="en-GB", permissions=list(DEVICES))
    page.get_by_role("button", name="Join").click()
    expect(page.get_by_role("heading", name="You are in the waiting room")).to_be_visible()
    expect(page.get_by_text("Camera works")).to_be_visible()


def _patient(visit: VideoVisit) -> CallMember:
    with scope(practice=visit.doctor.practice):
        return CallMember.objects.get(call__entry_id=visit.entry_id, side=PATIENT)


def _consents(visit: VideoVisit) -> list[bool]:
    with scope(practice=visit.doctor.practice):
        return [consent.revoked_at is None for consent in CallConsent.objects.filter(call__entry_id=visit.entry_id)]
