"""A video appointment that is open now, and browsers that speak to its call as the pages do."""

import json
import uuid
from dataclasses import dataclass, field
from typing import Any

from django.test import Client

from accounts.models import User
from scheduling.models import Entry
from tests.videosprechstunde.cast import VideoHouse
from videosprechstunde.models import CallMember, VideoCall
from videosprechstunde.models.trail import CONSENT_VERSION


def member_of(entry: Entry) -> CallMember:
    return CallMember.objects.select_related("call").get(call__entry=entry, side="patient")


def call_of(entry: Entry) -> VideoCall:
    return VideoCall.objects.get(entry=entry)


def booked(house: VideoHouse, name: str = "Meier", **wanted: Any) -> Entry:
    return house.book(patient=house.patient(name), **wanted)


@dataclass
class Browser:
    """One tab. `base` as the page knows it."""

    client: Client
    base: str
    tab: str = field(default_factory=lambda: str(uuid.uuid4()))
    epoch: int = 0

    def ask(self, since: int = 0) -> dict[str, Any]:
        answer = self.client.get(f"{self.base}stand", {"seit": since, "epoche": self.epoch, "tab": self.tab})
        assert answer.status_code == 200, answer.content
        found: dict[str, Any] = answer.json()
        return found

    def post(self, path: str, said: Any = None) -> Any:
        body = said if isinstance(said, str | bytes) else json.dumps(said or {})
        return self.client.post(f"{self.base}{path}", body, content_type="application/json")

    def enter(self) -> dict[str, Any]:
        answer = self.post("betreten", {"tab": self.tab})
        assert answer.status_code == 200, answer.content
        found: dict[str, Any] = answer.json()
        self.epoch = found["epoch"]
        return found

    def signal(self, to: int, kind: str = "ready", **wanted: Any) -> Any:
        said = {"epoch": self.epoch, "to": to, "kind": kind, "payload": None, "id": str(uuid.uuid4()), "tab": self.tab}
        return self.post("signal", said | wanted)


def practice_browser(entry: Entry, user: User) -> Browser:
    client = Client()
    client.force_login(user)
    return Browser(client, f"/video/termin/{entry.pk}/gespraech/")


def new_address() -> str:
    """Limits are counted per address in a cache that outlives a test."""
    return ".".join(["10", *(str(part) for part in uuid.uuid4().bytes[:3])])


def join_by(typed: str, field_name: str = "tan", client: Client | None = None, address: str = "") -> Any:
    return (client or Client()).post("/video/login/", {field_name: typed}, REMOTE_ADDR=address or new_address())


def patient_browser(entry: Entry, client: Client | None = None, *, consents: bool = True) -> Browser:
    client = client or Client()
    answer = join_by(member_of(entry).tan, client=client)
    assert answer.status_code == 302, answer.content
    browser = Browser(client, "/video/gespraech/")
    if consents:
        assert browser.post("zustimmung", {"version": CONSENT_VERSION, "given": True}).status_code == 200
    return browser
