"""Videosprechstunde: Teilnehmer verwalten (V1)."""

from django.test import Client

from accounts.models import OnlineAccount, OnlineParticipant, User
from accounts.selectors.effects import effects_of
from tests.videosprechstunde.calls import booked, practice_browser
from tests.videosprechstunde.cast import VideoHouse
from videosprechstunde.models import VideoParticipant, VideoSettings

PAGE = "/video/teilnehmer/"


def participant(house: VideoHouse, name: str = "Dr. Reuter", *, user: User | None = None, active: bool = True) -> int:
    account, _new = OnlineAccount.objects.get_or_create(
        practice=house.practice, licensee="Lizenz" if active else "Wartet",
        defaults={"email": "l@x.example", "created_at": house.moment, "confirmed_at": house.moment if active else None},
    )  # fmt: skip
    made = OnlineParticipant.objects.create(
        practice=house.practice, account=account, name=name, user=user, created_at=house.moment
    )
    return made.pk


def added(house: VideoHouse, office: Client, *, user: User | None = None) -> VideoParticipant:
    said = {
        "participant": participant(house, user=user), "doctor_roles": [house.role.pk],
        "appointment_type": house.kind.pk,
    }  # fmt: skip
    assert office.post(f"{PAGE}neu/", said).status_code == 302
    return VideoParticipant.objects.get()


def test_one_is_added_from_an_active_account(house: VideoHouse, office: Client) -> None:
    one = added(house, office)
    page = office.get(PAGE).content.decode()

    assert one.participant.name == "Dr. Reuter"
    assert [role.name for role in one.doctor_roles.all()] == ["Dr. Reuter"]
    assert one.appointment_type == house.kind
    assert "Dr. Reuter" in page
    assert "Videosprechstunde" in page


def test_only_free_participants_of_active_accounts_are_offered(house: VideoHouse, office: Client) -> None:
    added(house, office)
    waiting, free = participant(house, "Wartet", active=False), participant(house, "Frei")
    page = office.get(f"{PAGE}neu/").content.decode()

    assert f'value="{free}"' in page
    assert f'value="{waiting}"' not in page
    taken = VideoParticipant.objects.get().participant_id
    for refused in (waiting, taken, 987_654_321):
        answer = office.post(f"{PAGE}neu/", {"participant": refused, "doctor_roles": [house.role.pk]})
        assert answer.status_code == 422
    assert VideoParticipant.objects.count() == 1


def test_without_a_doctor_role_nothing_is_saved(house: VideoHouse, office: Client) -> None:
    assert office.post(f"{PAGE}neu/", {"participant": participant(house)}).status_code == 422
    assert not VideoParticipant.objects.exists()


def test_roles_and_type_are_changed(house: VideoHouse, office: Client) -> None:
    one = added(house, office)
    answer = office.post(f"{PAGE}{one.pk}/", {"doctor_roles": [house.role.pk], "appointment_type": ""})
    one.refresh_from_db()

    assert answer.status_code == 302
    assert one.appointment_type is None


def test_before_removing_it_says_what_uses_it(house: VideoHouse, office: Client) -> None:
    one = added(house, office)
    booked(house)
    page = office.get(f"{PAGE}{one.pk}/entfernen/").content.decode()
    assert "Dr. Reuter: ein Videotermin am" in page

    office.post(f"{PAGE}{one.pk}/entfernen/")
    assert VideoParticipant.objects.get().removed_at
    assert OnlineParticipant.objects.filter(pk=one.participant_id).exists()
    assert office.get(f"{PAGE}{one.pk}/").status_code == 404
    # Free again.
    assert added_again(house, office, one.participant_id)


def added_again(house: VideoHouse, office: Client, participant_id: int) -> bool:
    said = {"participant": participant_id, "doctor_roles": [house.role.pk]}
    return office.post(f"{PAGE}neu/", said).status_code == 302


def test_switching_the_online_participant_off_tells_of_it(house: VideoHouse, office: Client) -> None:
    one = added(house, office)
    words = [effect.words for effect in effects_of([one.participant], house.moment)]

    assert "Dr. Reuter: nimmt nicht mehr an der Videosprechstunde teil" in words


def test_whoever_takes_part_may_talk_without_being_a_doctor(house: VideoHouse, office: Client) -> None:
    entry = booked(house)
    desk = practice_browser(entry, house.reception)
    assert desk.post("betreten", {"tab": "x"}).status_code == 403
    added(house, office, user=house.reception)

    assert desk.post("betreten", {"tab": "x"}).status_code == 200


def test_only_the_administration_manages_them(house: VideoHouse, desk: Client) -> None:
    assert desk.get(PAGE).status_code == 404
    assert desk.post(f"{PAGE}neu/").status_code == 404


def test_the_service_is_chosen_and_says_that_ours_is_not_certified(house: VideoHouse, office: Client) -> None:
    page = office.get(f"{PAGE}dienst/").content.decode()
    assert "nicht als Videodienstanbieter nach Anlage 31b BMV-Ä zertifiziert" in page
    assert office.post(f"{PAGE}dienst/", {"provider": "external"}).status_code == 422
    office.post(f"{PAGE}dienst/", {"provider": "external", "external_name": "Zertifiziert GmbH", "relay_only": "on"})

    kept = VideoSettings.objects.get(practice=house.practice)
    assert (kept.provider, kept.external_name, kept.relay_only) == ("external", "Zertifiziert GmbH", True)
