"""Nobody who comes by link or TAN talks before saying yes to the text as it reads now; a no at any time counts."""

import pytest

from scheduling.models import Entry
from tests.videosprechstunde.calls import Browser, booked, call_of, member_of, patient_browser, practice_browser
from tests.videosprechstunde.cast import VideoHouse
from videosprechstunde.models import CallConsent
from videosprechstunde.models.trail import CONSENT_VERSION
from videosprechstunde.selectors import standing
from videosprechstunde.services import consents

YES = {"version": CONSENT_VERSION, "given": True}


@pytest.fixture
def patient(house: VideoHouse) -> Browser:
    """Let in, but not yet asked."""
    entry = booked(house)
    browser = patient_browser(entry, consents=False)
    doctor = practice_browser(entry, house.doctor)
    assert doctor.post(f"einlassen/{member_of(entry).pk}", {"tab": doctor.tab}).status_code == 200
    return browser


def test_without_a_yes_the_door_stays_shut(patient: Browser) -> None:
    told = patient.ask()
    assert (told["state"], told["consent"]) == ("admitted", False)
    refused = patient.post("betreten", {"tab": patient.tab, "epoch": told["epoch"]})
    assert refused.status_code == 403
    assert refused.json()["field"] == "consent"

    assert patient.post("zustimmung", YES).status_code == 200
    assert patient.ask()["consent"] is True
    assert patient.enter()


def test_a_yes_to_an_older_text_is_asked_for_again(patient: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    patient.post("zustimmung", YES)
    monkeypatch.setattr(consents, "CONSENT_VERSION", "2027-01")
    monkeypatch.setattr(standing, "CONSENT_VERSION", "2027-01")

    assert patient.ask()["consent"] is False
    assert patient.post("betreten", {"tab": patient.tab}).status_code == 403
    # The page still shows the older text.
    assert patient.post("zustimmung", YES).status_code == 409
    assert patient.post("zustimmung", YES | {"version": "2027-01"}).status_code == 200
    assert patient.enter()
    assert [one.version for one in CallConsent.objects.filter(revoked_at=None)] == ["2027-01"]


def test_taken_back_in_the_call_it_ends_there(patient: Browser) -> None:
    patient.post("zustimmung", YES)
    patient.enter()
    entry = the_entry()
    assert call_of(entry).state == "running"
    patient.post("zustimmung", YES | {"given": False})

    assert patient.post("betreten", {"tab": patient.tab}).status_code == 403
    assert patient.signal(patient.ask()["peers"][0]["id"]).status_code == 403
    assert member_of(entry).left_at
    assert not CallConsent.objects.filter(revoked_at=None).exists()


def the_entry() -> Entry:
    return Entry.objects.get(video_call__isnull=False)


def test_the_room_asks_first_and_shows_the_way_back(house: VideoHouse) -> None:
    entry = booked(house)
    browser = patient_browser(entry, consents=False)
    page = browser.client.get("/video/warteraum/").content.decode()
    assert f'data-consent="{CONSENT_VERSION}" aria-labelledby="consent-head">' in page
    browser.post("zustimmung", YES)
    page = browser.client.get("/video/warteraum/").content.decode()
    assert f'data-consent="{CONSENT_VERSION}" aria-labelledby="consent-head" hidden>' in page
    assert "Zurücknehmen" in page


def test_people_of_the_practice_are_not_asked(house: VideoHouse) -> None:
    entry = booked(house)
    doctor = practice_browser(entry, house.doctor)
    assert doctor.ask()["consent"] is None
    assert doctor.enter()["epoch"] == call_of(entry).epoch
