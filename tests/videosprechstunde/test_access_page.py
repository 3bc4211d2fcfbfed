"""Link and TAN as the practice handles them: shown, sent again, made anew, printed, of another service."""

import re

import pytest
from django.test import Client

from accounts.models import User
from accounts.services.mails import write_mail
from notifications.models import Message
from scheduling.models.entry import Placement
from scheduling.services import cancel_appointment
from tests.videosprechstunde.calls import booked, call_of, join_by, member_of, patient_browser
from tests.videosprechstunde.cast import VideoHouse
from videosprechstunde.models import CallEvent, CallMember, VideoCall, VideoSettings


def access(entry_id: int) -> str:
    return f"/video/termin/{entry_id}/zugang/"


def sent(number: int = 0) -> int:
    return CallEvent.objects.filter(kind="sent").order_by("-pk")[number].pk


def test_reception_reads_the_tan_on_the_telephone(house: VideoHouse, desk: Client) -> None:
    entry = booked(house)

    assert member_of(entry).tan in desk.get(access(entry.pk)).content.decode()
    assert member_of(entry).tan in desk.get(f"/kalender/eintrag/{entry.pk}/").content.decode()


def test_the_mail_says_when_where_and_by_which_tan(house: VideoHouse) -> None:
    entry = booked(house)
    mail = write_mail("video_invitation", sent(), house.moment)
    member = member_of(entry)

    assert mail
    assert mail.is_secret
    assert mail.recipient == "meier@patient.example"
    assert f"/video/#{member.link}" in mail.text
    assert member.tan in mail.text
    assert "Dr. Reuter" in mail.text
    assert "Anlage 31b BMV-Ä" in mail.text
    assert member.tan not in mail.subject


def test_sending_again_makes_the_unsent_one_superfluous(house: VideoHouse, desk: Client) -> None:
    entry = booked(house)
    desk.post(f"{access(entry.pk)}{member_of(entry).pk}/senden/")

    assert write_mail("video_invitation", sent(1), house.moment) is None
    assert write_mail("video_invitation", sent(0), house.moment)
    assert Message.objects.filter(notice="video_invitation").count() == 2


def test_no_mail_goes_out_for_what_is_over(house: VideoHouse) -> None:
    entry = booked(house)
    cancel_appointment(entry=entry, actor=house.reception, now=house.moment)

    assert write_mail("video_invitation", sent(), house.moment) is None


def test_a_parked_appointment_sends_nothing(house: VideoHouse) -> None:
    booked(house)
    type(call_of(booked(house, "Sander")).entry).objects.update(placement=Placement.PARKED)

    assert write_mail("video_invitation", sent(), house.moment) is None


def test_a_new_tan_makes_the_old_one_void(house: VideoHouse, desk: Client) -> None:
    entry = booked(house)
    old = member_of(entry)
    desk.post(f"{access(entry.pk)}{old.pk}/senden/", {"neu": "1"})

    assert member_of(entry).tan != old.tan
    assert join_by(old.tan).status_code == 422
    assert join_by(old.link, "code").status_code == 422


def test_without_an_address_it_says_to_print(house: VideoHouse, desk: Client) -> None:
    entry = house.book(patient=house.patient(email=""))
    page = desk.post(f"{access(entry.pk)}{member_of(entry).pk}/senden/", follow=True).content.decode()

    assert "lassen sich drucken" in page
    assert not CallEvent.objects.filter(kind="sent").exists()


def test_where_the_other_system_writes_nothing_goes_out(house: VideoHouse, desk: Client) -> None:
    entry = booked(house, notified_by="source")
    desk.post(f"{access(entry.pk)}{member_of(entry).pk}/senden/")

    assert not CallEvent.objects.filter(kind="sent").exists()


def test_the_sheet_to_hand_over_carries_the_link_as_a_qr_code(house: VideoHouse, desk: Client) -> None:
    entry = booked(house)
    page = desk.get(f"{access(entry.pk)}{member_of(entry).pk}/drucken/").content.decode()

    assert member_of(entry).tan in page
    assert re.search(r'<svg[^>]*viewBox[^>]*>\s*<path d="M', page)
    assert "style=" not in page
    assert CallEvent.objects.filter(call__entry=entry, kind="printed").count() == 1


def test_a_third_person_is_invited_on_the_page(house: VideoHouse, desk: Client) -> None:
    entry = booked(house)
    refused = desk.post(f"{access(entry.pk)}dazuholen/", {"name": "Herr Arslan", "email": "kein"})
    assert refused.status_code == 422
    assert "Herr Arslan" in refused.content.decode()
    desk.post(f"{access(entry.pk)}dazuholen/", {"name": "Herr Arslan", "email": "arslan@x.example"})
    guest = CallMember.objects.get(side="guest")
    mail = write_mail("video_invitation", sent(), house.moment)

    assert mail
    assert mail.recipient == "arslan@x.example"
    assert guest.tan in mail.text
    assert join_by(guest.tan).status_code == 302


def test_the_page_of_another_service_leads_to_its_link(house: VideoHouse, desk: Client) -> None:
    VideoSettings.objects.create(practice=house.practice, provider="external", external_name="Zertifiziert GmbH")
    entry = booked(house)
    assert not CallEvent.objects.filter(kind="sent").exists()
    for bad in ("http://video.example/x", "javascript:alert(1)", ""):
        assert desk.post(f"{access(entry.pk)}extern/", {"link": bad}).status_code == 422

    said = {"link": "https://video.example/raum/1", "tan": "4711"}
    assert desk.post(f"{access(entry.pk)}extern/", said).status_code == 302
    mail = write_mail("video_invitation", sent(), house.moment)
    assert mail
    assert "https://video.example/raum/1" in mail.text
    assert "4711" in mail.text
    assert member_of(entry).tan not in mail.text
    assert desk.get(f"/video/termin/{entry.pk}/")["Location"] == access(entry.pk)


def test_the_calendar_shows_who_waits(house: VideoHouse, desk: Client) -> None:
    entry = booked(house)
    patient_browser(entry)
    page = desk.get("/kalender/").content.decode()

    assert "Im Videowarteraum wartet jemand" in page
    assert f"/video/termin/{entry.pk}/" in page
    assert "Wartet im Videowarteraum seit" in page


def test_the_page_of_the_call_has_its_frame(house: VideoHouse, desk: Client) -> None:
    entry, other = booked(house), booked(house, "Sander")
    patient_browser(other)
    page = desk.get(f"/video/termin/{entry.pk}/")

    assert page.status_code == 200
    assert page["Permissions-Policy"].startswith("camera=(self)")
    assert "Sander, Magda" in page.content.decode()
    assert 'data-may-talk="no"' in page.content.decode()


def test_a_call_that_is_missing_is_made_on_the_way(house: VideoHouse, desk: Client) -> None:
    entry = booked(house)
    VideoCall.objects.all().delete()

    assert desk.get(access(entry.pk)).status_code == 200
    assert member_of(entry).tan


@pytest.mark.parametrize("page", ["", "abschliessen/", "zugang/"])
def test_the_neighbour_finds_nothing(page: str, house: VideoHouse, stranger: User) -> None:
    client = Client()
    client.force_login(stranger)

    assert client.get(f"/video/termin/{booked(house).pk}/{page}").status_code == 404
