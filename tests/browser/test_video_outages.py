"""What happens when lines break: a silent server touches no media, a dead relay is mended."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from accounts.models import Practice, User
from tests.browser.conftest import OpenPage
from tests.browser.video import (
    PATIENCE_S,
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
from tests.browser.watching import Watch
from tests.coturn import SECRET, Turn, running_turn

pytestmark = pytest.mark.timeout(TEST_S)
SIGNALLING = "**/gespraech/**"
# Two ends of a connection in one page; the first letter of that kind of that end gets lost. Answers whether one did,
# and whether an end gave up.
LOSE_ONE = """async ([kind, from]) => {
  const { connect } = await import("/static/js/video/peer.js");
  const ends = {};
  let chain = Promise.resolve();
  let isLost = false;
  let hasGivenUp = false;
  const letter = (sender, what, payload) => {
    const gets = sender === "offering" ? "answering" : "offering";
    if (!isLost && what === kind && sender === from) isLost = true;
    else chain = chain.then(() => ends[gets].handle(what, payload));
  };
  for (const name of ["offering", "answering"]) {
    ends[name] = connect({
      offers: name === "offering", turn: null, track: () => null, onTrack() {}, onState() {},
      send: (what, payload) => letter(name, what, payload), onLost: () => { hasGivenUp = true; },
    });
  }
  letter("answering", "ready", null);
  ends.answering.expectConnection();
  const areConnected = () => Object.values(ends).every(({ pc }) => pc.connectionState === "connected");
  while (!areConnected() && !hasGivenUp) await new Promise((resolve) => { setTimeout(resolve, 50); });
  for (const end of Object.values(ends)) end.close();
  return [isLost, hasGivenUp];
}"""
# From the moment the relay answers again.
BACK_WITHIN = 10


@pytest.fixture(scope="module")
def chromium(calling_chromium: Browser) -> Browser:
    return calling_chromium


@pytest.fixture
def visit(practice: Practice, doctor: User, reception: User, open_page: OpenPage) -> VideoVisit:
    return make_visit(practice, doctor, reception, open_page)


@pytest.fixture
def turn(tmp_path: Path, settings: Any) -> Iterator[Turn]:
    with running_turn(tmp_path) as turn:
        settings.VIDEO_TURN_URLS, settings.VIDEO_TURN_SECRET, settings.VIDEO_RELAY_ONLY = [turn.url], SECRET, True
        yield turn


def test_a_silent_server_does_not_touch_the_media(visit: VideoVisit, watch: Watch) -> None:
    watch.expected.append("net::ERR_FAILED")
    consulting, waiting = visit.meet()
    for page in (consulting, waiting):
        mark_connection(page)
        page.context.route(SIGNALLING, _abort)
    _ask_until(consulting, "Der Server antwortet gerade nicht. Bild und Ton laufen weiter.")
    assert_media_flows(consulting, waiting, more=60)
    for page in (consulting, waiting):
        page.context.unroute(SIGNALLING)
    _ask_until(consulting, "Der Server antwortet wieder.")
    assert_media_flows(consulting, waiting)
    assert is_marked(consulting)
    assert is_marked(waiting)


def test_a_letter_that_got_lost_is_made_up_for_before_anybody_gives_up(visit: VideoVisit) -> None:
    page = visit.open_consulting_room()
    letters = [["ready", "answering"], ["description", "offering"], ["description", "answering"]]
    lost = page.evaluate(f"async (letters) => Promise.all(letters.map({LOSE_ONE}))", letters)
    assert lost == [[True, False]] * 3


def test_a_relay_that_dies_is_used_again_when_it_is_back(visit: VideoVisit, turn: Turn) -> None:
    consulting, waiting = visit.meet()
    assert_media_flows(consulting, waiting)
    assert {stats(page)["local"] for page in (consulting, waiting)} == {"relay"}
    turn.kill()
    expect(consulting.locator("[data-call-status]")).to_contain_text("unterbrochen", timeout=PATIENCE_S * 1000)
    frames = stats(consulting)["frames"]
    consulting.wait_for_timeout(300)
    assert stats(consulting)["frames"] == frames
    turn.start()
    assert_media_flows(consulting, waiting, more=5, within=BACK_WITHIN * slack())
    expect(consulting.locator("[data-call-status]")).to_contain_text("Verbunden mit")


def test_the_device_check_reaches_the_relay(visit: VideoVisit, turn: Turn) -> None:
    waiting = visit.enter_waiting_room()
    expect(waiting.get_by_text("Verbindung gut")).to_be_visible()
    turn.kill()
    waiting.get_by_role("button", name="Prüfen").click()
    expect(waiting.get_by_text("Die Verbindung könnte gestört sein")).to_be_visible()


def test_whoever_comes_back_on_another_device_is_seen_before_being_let_in_again(visit: VideoVisit) -> None:
    consulting, waiting = visit.meet()
    waiting.context.close()
    expect(consulting.locator(".tile.is-still")).to_be_visible(timeout=PATIENCE_S * 1000)
    again = visit.come_back()
    assert again.evaluate("window.pc") is None
    admit(consulting)
    assert_connected(consulting, again)
    assert_media_flows(consulting, again)


def _ask_until(page: Page, words: str) -> None:
    """The page asks the server again and again until its status line says so."""

    def are_said() -> bool:
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        return page.locator("[data-call-status]").text_content() == words

    wait_until(are_said, page)


def _abort(route: Route) -> None:
    route.abort()
