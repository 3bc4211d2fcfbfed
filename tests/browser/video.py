"""A call between two real browsers: what its tests share.

Media are asserted by what was decoded, never by words on the page. `framesDecoded` starts at 0 with each connection.
"""

import os
import time
from dataclasses import dataclass, replace
from typing import Any

from django.utils import timezone
from django_scopes import scope, scopes_disabled
from playwright.sync_api import Page, expect

from accounts.models import Practice, User
from scheduling.models import Entry
from scheduling.models.entry import Placement
from tests.browser.conftest import OpenPage
from tests.factories import make_appointment, make_patient
from tests.videosprechstunde.cast import make_video_house
from videosprechstunde.models import CallMember, Signal, VideoCall
from videosprechstunde.services.inviting import invite_guest

DEVICES = ("camera", "microphone")
# Above what the product takes to mend a connection that failed at first: it gives up after 15 s and enters anew. A slow
# machine takes several times as long for it. How fast something must be, its test says itself.
PATIENCE_S = 60.0
# The loop of `slack` on a quiet core of 2026.
LOOP_S = 0.05
# Several such waits in one test.
TEST_S = 300
# What explains a connection that does not come about.
STATE = """() => {
  const { phase } = document.documentElement.dataset;
  const status = document.querySelector("[data-call-status]")?.textContent;
  if (!window.pc) return { phase, status, pc: null };
  const { connectionState, iceConnectionState, iceGatheringState, signalingState, epoch } = pc;
  return { phase, status, epoch, connectionState, iceConnectionState, iceGatheringState, signalingState };
}"""
STATS = """async (kind) => {
  const found = { frames: 0, energy: 0, dtls: "", local: "" };
  if (!window.pc) return found;
  const stats = await pc.getStats();
  stats.forEach((row) => {
    if (row.type === "inbound-rtp" && row.kind === "video") found.frames = row.framesDecoded || 0;
    if (row.type === "inbound-rtp" && row.kind === "audio") found.energy = row.totalAudioEnergy || 0;
    if (row.type === "transport") {
      found.dtls = row.dtlsState;
      const pair = stats.get(row.selectedCandidatePairId);
      found.local = pair ? stats.get(pair.localCandidateId).candidateType : "";
    }
  });
  return found;
}"""
# How many colours, at 4 bits a channel, the picture of the other side has: black has one.
COLOURS = """() => {
  const video = document.querySelector(".tile video");
  if (!video || !video.videoWidth) return 0;
  const canvas = Object.assign(document.createElement("canvas"), { width: 64, height: 48 });
  const context = canvas.getContext("2d");
  context.drawImage(video, 0, 0, 64, 48);
  const { data } = context.getImageData(0, 0, 64, 48);
  const seen = new Set();
  for (let i = 0; i < data.length; i += 4) seen.add(data.slice(i, i + 3).map((value) => value >> 4).join());
  return seen.size;
}"""


@dataclass
class VideoVisit:
    """One appointment with its doctor and its patient, each in a browser profile of their own."""

    entry_id: int
    doctor: User
    tan: str
    open_page: OpenPage

    def redeem(
        self, *, devices: tuple[str, ...] = DEVICES, size: str = "phone", init: str = "", **options: Any
    ) -> Page:  # fmt: skip
        """`init`: runs in the page before its own scripts."""
        page = self.open_page(size=size, permissions=list(devices), **options)
        page.add_init_script(init)
        page.goto(f"/video/login/?tan={self.tan}")
        page.get_by_role("button", name="Teilnehmen").click()
        return page

    def enter_waiting_room(self, *, devices: tuple[str, ...] = DEVICES, size: str = "phone", **options: Any) -> Page:
        """And says yes to the video consultation."""
        page = self.come_back(devices=devices, size=size, **options)
        consent(page)
        return page

    def come_back(self, *, devices: tuple[str, ...] = DEVICES, size: str = "phone", **options: Any) -> Page:
        """Into the waiting room, with the yes of before."""
        page = self.redeem(devices=devices, size=size, **options)
        expect(page.get_by_role("heading", name="Sie sind im Warteraum")).to_be_visible()
        return page

    def open_consulting_room(self, *, devices: tuple[str, ...] = DEVICES, init: str = "", **options: Any) -> Page:
        page = self.open_page(user=self.doctor, permissions=list(devices), **options)
        page.add_init_script(init)
        page.goto(f"/video/termin/{self.entry_id}/")
        return page

    def guest(self, name: str) -> "VideoVisit":
        """The same appointment for a third person."""
        with scope(practice=self.doctor.practice):
            call = VideoCall.objects.get(entry_id=self.entry_id)
            member = invite_guest(
                call=call, name=name, email="gast@post.example", actor=self.doctor, now=timezone.now()
            )
            return replace(self, tan=member.tan)

    def book_another(self, name: str) -> None:
        """An appointment with another patient at the same time."""
        with scope(practice=self.doctor.practice):
            entry = Entry.objects.select_related("column__practice", "appointment_type").get(pk=self.entry_id)
            patient = make_patient(entry.column.practice, name)
            wanted: dict[str, Any] = {
                "appointment_type": entry.appointment_type,
                "minutes": 30,
                "placement": Placement.EXTRA,
            }
            make_appointment(entry.column, entry.starts_at, now=timezone.now(), patient=patient, **wanted)

    def meet(self, **patient: Any) -> tuple[Page, Page]:
        """Doctor and patient, connected."""
        waiting, consulting = self.enter_waiting_room(**patient), self.open_consulting_room()
        admit(consulting)
        assert_connected(consulting, waiting)
        return consulting, waiting


def make_visit(practice: Practice, doctor: User, reception: User, open_page: OpenPage) -> VideoVisit:
    now = timezone.now()
    with scope(practice=practice):
        house = make_video_house(practice, doctor, reception, now)
        entry = house.book(patient=house.patient("Haas", first_name="Tilman"))
        member = CallMember.objects.get(call=VideoCall.objects.get(entry=entry), side=CallMember.Side.PATIENT)
        return VideoVisit(entry.pk, doctor, member.tan, open_page)


def consent(waiting: Page) -> None:
    waiting.get_by_role("button", name="Ich bin einverstanden").click()
    expect(waiting.get_by_text("Sie haben in die Videosprechstunde eingewilligt.")).to_be_visible()


def admit(consulting: Page) -> None:
    consulting.get_by_role("button", name="Hereinlassen").click()


def stats(page: Page) -> dict[str, Any]:
    found: dict[str, Any] = page.evaluate(STATS)
    return found


def assert_media_flows(*pages: Page, more: int = 20, within: float = PATIENCE_S) -> None:
    """So many frames more are decoded on each of the pages."""
    until = time.monotonic() + within
    start = [stats(page)["frames"] for page in pages]
    while True:
        now = [stats(page)["frames"] for page in pages]
        start = [min(before, after) for before, after in zip(start, now, strict=True)]
        if all(after - before >= more for before, after in zip(start, now, strict=True)):
            return
        assert time.monotonic() < until, f"Frames decoded: {start}, then {now}\n{explain(*pages)}"
        pages[0].wait_for_timeout(50)


def assert_connected(*pages: Page, within: float = PATIENCE_S) -> None:
    def are_connected() -> bool:
        return all(page.evaluate("window.pc?.connectionState") == "connected" for page in pages)

    wait_until(are_connected, *pages, within=within)


def wait_until(is_so: Any, *pages: Page, within: float = PATIENCE_S) -> None:
    """Asks again and again; `wait_for_function` would take a promise for a yes."""
    until = time.monotonic() + within
    while not is_so():
        assert time.monotonic() < until, f"It never came to that.\n{explain(*pages)}"
        pages[0].wait_for_timeout(50)


def explain(*pages: Page) -> str:
    """How the pages and the calls of the test stand."""
    lines = [f"{page.url}: {page.evaluate(STATE)}" for page in pages]
    with scopes_disabled():
        persons = CallMember.objects.order_by("pk").values(
            "pk", "side", "tab", "in_epoch", "last_seen_at", "admitted_at", "entered_at", "left_at"
        )
        letters = Signal.objects.order_by("pk").values("epoch", "sender_id", "recipient_id", "kind", "created_at")
        lines += [str(row) for row in (*VideoCall.objects.values("pk", "epoch", "state"), *persons, *letters)]
    return "\n".join([*lines, f"now {timezone.now()}, load {os.getloadavg()}"])


def slack() -> float:
    """How many times longer something may take than on two quiet cores: by the queue of the last minute, from two per
    core on, and by how long a loop takes now."""
    queue = os.getloadavg()[0] / (2 * (os.cpu_count() or 1))
    began = time.perf_counter()
    sum(number * number for number in range(500_000))
    return max(1.0, queue, (time.perf_counter() - began) / LOOP_S)


def mark_connection(page: Page) -> None:
    """So that a later look can tell whether it is still the same one."""
    page.evaluate("pc.isTheFirst = true")


def is_marked(page: Page) -> bool:
    return bool(page.evaluate("window.pc?.isTheFirst === true"))
