"""Doctor and patient see and hear each other, and find each other again: real Chromium, real media."""

import os
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import APIResponse, Browser, Page, Route, expect

from accounts.models import Practice, User
from tests.browser.conftest import OpenPage
from tests.browser.video import (
    COLOURS,
    TEST_S,
    VideoVisit,
    admit,
    assert_connected,
    assert_media_flows,
    is_marked,
    make_visit,
    mark_connection,
    slack,
    stats,
    wait_until,
)  # fmt: skip

pytestmark = pytest.mark.timeout(TEST_S)
RUNS = int(os.environ.get("PRAXIS_RUNS", "1"))
RELOADS = int(os.environ.get("VIDEO_RELOADS", "2"))
PICTURE_S, ALL_RUNS, TRIES = 2.0, 20, 3
# Runs in each page: when the first frame of the other side was decoded, by the clock that both pages share.
CLOCK = """
window.seenAt = 0;
window.addEventListener("click", () => { window.clickedAt = Date.now(); }, true);
setInterval(async () => {
  if (!window.pc || window.seenAt) return;
  (await pc.getStats()).forEach((row) => {
    if (row.type === "inbound-rtp" && row.kind === "video" && row.framesDecoded > 0) window.seenAt ||= Date.now();
  });
}, 20);
"""
# A good line, some loss, much loss, a slow line, a very slow one.
LEVELS = """async () => {
  const { judge } = await import("/static/js/video/quality.js");
  const after = (lost, delay) => judge({ received: 0, lost: 0 }, { received: 100 - lost, lost, delay, lostThere: 0 });
  return [after(0, 0.1), after(5, 0.1), after(20, 0.1), after(0, 0.4), after(0, 0.7)];
}"""
PRETEND_SCREEN = """navigator.mediaDevices.getDisplayMedia = async () =>
  Object.assign(document.createElement("canvas"), { width: 320, height: 200 }).captureStream(10)"""
UNPLUG_THE_CAMERA = """() => {
  const { track } = pc.getSenders().find((one) => one.track?.kind === "video");
  track.stop();
  track.dispatchEvent(new Event("ended"));
}"""
BOTH_PICTURES = (
    "[...document.querySelectorAll('.tile video')].filter((one) => one.videoWidth > 0 && one.currentTime > 0).length"
)


@pytest.fixture(scope="module")
def chromium(calling_chromium: Browser) -> Browser:
    return calling_chromium


@pytest.fixture
def visit(practice: Practice, doctor: User, reception: User, open_page: OpenPage) -> VideoVisit:
    return make_visit(practice, doctor, reception, open_page)


@pytest.mark.parametrize("number", range(RUNS))
def test_they_see_and_hear_each_other_within_two_seconds_of_letting_in(number: int, visit: VideoVisit) -> None:
    """PRAXIS_RUNS=20 for 20 of 20. Asked for less, a busy machine gets its slack and three tries: otherwise its queue
    would be measured and not the call."""
    is_strict = RUNS >= ALL_RUNS
    waiting, took = visit.enter_waiting_room(init=CLOCK), []
    while True:
        consulting = visit.open_consulting_room(init=CLOCK)
        took.append(_seconds_to_the_picture(waiting, consulting))
        if took[-1] <= PICTURE_S * (1 if is_strict else slack()):
            return _assert_they_see_and_hear(consulting, waiting)
        assert not is_strict, took
        assert len(took) < TRIES, took
        consulting.context.close()
        waiting.context.close()
        waiting = visit.come_back(init=CLOCK)


def _seconds_to_the_picture(waiting: Page, consulting: Page) -> float:
    """By the pages' own clock: what Playwright takes to click and look is not counted."""
    expect(consulting.get_by_text("Kamera und Mikrofon geprüft")).to_be_visible()
    expect(consulting.locator("[data-no-consent]")).to_be_hidden()
    admit(consulting)
    wait_until(lambda: all(page.evaluate("window.seenAt") > 0 for page in (waiting, consulting)), waiting, consulting)
    seen_at = max(page.evaluate("window.seenAt") for page in (waiting, consulting))
    took: float = (seen_at - consulting.evaluate("window.clickedAt")) / 1000
    return took


def _assert_they_see_and_hear(consulting: Page, waiting: Page) -> None:
    assert_media_flows(consulting, waiting)
    for page in (consulting, waiting):
        wait_until(lambda page=page: stats(page)["energy"] > 0, page)
        wait_until(lambda page=page: page.evaluate(COLOURS) > 3, page)
        assert stats(page)["dtls"] == "connected"
        expect(page.locator(".tile [data-quality]")).to_have_text(re.compile("^Verbindung (gut|mäßig|schwach)"))
    assert consulting.evaluate(LEVELS) == [3, 2, 1, 2, 1]


def test_nothing_is_connected_before_somebody_is_let_in(visit: VideoVisit) -> None:
    answers: list[dict[str, object]] = []
    waiting = visit.enter_waiting_room()
    waiting.on("response", lambda answer: answers.append(answer.json()) if "/stand?" in answer.url else None)
    consulting = visit.open_consulting_room()
    expect(consulting.get_by_text("Kamera und Mikrofon geprüft")).to_be_visible()
    expect(waiting.get_by_text("ist da und holt Sie gleich herein")).to_be_visible()
    assert waiting.evaluate("window.pc") is None
    assert answers
    assert all(answer["turn"] is None and answer["messages"] == [] for answer in answers)
    answer_from_before = _hold_an_answer(consulting)
    admit(consulting)
    wait_until(lambda: consulting.evaluate("Boolean(window.pc)"), consulting)
    mark_connection(consulting)
    answer_from_before()
    assert_media_flows(consulting, waiting)
    assert is_marked(consulting)


def _hold_an_answer(page: Page) -> Callable[[], None]:
    """The page asks now how things stand; it is answered when the test says so."""
    held: list[tuple[Route, APIResponse]] = []
    page.route("**/stand?*", lambda route: held.append((route, route.fetch())), times=1)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    wait_until(lambda: len(held) == 1, page)
    [(route, answer)] = held
    return lambda: route.fulfill(response=answer)


def test_reloads_of_either_side_lead_back_into_the_call(visit: VideoVisit) -> None:
    consulting, waiting = visit.meet()
    for number in range(RELOADS):
        (consulting, waiting)[number % 2].reload()
        assert_connected(consulting, waiting)
        assert_media_flows(consulting, waiting, more=5)
    consulting.reload()
    waiting.reload()
    assert_media_flows(consulting, waiting, more=5)


def test_hanging_up_ends_nothing(visit: VideoVisit) -> None:
    consulting, waiting = visit.meet()
    waiting.get_by_role("button", name="Auflegen").click()
    expect(waiting.get_by_role("heading", name="Sie haben aufgelegt")).to_be_focused()
    expect(consulting.locator("[data-call-status]")).to_contain_text("hat aufgelegt")
    expect(consulting.locator(".tile")).to_have_count(0)
    waiting.get_by_role("button", name="Wieder teilnehmen").click()
    assert_media_flows(consulting, waiting)
    consulting.get_by_role("button", name="Auflegen").click()
    expect(consulting.get_by_role("heading", name="Sie haben aufgelegt")).to_be_focused()
    expect(consulting.get_by_role("link", name="Sprechstunde abschließen").first).to_be_visible()
    consulting.get_by_role("button", name="Wieder verbinden").click()
    assert_media_flows(consulting, waiting)


def test_the_chat_goes_from_browser_to_browser_and_is_kept_nowhere(visit: VideoVisit) -> None:
    consulting, waiting = visit.meet()
    sent: list[str] = []
    for page in (consulting, waiting):
        page.on("request", lambda request: sent.append(request.post_data or ""))
    _write(waiting, "Ich halte das <b>Rezept</b> in die Kamera.")
    expect(consulting.locator(".chatlog li")).to_have_text("Ich halte das <b>Rezept</b> in die Kamera.")
    waiting.get_by_role("button", name="Chat").click()
    consulting.get_by_label("Nachricht", exact=True).fill("Gern, etwas näher.")
    consulting.keyboard.press("Enter")
    expect(waiting.locator("[data-unread]")).to_contain_text("1")
    assert not any("Rezept" in body or "näher" in body for body in sent)
    consulting.reload()
    assert_connected(consulting, waiting)
    expect(consulting.locator(".chatlog li")).to_have_count(0)


def test_camera_microphone_and_screen_change_without_a_new_connection(visit: VideoVisit) -> None:
    consulting, waiting = visit.meet()
    mark_connection(consulting)
    waiting.get_by_role("button", name="Kamera aus").click()
    expect(consulting.locator(".tile.is-dark")).to_be_visible()
    waiting.get_by_role("button", name="Mikrofon aus").click()
    expect(consulting.locator("[data-muted]")).to_be_visible()
    assert waiting.evaluate("pc.getSenders().every((one) => !one.track?.enabled)")
    waiting.get_by_role("button", name="Kamera aus").click()
    waiting.get_by_role("button", name="Mikrofon aus").click()
    expect(consulting.locator(".tile.is-dark")).to_have_count(0)
    expect(consulting.locator("[data-muted]")).to_be_hidden()
    consulting.evaluate(PRETEND_SCREEN)
    consulting.get_by_role("button", name="Bildschirm teilen").click()
    expect(waiting.locator(".tile.is-screen")).to_be_visible()
    consulting.get_by_role("button", name="Bildschirm teilen").click()
    expect(waiting.locator(".tile.is-screen")).to_have_count(0)
    assert_media_flows(consulting, waiting)
    # Unplugged: another camera, or the same again, takes over by itself.
    waiting.evaluate(UNPLUG_THE_CAMERA)
    assert_media_flows(consulting, waiting)
    assert is_marked(consulting)


def test_a_second_window_says_that_the_call_is_elsewhere(visit: VideoVisit) -> None:
    consulting, waiting = visit.meet()
    second = waiting.context.new_page()
    second.goto("/video/warteraum/")
    expect(second.get_by_role("heading", name="In einem anderen Fenster geöffnet")).to_be_visible()
    assert second.evaluate("window.pc") is None
    second.get_by_role("button", name="Hier weitermachen").click()
    assert_media_flows(consulting, second)
    expect(waiting.get_by_role("heading", name="In einem anderen Fenster geöffnet")).to_be_visible()


def test_a_third_person_talks_with_both(visit: VideoVisit) -> None:
    consulting, waiting = visit.meet()
    guest = visit.guest("Nina Haas").enter_waiting_room(size="desktop")
    admit(consulting)
    pages = (consulting, waiting, guest)
    for page in pages:
        expect(page.locator(".tile")).to_have_count(2)
        wait_until(lambda page=page: page.evaluate(BOTH_PICTURES) == 2, page)
    expect(guest.locator(".tile [data-name]").filter(has_text="Tilman Haas").first).to_be_attached()


def _write(page: Page, text: str) -> None:
    page.get_by_role("button", name="Chat").click()
    page.get_by_label("Nachricht", exact=True).fill(text)
    page.keyboard.press("Enter")
