"""Waiting, being let in, the device check, the consent, and calling it off."""

import json
from datetime import timedelta

from accounts.models import User
from scheduling.models import Entry
from tests.videosprechstunde.calls import booked, call_of, member_of, patient_browser, practice_browser
from tests.videosprechstunde.cast import VideoHouse
from videosprechstunde.models import CallConsent, CallMember, VideoCall
from videosprechstunde.models.trail import CONSENT_VERSION
from videosprechstunde.services.inviting import invite_guest


def test_the_doctor_sees_who_waits_and_lets_them_in(house: VideoHouse) -> None:
    entry = booked(house)
    doctor, patient = practice_browser(entry, house.doctor), patient_browser(entry)
    [waiting] = doctor.ask()["peers"]

    assert (waiting["name"], waiting["waiting"], waiting["present"]) == ("Magda Meier", True, True)
    assert doctor.post(f"einlassen/{waiting['id']}").status_code == 200
    assert doctor.post(f"einlassen/{waiting['id']}").status_code == 200
    assert patient.ask()["state"] == "admitted"
    assert doctor.ask()["state"] == "admitted"
    assert Entry.objects.get(pk=entry.pk).status == "in_room"


def test_nothing_of_the_call_is_told_before_somebody_is_let_in(house: VideoHouse) -> None:
    entry = booked(house)
    doctor, patient = practice_browser(entry, house.doctor), patient_browser(entry)
    guest = invite_guest(
        call=call_of(entry), name="Zweite Person", email="z@x.example", actor=house.doctor, now=house.moment
    )
    CallMember.objects.filter(pk=guest.pk).update(redeemed_at=house.moment, admitted_at=house.moment)
    doctor.enter()
    told = patient.ask()

    assert told["turn"] is None
    assert told["messages"] == []
    assert [peer["side"] for peer in told["peers"]] == ["practice"]
    assert patient.post("betreten", {"tab": patient.tab}).status_code == 403
    patient.epoch = told["epoch"]
    assert patient.signal(doctor.ask()["me"]).status_code == 403


def test_silence_never_removes_anybody(house: VideoHouse) -> None:
    entry = booked(house)
    patient_browser(entry)
    CallMember.objects.filter(call__entry=entry).update(last_seen_at=house.moment - timedelta(minutes=50))
    [waiting] = practice_browser(entry, house.doctor).ask()["peers"]

    assert (waiting["present"], waiting["waiting"]) == (False, True)
    assert waiting["seen"]


def test_the_patient_is_asked_more_often_while_the_doctor_is_there(house: VideoHouse) -> None:
    entry = booked(house)
    patient = patient_browser(entry)
    assert patient.ask()["poll"] == 2000
    practice_browser(entry, house.doctor).ask()

    assert patient.ask()["poll"] == 500


def test_reception_sees_the_waiting_room_and_does_not_talk(house: VideoHouse) -> None:
    entry = booked(house)
    patient_browser(entry)
    desk = practice_browser(entry, house.reception)
    told = desk.ask()

    assert told["me"] is None
    assert [peer["name"] for peer in told["peers"]] == ["Magda Meier"]
    member_id = told["peers"][0]["id"]
    for path in (f"einlassen/{member_id}", f"ablehnen/{member_id}", "betreten", "signal", "verbindung"):
        assert desk.post(path, {"tab": "x"}).status_code == 403
    assert desk.client.get(f"/video/termin/{entry.pk}/abschliessen/").status_code == 404


def test_a_refused_person_reads_so_and_may_be_let_in_after_all(house: VideoHouse) -> None:
    entry = booked(house)
    doctor, patient = practice_browser(entry, house.doctor), patient_browser(entry)
    member_id = member_of(entry).pk
    assert doctor.post(f"ablehnen/{member_id}").status_code == 200
    assert patient.ask()["state"] == "denied"
    assert patient.ask()["peers"] == []

    assert doctor.post(f"einlassen/{member_id}").status_code == 200
    assert patient.ask()["state"] == "admitted"


def test_nobody_is_let_in_before_coming(house: VideoHouse) -> None:
    entry = booked(house)
    assert practice_browser(entry, house.doctor).post(f"einlassen/{member_of(entry).pk}").status_code == 409


def test_a_person_of_another_call_cannot_be_let_in_here(house: VideoHouse) -> None:
    entry, other = booked(house), booked(house, "Sander")
    patient_browser(other)

    assert practice_browser(entry, house.doctor).post(f"einlassen/{member_of(other).pk}").status_code == 404
    assert member_of(other).admitted_at is None


def test_the_device_check_tells_facts_and_nothing_else(house: VideoHouse) -> None:
    entry = booked(house)
    patient = patient_browser(entry)
    assert patient.post("geraete", {"camera": "denied", "microphone": "ok", "turn": "failed"}).status_code == 200
    [waiting] = practice_browser(entry, house.doctor).ask()["peers"]

    assert waiting["devices"] == {"camera": "denied", "microphone": "ok", "turn": "failed"}
    for odd in ({"camera": "FaceTime HD von Magda"}, {}, {"camera": ["ok"]}, {"camera": None}):
        assert patient.post("geraete", odd).status_code == 422
    for odd in ("[]", "nein", '{"camera":', "[" * 5000):
        assert patient.post("geraete", odd).status_code == 422


def test_consent_is_kept_with_its_version_and_may_be_taken_back(house: VideoHouse) -> None:
    entry = booked(house)
    patient = patient_browser(entry)
    said = {"version": CONSENT_VERSION, "given": True}
    assert patient.post("zustimmung", said).json() == {"given": True}
    assert patient.post("zustimmung", said).json() == {"given": True}
    [kept] = CallConsent.objects.filter(call__entry=entry)
    assert (kept.version, kept.revoked_at) == (CONSENT_VERSION, None)
    assert practice_browser(entry, house.doctor).ask()["peers"][0]["consent_at"]

    assert patient.post("zustimmung", said | {"given": False}).json() == {"given": False}
    kept.refresh_from_db()
    assert kept.revoked_at
    assert patient.post("zustimmung", {"version": "1999", "given": True}).status_code == 409
    assert patient.post("zustimmung", {"version": CONSENT_VERSION, "given": "ja"}).status_code == 422


def test_the_patient_cancels_from_the_waiting_room(house: VideoHouse) -> None:
    entry = booked(house)
    patient = patient_browser(entry)
    assert patient.post("absagen").status_code == 200

    assert Entry.objects.get(pk=entry.pk).status == "cancelled"
    assert patient.ask()["state"] == "cancelled"
    assert patient.post("absagen").status_code in (200, 403)


def test_an_appointment_of_etermin_is_cancelled_there(house: VideoHouse) -> None:
    entry = booked(house, origin="etermin")
    answer = patient_browser(entry).post("absagen")

    assert answer.status_code == 409
    assert "eTermin" in answer.json()["detail"]
    assert Entry.objects.get(pk=entry.pk).status != "cancelled"


def test_a_third_person_gets_an_own_way_in(house: VideoHouse) -> None:
    entry = booked(house)
    doctor = practice_browser(entry, house.doctor)
    said = {"name": "Dolmetscherin Arslan", "email": "arslan@x.example"}
    guest_id = doctor.post("dazuholen", said).json()["id"]

    guest = CallMember.objects.get(pk=guest_id)
    assert guest.tan != member_of(entry).tan
    assert (guest.side, guest.name) == ("guest", "Dolmetscherin Arslan")
    assert doctor.post("dazuholen", said | {"email": "kein"}).status_code == 422
    assert doctor.post("dazuholen", {"name": ["x"], "email": None}).status_code == 422
    assert doctor.post("dazuholen", said).status_code == 200
    assert doctor.post("dazuholen", said).status_code == 422


def test_anonymous_and_foreign_people_are_turned_away_in_json(house: VideoHouse, stranger: User) -> None:
    from django.test import Client

    entry = booked(house)
    answer = Client().get(f"/video/termin/{entry.pk}/gespraech/stand")
    assert (answer.status_code, answer["Content-Type"]) == (401, "application/problem+json")
    assert json.loads(answer.content)["status"] == 401


def test_asking_does_not_fill_the_audit_trail(house: VideoHouse) -> None:
    from praxis.core.models import AuditEntry

    entry = booked(house)
    doctor = practice_browser(entry, house.doctor)
    doctor.ask()
    before = AuditEntry.objects.count()
    for _time in range(3):
        doctor.ask()

    assert AuditEntry.objects.count() == before
    assert VideoCall.objects.count() == 1


def test_who_only_looks_at_the_waiting_room_is_not_in_the_call(house: VideoHouse) -> None:
    entry = booked(house)
    doctor, patient = practice_browser(entry, house.doctor), patient_browser(entry)
    doctor.ask()
    doctor.post(f"einlassen/{member_of(entry).pk}")
    assert [one["in"] for one in patient.ask()["peers"]] == [False]

    doctor.enter()
    assert [one["in"] for one in patient.ask()["peers"]] == [True]
    doctor.post("verlassen", {"tab": doctor.tab})
    assert [one["in"] for one in patient.ask()["peers"]] == [False]
