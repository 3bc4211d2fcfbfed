"""The sign on the appointment, the reason in its dialog, the line above the calendar."""

import re
from datetime import timedelta

from django.test import Client
from django.utils import timezone

from accounts.models import Practice, User
from scheduling.models import Entry
from scheduling.models.entry import Status
from scheduling.selectors.additions import EntrySign, notices_now, panels_of, signs_of
from tests.videosprechstunde.cast import VideoHouse
from videosprechstunde.calendar_additions import PANEL


def sign(house: VideoHouse, entry: Entry) -> EntrySign | None:
    found = signs_of([], house.moment, video_ids=[entry.pk]).get(entry.pk, [])
    return found[0] if found else None


def test_each_light_has_its_sign_and_its_words(house: VideoHouse) -> None:
    green = sign(house, house.ready("Gruen"))
    red = sign(house, house.book(patient=house.patient("Rot")))
    invited = house.patient("Gelb")
    house.invite(invited)
    yellow = sign(house, house.book(patient=invited))

    assert green == EntrySign("Video bereit", "check-circle", tone="ok", short="bereit")
    assert yellow
    assert (yellow.icon, yellow.tone, yellow.short) == ("clock", "warn", "noch offen")
    assert red == EntrySign(
        "Video nicht bereit: Noch kein Online-Zugang.", "alert", tone="danger", short="nicht bereit"
    )


def test_whoever_is_there_already_needs_no_sign(house: VideoHouse) -> None:
    entry = house.book(patient=house.patient())
    Entry.objects.filter(pk=entry.pk).update(status=Status.ARRIVED)

    assert sign(house, entry) is None


def test_an_ordinary_appointment_has_no_sign(house: VideoHouse) -> None:
    assert sign(house, house.book(patient=house.patient(), is_video=False)) is None


def test_the_dialog_says_why_and_leads_to_the_guide(house: VideoHouse, desk: Client) -> None:
    entry = house.book(patient=house.patient())
    page = desk.get(f"/kalender/eintrag/{entry.pk}/").content.decode()

    assert "Noch kein Online-Zugang." in page
    assert f'href="/video/bereit/{entry.pk}/"' in page


def test_the_dialog_of_what_is_over_has_no_part(house: VideoHouse) -> None:
    entry = house.ready()

    assert [panel.template for panel in panels_of(entry, house.moment)].count(PANEL) == 1
    assert PANEL not in [panel.template for panel in panels_of(entry, entry.ends_at)]


def test_a_notice_counts_what_blocks_today(house: VideoHouse) -> None:
    assert not [one for one in notices_now(house.moment) if "Videotermin" in one.words]
    house.ready("Bereit")
    house.book(patient=house.patient("Eins"))
    [one] = [one for one in notices_now(house.moment) if "Videotermin" in one.words]
    assert (one.words, one.url, one.is_alarm) == ("1 Videotermin heute ist nicht bereit", "/video/nicht-bereit/", True)

    house.book(patient=house.patient("Zwei"))
    entry = house.book(patient=house.patient("Morgen"))
    Entry.objects.filter(pk=entry.pk).update(
        starts_at=entry.starts_at + timedelta(days=1), ends_at=entry.ends_at + timedelta(days=1)
    )

    [two] = [one for one in notices_now(house.moment) if "Videotermin" in one.words]
    assert two.words == "2 Videotermine heute sind nicht bereit"


def test_the_calendar_page_shows_it_without_the_frame_of_what_is_not_final(house: VideoHouse, desk: Client) -> None:
    house.book(patient=house.patient())
    page = desk.get(f"/kalender/?tag={timezone.localdate():%Y-%m-%d}").content.decode()

    assert re.search(r'class="st t-danger" title="Video nicht bereit: Noch kein Online-Zugang\."', page)
    assert "sendingbox" not in page


def test_names_in_the_reason_are_escaped(house: VideoHouse, desk: Client) -> None:
    house.role.name = "<b>Dr. Böse</b>"
    house.role.user = None
    house.role.save(update_fields=["name", "user"])
    User.objects.filter(pk=house.doctor.pk).update(role=User.Role.RECEPTION)
    entry = house.ready()

    for url in (f"/kalender/?tag={timezone.localdate():%Y-%m-%d}", f"/video/bereit/{entry.pk}/"):
        page = desk.get(url).content.decode()
        assert "<b>Dr. Böse" not in page
        assert "&lt;b&gt;Dr. Böse" in page


def test_the_time_zone_of_the_practice_decides_what_is_today(house: VideoHouse, desk: Client) -> None:
    Practice.objects.filter(pk=house.practice.pk).update(time_zone="Pacific/Kiritimati")
    house.book(patient=house.patient("Heute"))

    assert "Heute, Magda" in desk.get("/video/nicht-bereit/").content.decode()
