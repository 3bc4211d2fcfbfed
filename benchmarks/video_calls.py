"""How soon two real browsers show each other: after „Hereinlassen“, and after a reload of either side."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.test import Client
from django.utils import timezone
from django_scopes import scope
from playwright.sync_api import Browser, Page, sync_playwright

from accounts.models import Practice, User
from benchmarks.report import Line, percentile
from benchmarks.server import Server
from tests.chromium import HINT, find_calling_chromium
from tests.videosprechstunde.cast import VideoHouse, make_video_house
from videosprechstunde.models import CallMember

VISITS, RELOADS = 20, 24
LIMIT_S = 2.0
PATIENCE_S = 30
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--disable-background-networking",
    "--use-fake-device-for-media-stream", "--allow-loopback-in-peer-connection",
    "--autoplay-policy=no-user-gesture-required",
)  # fmt: skip
# Runs in each page: when the first frame of the other side was decoded, by the clock that both pages share.
CLOCK = """
window.seenAt = 0;
setInterval(async () => {
  const { pc } = window;
  if (!pc || window.seenAt) return;
  (await pc.getStats()).forEach((row) => {
    if (row.type === "inbound-rtp" && row.kind === "video" && row.framesDecoded > 0) window.seenAt ||= Date.now();
  });
}, 20);
"""


def measure(server: Server) -> list[Line]:
    base = f"http://127.0.0.1:{server.port}"
    with _house() as house, _browser() as browser:
        first = [_first_frame(browser, base, house, number) for number in range(VISITS)]
        again = _reloads(browser, base, house)
    return [
        Line(
            id="video-first-frame", figure=max(first), unit="s", floor=None, ratio=None,
            target=f"<= {LIMIT_S:.0f} s, {VISITS} of {VISITS}", held=max(first) <= LIMIT_S,
            about=f"median {percentile(first, 0.5):.2f} s",
        ),
        Line(
            id="video-reload", figure=max(again), unit="s", floor=None, ratio=None,
            target=f"all {RELOADS} reconnect", held=len(again) == RELOADS,
            about=f"median {percentile(again, 0.5):.2f} s",
        ),
    ]  # fmt: skip


@contextmanager
def _house() -> Iterator[VideoHouse]:
    practice = Practice.objects.create(slug="video", name="Video")
    with scope(practice=practice):
        doctor = User.objects.create_user("arzt@bench.example", None, practice=practice, role=User.Role.DOCTOR)
        yield make_video_house(practice, doctor, doctor, timezone.now())


@contextmanager
def _browser() -> Iterator[Browser]:
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    path = find_calling_chromium()
    assert path, HINT
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


def _open_both(browser: Browser, base: str, house: VideoHouse, number: int) -> tuple[Page, Page]:
    """The patient waits, the doctor looks at the waiting room."""
    entry = house.book(patient=house.patient(f"Haas{number}"))
    tan = CallMember.objects.get(call__entry=entry, side=CallMember.Side.PATIENT).tan
    patient, doctor = _page(browser, base), _page(browser, base)
    patient.goto(f"/video/login/?tan={tan}")
    patient.get_by_role("button", name="Teilnehmen").click()
    patient.get_by_role("button", name="Ich bin einverstanden").click()
    client = Client(headers={"host": "localhost"})
    client.force_login(house.doctor)
    name = settings.SESSION_COOKIE_NAME
    cookie: Any = {"name": name, "value": client.cookies[name].value, "url": base}
    doctor.context.add_cookies([cookie])
    doctor.goto(f"/video/termin/{entry.pk}/")
    doctor.get_by_text("Kamera und Mikrofon geprüft").wait_for()
    doctor.get_by_text("hat noch nicht eingewilligt").wait_for(state="hidden")
    return doctor, patient


def _page(browser: Browser, base: str) -> Page:
    context = browser.new_context(base_url=base, locale="de-DE", permissions=["camera", "microphone"])
    context.add_init_script(CLOCK)
    return context.new_page()


def _first_frame(browser: Browser, base: str, house: VideoHouse, number: int) -> float:
    doctor, patient = _open_both(browser, base, house, number)
    doctor.evaluate("addEventListener('click', () => { window.clickedAt = Date.now(); }, true)")
    doctor.get_by_role("button", name="Hereinlassen").click()
    seen_at = max(_seen_at(page) for page in (doctor, patient))
    took: float = (seen_at - doctor.evaluate("window.clickedAt")) / 1000
    for page in (doctor, patient):
        page.context.close()
    return took


def _reloads(browser: Browser, base: str, house: VideoHouse) -> list[float]:
    """By turns; from the new page's first script to a picture on both sides."""
    doctor, patient = _open_both(browser, base, house, VISITS)
    doctor.get_by_role("button", name="Hereinlassen").click()
    pages = (doctor, patient)
    for page in pages:
        _seen_at(page)
    took = []
    for number in range(RELOADS):
        reloaded, other = pages[number % 2], pages[1 - number % 2]
        # What the other side still decodes of the old connection does not count.
        other.evaluate("window.seenAt = Infinity; window.oldPc = pc")
        reloaded.reload()
        other.evaluate("setInterval(() => { if (window.pc !== window.oldPc) { window.seenAt = 0; oldPc = pc; } }, 20)")
        began = reloaded.evaluate("performance.timeOrigin")
        took.append((max(_seen_at(page) for page in pages) - began) / 1000)
    return took


def _seen_at(page: Page) -> float:
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        seen = page.evaluate("window.seenAt === Infinity ? 0 : window.seenAt")
        if seen:
            return float(seen)
        page.wait_for_timeout(50)
    raise TimeoutError("No picture came.")
