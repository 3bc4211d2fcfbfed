"""Link and TAN on their way: by mail, by SMS to whom has no mail, in the patient's language."""

import re
from datetime import timedelta

from django.test import Client
from django.urls import reverse

from accounts.models import Patient
from accounts.services.mails import MailContent, write_mail
from notifications.models import Message
from notifications.segments import count_segments
from scheduling.models import Entry
from tests.videosprechstunde.calls import booked, member_of
from tests.videosprechstunde.cast import VideoHouse
from videosprechstunde.models import CallEvent, CallMember
from videosprechstunde.services.inviting import invite_guest


def written(entry: Entry, house: VideoHouse) -> MailContent:
    """The last one that is on its way."""
    notice = Message.objects.filter(notice__startswith="video_invitation").latest("pk")
    content = write_mail(notice.notice, notice.notice_reference or 0, house.moment)
    assert content
    return content


def mobile_only(house: VideoHouse) -> Entry:
    patient = house.patient("Sander", email="", mobile="0151 23456789")
    return house.book(patient=patient, notified_by="practice")


def test_who_has_no_mail_but_a_mobile_gets_an_sms(house: VideoHouse) -> None:
    entry = mobile_only(house)
    [notice] = Message.objects.all()
    sms, member = written(entry, house), member_of(entry)

    assert (notice.channel, sms.recipient, sms.is_secret, sms.costs) == ("sms", "0151 23456789", True, True)
    assert member.tan in sms.text
    assert f"/video/#{member.link}" in sms.text
    assert "Reuter" not in sms.text
    assert "Sander" not in sms.text
    assert count_segments(sms.text).segments == 1
    assert CallEvent.objects.filter(call=member.call, kind="sent_sms").count() == 1


def test_with_a_mail_address_no_sms_goes_by_itself(house: VideoHouse) -> None:
    house.book(patient=house.patient("Meier", mobile="0151 23456789"), notified_by="practice")
    assert [notice.channel for notice in Message.objects.all()] == ["email"]


def test_the_desk_sends_an_sms_from_the_appointment(house: VideoHouse, desk: Client) -> None:
    entry = house.book(patient=house.patient("Meier", mobile="0151 23456789"))
    member = member_of(entry)
    page = desk.get(reverse("entry_detail", args=[entry.pk]), follow=True).content.decode()
    address = f"/video/termin/{entry.pk}/zugang/{member.pk}/senden/"
    assert address in page
    assert "Per SMS senden" in page
    assert "auch in der Ruhezeit" in desk.get(f"/video/termin/{entry.pk}/zugang/").content.decode()

    said = desk.post(address, {"sms": "1"}, follow=True).content.decode()
    assert "Die SMS ist unterwegs." in said
    assert Message.objects.get(channel="sms").notice == "video_invitation_sms"


def test_without_a_mobile_number_nobody_is_offered_an_sms(house: VideoHouse, desk: Client) -> None:
    entry = booked(house)
    assert "Per SMS senden" not in desk.get(f"/video/termin/{entry.pk}/zugang/").content.decode()
    said = desk.post(f"/video/termin/{entry.pk}/zugang/{member_of(entry).pk}/senden/", {"sms": "1"}, follow=True)
    assert "Es ist keine Mobilnummer bekannt" in said.content.decode()
    assert not Message.objects.filter(channel="sms").exists()


def test_an_sms_that_is_not_true_any_more_is_not_sent(house: VideoHouse) -> None:
    entry = mobile_only(house)
    notice = Message.objects.get()
    late = member_of(entry).call.closes_at + timedelta(minutes=1)
    assert write_mail(notice.notice, notice.notice_reference or 0, late) is None


def speaks_english(house: VideoHouse, patient: Patient) -> None:
    account = house.let_in(patient)
    account.user.language = "en"
    account.user.save(update_fields=["language"])


def test_who_reads_english_is_written_to_in_english(house: VideoHouse) -> None:
    patient = house.patient("Smith")
    speaks_english(house, patient)
    entry = house.book(patient=patient, notified_by="practice")
    mail = written(entry, house)

    assert mail.subject.startswith("Your video consultation")
    assert "waiting room" in mail.text
    assert member_of(entry).tan in mail.text
    assert not re.search(r"\b(Ihr|Ihre|Uhr|und|der)\b", mail.text), mail.text


def test_an_sms_speaks_english_too(house: VideoHouse) -> None:
    patient = house.patient("Smith", mobile="0151 23456789")
    speaks_english(house, patient)
    Patient.objects.filter(pk=patient.pk).update(email="")
    patient.refresh_from_db()
    assert written(house.book(patient=patient, notified_by="practice"), house).text.startswith("Your video appointment")


def test_a_guest_is_written_to_in_german(house: VideoHouse) -> None:
    entry = booked(house)
    invite_guest(
        call=member_of(entry).call, name="Gast", email="g@x.example", actor=house.doctor, now=house.moment
    )  # fmt: skip
    assert written(entry, house).subject.startswith("Ihre Videosprechstunde")
    assert CallMember.objects.filter(side="guest").count() == 1
