"""The path to large groups: a LiveKit server of the practice's choosing, off until it is set up."""

from datetime import UTC, datetime
from typing import Any

import jwt
import pytest
from django.test import Client

from accounts.models import Practice
from tests.videosprechstunde.calls import booked, member_of
from tests.videosprechstunde.cast import VideoHouse
from videosprechstunde.models import VideoCall, VideoSettings
from videosprechstunde.providers import PROVIDERS, offered_providers
from videosprechstunde.providers.livekit import room_token
from videosprechstunde.services.inviting import invite_guest

KEY, SECRET = "APIbeispiel", "geheim-nur-fuer-tests-0123456789abcdef"
# Written by livekit-api 1.2.2 for this room and these hours (docs/decisions/0016).
HEAD = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9."
OF_A_PATIENT = (
    "eyJ2aWRlbyI6eyJyb29tSm9pbiI6dHJ1ZSwicm9vbSI6ImExYjJjM2Q0ZTVmNjA3MTgiLCJjYW5QdWJsaXNoIjp0cnVlLCJjYW5TdWJzY3JpYmUi"
    "OnRydWUsImNhblB1Ymxpc2hEYXRhIjp0cnVlfSwic3ViIjoicGF0aWVudC03IiwiaXNzIjoiQVBJYmVpc3BpZWwiLCJuYmYiOjE3OTU0MTcyMDAs"
    "ImV4cCI6MTc5NTQyODAwMH0.YMxw9o4JfYx7ArejMxiMrWEn4rvM16p-yE7AlO1T4as"
)
OF_THE_PRACTICE = (
    "eyJ2aWRlbyI6eyJyb29tQWRtaW4iOnRydWUsInJvb21Kb2luIjp0cnVlLCJyb29tIjoiYTFiMmMzZDRlNWY2MDcxOCIsImNhblB1Ymxpc2giOnRy"
    "dWUsImNhblN1YnNjcmliZSI6dHJ1ZSwiY2FuUHVibGlzaERhdGEiOnRydWV9LCJzdWIiOiJwcmFjdGljZSIsImlzcyI6IkFQSWJlaXNwaWVsIiwi"
    "bmJmIjoxNzk1NDE3MjAwLCJleHAiOjE3OTU0MjgwMDB9.MN32zWZO5A-d6OVlvHCO7XoIIM2onG3Sw2Wba4vB2kI"
)


@pytest.fixture
def server(settings: Any) -> None:
    settings.LIVEKIT_URL, settings.LIVEKIT_PAGE = "wss://video.praxis.example", "https://video.praxis.example/custom"
    settings.LIVEKIT_API_KEY, settings.LIVEKIT_API_SECRET = KEY, SECRET


@pytest.mark.parametrize(
    ("identity", "hosts", "recorded"), [("patient-7", False, OF_A_PATIENT), ("practice", True, OF_THE_PRACTICE)]
)
def test_a_token_is_what_livekits_own_package_writes(identity: str, hosts: bool, recorded: str, server: None) -> None:
    call = VideoCall(
        public_id="a1b2c3d4e5f60718", opens_at=datetime(2026, 11, 23, 7, tzinfo=UTC),
        closes_at=datetime(2026, 11, 23, 10, tzinfo=UTC),
    )  # fmt: skip
    assert room_token(call, identity, hosts=hosts) == HEAD + recorded


def test_everybody_gets_an_own_link_without_a_name(house: VideoHouse, server: None) -> None:
    VideoSettings.objects.create(practice=house.practice, provider="livekit")
    entry = booked(house)
    member = member_of(entry)
    provider = PROVIDERS[member.call.provider]
    guest = invite_guest(
        call=member.call, name="Dolmetscherin", email="d@x.example", actor=house.doctor, now=house.moment
    )  # fmt: skip
    links = {provider.access_of(one).link for one in (member, guest)} | {provider.host_link(member.call)}

    assert len(links) == 3
    for link in links:
        page, _, token = link.partition("&token=")
        assert page == "https://video.praxis.example/custom?liveKitUrl=wss%3A%2F%2Fvideo.praxis.example"
        said = jwt.decode(token, SECRET, algorithms=["HS256"], options={"verify_nbf": False})
        assert said["video"]["room"] == member.call.public_id
        assert said["exp"] == int(member.call.closes_at.timestamp())
        assert not {"Meier", "Dolmetscherin"} & set(str(said).split("'"))


def test_without_a_server_nobody_can_choose_it(house: VideoHouse, office: Client) -> None:
    assert "livekit" not in dict(offered_providers())
    page = office.get("/video/teilnehmer/dienst/").content.decode()
    assert "LiveKit" not in page
    assert office.post("/video/teilnehmer/dienst/", {"provider": "livekit"}).status_code != 302
    assert not VideoSettings.objects.filter(provider="livekit").exists()


def test_with_a_server_it_is_one_of_the_services(house: VideoHouse, office: Client, server: None) -> None:
    assert office.post("/video/teilnehmer/dienst/", {"provider": "livekit"}).status_code == 302
    assert VideoSettings.objects.get(practice=house.practice).provider == "livekit"


def test_a_server_that_was_switched_off_gives_no_link(house: VideoHouse, practice: Practice) -> None:
    VideoSettings.objects.create(practice=practice, provider="livekit")
    assert not PROVIDERS["livekit"].access_of(member_of(booked(house))).is_complete
