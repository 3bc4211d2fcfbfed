"""Refused, missing, unplugged: whoever has only a TAN can take part all the same."""

import pytest
from playwright.sync_api import Browser, expect

from accounts.models import Practice, User
from tests.browser.conftest import OpenPage
from tests.browser.video import (
    TEST_S,
    VideoVisit,
    admit,
    assert_connected,
    assert_media_flows,
    consent,
    make_visit,
    stats,
    wait_until,
)  # fmt: skip

# Runs before the scripts of the page: a machine without any device.
NO_DEVICES = """
const refuse = async () => { throw new DOMException("", "NotFoundError"); };
Object.defineProperty(navigator.mediaDevices, "getUserMedia", { value: refuse });
"""


pytestmark = pytest.mark.timeout(TEST_S)


@pytest.fixture(scope="module")
def chromium(calling_chromium: Browser) -> Browser:
    return calling_chromium


@pytest.fixture
def visit(practice: Practice, doctor: User, reception: User, open_page: OpenPage) -> VideoVisit:
    return make_visit(practice, doctor, reception, open_page)


def test_with_the_camera_refused_they_hear_each_other(visit: VideoVisit) -> None:
    waiting = visit.enter_waiting_room(devices=("microphone",))
    expect(waiting.get_by_text("Kamera ist nicht erlaubt")).to_be_visible()
    expect(waiting.get_by_text("Mikrofon funktioniert")).to_be_visible()
    wait_until(lambda: waiting.locator(".meter .on").count() > 0, waiting)
    expect(waiting.get_by_role("region", name="Hilfe zu Kamera und Mikrofon")).to_contain_text("So erlauben Sie es")
    consulting = visit.open_consulting_room()
    expect(consulting.locator("[data-devices]")).to_have_text("ohne Kamera")
    admit(consulting)
    assert_connected(consulting, waiting)
    wait_until(lambda: stats(consulting)["energy"] > 0, consulting)
    assert_media_flows(waiting)
    expect(consulting.locator(".tile.is-dark")).to_be_visible()


def test_with_everything_refused_the_camera_can_be_allowed_later(visit: VideoVisit, app_url: str) -> None:
    waiting = visit.enter_waiting_room(devices=())
    expect(waiting.get_by_text("Mikrofon ist nicht erlaubt")).to_be_visible()
    waiting.context.grant_permissions(["camera", "microphone"], origin=app_url)
    waiting.get_by_role("button", name="Noch einmal versuchen").click()
    expect(waiting.get_by_text("Kamera funktioniert")).to_be_visible()
    expect(waiting.get_by_role("region", name="Hilfe zu Kamera und Mikrofon")).to_be_hidden()
    consulting = visit.open_consulting_room()
    admit(consulting)
    assert_media_flows(consulting, waiting)


def test_without_any_device_one_listens_and_writes(visit: VideoVisit) -> None:
    waiting = visit.open_page(size="phone")
    waiting.context.add_init_script(NO_DEVICES)
    waiting.goto(f"/video/login/?tan={visit.tan}")
    waiting.get_by_role("button", name="Teilnehmen").click()
    expect(waiting.get_by_text("Keine Kamera gefunden")).to_be_visible()
    consent(waiting)
    consulting = visit.open_consulting_room()
    expect(consulting.get_by_text("ohne Mikrofon, schreibt im Chat")).to_be_visible()
    admit(consulting)
    assert_connected(consulting, waiting)
    assert_media_flows(waiting)
    wait_until(lambda: stats(waiting)["energy"] > 0, waiting)
    waiting.get_by_role("button", name="Chat").click()
    waiting.get_by_label("Nachricht", exact=True).fill("Ich höre Sie.")
    waiting.keyboard.press("Enter")
    expect(consulting.locator(".chatlog li")).to_have_text("Ich höre Sie.")
