"""A call is made, moved and closed with its appointment."""

from datetime import timedelta

from accounts.models import User
from notifications.models import Message
from scheduling.models import Entry
from scheduling.services import cancel_appointment, delete_entry, edit_appointment, move_entry, undo_last
from tests.videosprechstunde.calls import booked, call_of, join_by, member_of, practice_browser
from tests.videosprechstunde.cast import VideoHouse
from videosprechstunde.models import CallEvent, VideoCall
from videosprechstunde.tans import ALPHABET


def mails(entry: Entry) -> int:
    events = CallEvent.objects.filter(call__entry=entry, kind="sent").values_list("pk", flat=True)
    return Message.objects.filter(notice="video_invitation", notice_reference__in=list(events)).count()


def test_booking_a_video_type_makes_link_and_tan_and_writes_to_the_patient(house: VideoHouse) -> None:
    entry = booked(house)
    member = member_of(entry)

    assert [len(group) for group in member.tan.split("-")] == [4, 4, 4]
    assert set(member.tan.replace("-", "")) <= set(ALPHABET)
    assert not set(ALPHABET) & set("0O1IL2Z5S8B")
    assert len(member.link) == 48
    assert call_of(entry).state == "planned"
    assert call_of(entry).opens_at == entry.starts_at - timedelta(minutes=60)
    assert call_of(entry).closes_at == entry.ends_at + timedelta(minutes=120)
    assert mails(entry) == 1


def test_neither_link_nor_tan_lie_readable_in_the_table(house: VideoHouse) -> None:
    member = member_of(booked(house))
    with_secrets = VideoCall.objects.raw(
        "SELECT id, (SELECT row_to_json(m)::text FROM videosprechstunde_callmember m WHERE m.id = %s) AS kept"
        " FROM videosprechstunde_videocall",
        [member.pk],
    )
    kept = with_secrets[0].kept

    assert member.tan not in kept
    assert member.tan.replace("-", "") not in kept
    assert member.link not in kept


def test_an_ordinary_appointment_has_no_call(house: VideoHouse) -> None:
    assert not VideoCall.objects.filter(entry=booked(house, is_video=False)).exists()


def test_what_is_long_over_gets_none(house: VideoHouse) -> None:
    entry = booked(house)
    VideoCall.objects.all().delete()
    Entry.objects.filter(pk=entry.pk).update(
        starts_at=entry.starts_at - timedelta(days=2), ends_at=entry.ends_at - timedelta(days=2)
    )
    edit_appointment(
        entry=Entry.objects.select_related("practice", "column").get(pk=entry.pk), actor=house.reception,
        now=house.moment, text="nachgetragen",
    )  # fmt: skip

    assert not VideoCall.objects.exists()


def test_whom_the_other_system_writes_to_gets_no_mail_of_ours(house: VideoHouse) -> None:
    entry = booked(house, notified_by="source")

    assert member_of(entry).tan
    assert mails(entry) == 0


def test_moving_keeps_link_and_tan_and_writes_the_new_time(house: VideoHouse) -> None:
    entry = booked(house)
    before = member_of(entry)
    move_entry(
        entry=entry, column=house.column, starts_at=entry.starts_at + timedelta(days=1), actor=house.reception,
        now=house.moment,
    )  # fmt: skip
    after = member_of(entry)

    assert (after.tan, after.link) == (before.tan, before.link)
    assert after.call.opens_at == before.call.opens_at + timedelta(days=1)
    assert mails(entry) == 2
    # Not open any more at the old time.
    assert join_by(before.tan).status_code == 422


def test_cancelling_closes_link_and_tan(house: VideoHouse) -> None:
    entry = booked(house)
    cancel_appointment(entry=entry, actor=house.reception, now=house.moment)

    assert call_of(entry).state == "cancelled"
    assert join_by(member_of(entry).tan).status_code == 422
    assert join_by(member_of(entry).link, "code").status_code == 422


def test_deleting_and_switching_video_off_close_them_too(house: VideoHouse) -> None:
    deleted, switched = booked(house), booked(house, "Sander")
    delete_entry(entry=deleted, actor=house.reception, now=house.moment)
    edit_appointment(entry=switched, actor=house.reception, now=house.moment, is_video=False)

    assert {call_of(deleted).state, call_of(switched).state} == {"cancelled"}


def test_taking_the_cancellation_back_opens_the_same_link_again(house: VideoHouse) -> None:
    entry = booked(house)
    tan = member_of(entry).tan
    cancel_appointment(entry=entry, actor=house.reception, now=house.moment)
    undo_last(actor=house.reception, now=house.moment)

    assert call_of(entry).state == "planned"
    assert join_by(tan).status_code == 302


def test_another_patient_in_the_appointment_gets_another_tan(house: VideoHouse) -> None:
    entry = booked(house)
    old = member_of(entry)
    edit_appointment(entry=entry, actor=house.reception, now=house.moment, patient=house.patient("Sander"))

    assert member_of(entry).tan != old.tan
    assert join_by(old.tan).status_code == 422
    assert join_by(old.link, "code").status_code == 422
    assert join_by(member_of(entry).tan).status_code == 302


def test_saving_the_same_twice_changes_nothing(house: VideoHouse) -> None:
    entry = booked(house)
    tan, lines = member_of(entry).tan, CallEvent.objects.count()
    edit_appointment(entry=entry, actor=house.reception, now=house.moment, text="Bitte pünktlich")

    assert member_of(entry).tan == tan
    assert CallEvent.objects.count() == lines


def test_the_call_of_a_neighbour_is_not_found(house: VideoHouse, stranger: User) -> None:
    browser = practice_browser(booked(house), stranger)
    assert browser.client.get(f"{browser.base}stand").status_code == 404
    for path in ("betreten", "signal", "geraete", "verlassen", "verbindung", "einlassen/1", "ablehnen/1"):
        assert browser.post(path, {"tab": "x"}).status_code == 404
