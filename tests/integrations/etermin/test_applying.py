"""What becomes of an appointment of eTermin in the calendar, and of its line in the inbox."""

import json
from typing import Any

import pytest
from django.db.models import F

from accounts.models import Practice
from integrations.etermin.models import (
    EterminAppointment,
    EterminCalendar,
    EterminConnection,
    EterminDelivery,
    EterminService,
    EterminTask,
)
from integrations.etermin.reduced import Reduced
from integrations.etermin.services.accepting import accept
from integrations.etermin.services.landing import Landing
from integrations.etermin.services.placing import place_waiting
from integrations.etermin.services.replaying import NotReplayable, replay
from scheduling.models import CalendarColumn, Entry
from scheduling.services import cancel_appointment, move_entry
from tests.factories import at, make_appointment, make_patient, make_type
from tests.integrations.etermin.house import EterminHouse
from videosprechstunde.models import CallMember, VideoCall

pytestmark = pytest.mark.django_db


def outcomes(house: EterminHouse) -> list[str]:
    return [delivery.outcome for delivery in house.deliveries()]


def test_a_change_moves_and_a_deletion_cancels(house: EterminHouse) -> None:
    house.deliver("CREATED", at(9))
    house.deliver("MODIFIED", at(10))
    [entry] = house.standing()
    assert (entry.starts_at, entry.ends_at) == (at(10), at(10, 15))
    house.deliver("DELETED", at(10))
    assert house.standing() == []
    assert house.entries()[0].status == "cancelled"
    assert outcomes(house) == ["booked", "moved", "cancelled"]


def test_a_taken_time_becomes_an_extra_appointment_with_a_task(house: EterminHouse) -> None:
    make_appointment(house.column, at(9))
    house.deliver("CREATED", at(9))
    [entry] = house.standing()
    assert (entry.placement, entry.starts_at) == ("extra", at(9))
    [task] = EterminTask.objects.all()
    assert (task.kind, task.done_at) == ("extra", None)
    house.deliver("MODIFIED", at(10))
    entry.refresh_from_db()
    assert (entry.placement, entry.starts_at) == ("grid", at(10))
    assert EterminTask.objects.get().done_at is not None
    assert outcomes(house) == ["extra", "moved"]


def test_outside_the_opening_hours_it_is_an_extra_appointment_off_the_raster_a_regular_one(house: EterminHouse) -> None:
    house.deliver("CREATED", at(19), appointmentUID="abends")
    house.deliver("CREATED", at(9, 5), appointmentUID="schraeg")
    assert [entry.placement for entry in house.standing()] == ["extra", "grid"]


def test_a_deletion_of_an_unknown_appointment_leaves_a_tombstone(house: EterminHouse) -> None:
    house.deliver("DELETED", at(9))
    house.deliver("CREATED", at(9))
    house.deliver("MODIFIED", at(9))
    assert house.entries() == []
    assert outcomes(house) == ["cancelled", "late", "late"]


def test_an_exact_repeat_writes_nothing_and_undoes_nothing_of_what_staff_did(house: EterminHouse) -> None:
    house.deliver("CREATED", at(9))
    [entry] = house.standing()
    move_entry(entry=entry, column=house.column, starts_at=at(11), actor=None, now=house.now)
    for _time in range(3):
        house.deliver("CREATED", at(9))
    house.deliver("CREATED", at(9), notes="andere Notiz", town="anderswo")
    assert [(entry.starts_at, entry.pk) for entry in house.standing()] == [(at(11), entry.pk)]
    [delivery] = house.deliveries()
    assert delivery.repeats == 4


def test_only_what_etermin_changed_is_changed_here(house: EterminHouse) -> None:
    house.deliver("CREATED", at(9))
    [entry] = house.standing()
    move_entry(entry=entry, column=house.column, starts_at=at(11), actor=None, now=house.now)
    house.deliver("MODIFIED", at(9), lastName="Muster-Neu")
    [entry] = house.standing()
    assert (entry.starts_at, entry.last_name) == (at(11), "Muster-Neu")


def test_whom_staff_know_already_is_not_renamed(house: EterminHouse) -> None:
    house.deliver("CREATED", at(9))
    patient = make_patient(house.practice)
    Entry.objects.update(patient=patient, last_name="", first_name="", contact_phone="", version=F("version") + 1)
    house.deliver("MODIFIED", at(10), lastName="Anders")
    [entry] = house.standing()
    assert (entry.patient_id, entry.last_name, entry.starts_at) == (patient.pk, "", at(10))


@pytest.mark.parametrize("command", ["MODIFIED", "DELETED"])
def test_whoever_has_arrived_stays_and_staff_are_asked(house: EterminHouse, command: str) -> None:
    house.deliver("CREATED", at(9))
    Entry.objects.update(status="arrived")
    house.deliver(command, at(10))
    [entry] = house.standing()
    assert (entry.status, entry.starts_at) == ("arrived", at(9))
    assert EterminTask.objects.get().kind == "late_change"
    assert outcomes(house) == ["booked", "late"]


def test_what_the_practice_cancelled_stays_so_until_etermin_names_another_time(house: EterminHouse) -> None:
    house.deliver("CREATED", at(9))
    cancel_appointment(entry=house.standing()[0], actor=None, now=house.now)
    house.deliver("MODIFIED", at(9), lastName="Anders")
    assert house.standing() == []
    house.deliver("MODIFIED", at(10))
    assert [entry.starts_at for entry in house.standing()] == [at(10)]


def test_what_is_not_told_stays_as_it_was(house: EterminHouse) -> None:
    """Variables mode sends only the filled fields."""
    house.deliver("CREATED", at(9))
    times = {"STARTDATETIMEUTC": "20261123 090000", "ENDDATETIMEUTC": "20261123 091500"}
    house.push({"COMMAND": "MODIFIED", "APPOINTMENTUID": house.payload("x")["appointmentUID"], **times}, as_form=True)
    house.work()
    [entry] = house.standing()
    assert (entry.starts_at, entry.last_name, entry.is_video, entry.column_id) == (
        at(10), "Muster", True, house.column.pk,
    )  # fmt: skip


def test_a_change_without_times_waits_for_them(house: EterminHouse) -> None:
    house.deliver("MODIFIED")
    assert (house.entries(), outcomes(house)) == ([], ["ignored"])
    house.deliver("CREATED", at(9))
    assert [entry.starts_at for entry in house.standing()] == [at(9)]


@pytest.mark.parametrize(
    ("location", "others", "missing", "wanted"),
    [
        ("Arztkonsultation", "ignore", "ignore", "video"), ("ARZTKONSULTATION", "ignore", "ignore", "video"),
        ("https://praxis.example/video/login?tan=abc", "ignore", "ignore", "video"),
        ("Praxis", "ordinary", "ignore", "ordinary"), ("Praxis", "ignore", "ordinary", ""),
        ("", "ignore", "video", "video"), ("", "video", "ordinary", "ordinary"), ("", "video", "ignore", ""),
    ],
)  # fmt: skip
def test_the_location_decides_what_it_becomes(
    house: EterminHouse, location: str, others: str, missing: str, wanted: str
) -> None:
    EterminConnection.objects.update(other_locations=others, missing_location=missing)
    house.deliver("CREATED", at(9), location=location)
    found = ["video" if entry.is_video else "ordinary" for entry in house.standing()]
    assert found == ([wanted] if wanted else [])
    assert outcomes(house) == ["booked" if wanted else "ignored"]


def test_a_service_of_the_list_decides_before_the_location(house: EterminHouse) -> None:
    kind = make_type(house.practice, "Videosprechstunde", minutes=15)
    common = {"practice": house.practice, "connection": house.connection}
    EterminService.objects.create(name="Blutabnahme", rule="ignore", **common)
    EterminService.objects.create(name="Beratung", rule="video", appointment_type=kind, **common)
    house.deliver("CREATED", at(9), selectedAnswers="Blutabnahme nüchtern", appointmentUID="a")
    house.deliver("CREATED", at(9), selectedAnswers="Kurze BERATUNG", location="Praxis", appointmentUID="b")
    [entry] = house.standing()
    assert (entry.is_video, entry.appointment_type_id) == (True, kind.pk)


def test_a_video_appointment_has_a_call_with_the_patients_address(house: EterminHouse) -> None:
    house.deliver("CREATED", at(9))
    call = VideoCall.objects.get()
    assert call.entry_id == house.standing()[0].pk
    assert CallMember.objects.get(call=call, side="patient").email == "erika@example.org"


@pytest.mark.parametrize("writes", ["source", "practice", "nobody"])
def test_who_writes_to_the_patient_is_a_setting(house: EterminHouse, writes: str) -> None:
    EterminConnection.objects.update(notified_by=writes)
    house.deliver("CREATED", at(9))
    assert house.standing()[0].notified_by == writes


def test_an_unknown_calendar_is_an_open_task_and_what_waited_is_booked_later(
    house: EterminHouse, other_column: CalendarColumn
) -> None:
    house.deliver("CREATED", at(9), calendarName="Dr. Neu", calendarID=999)
    house.deliver("MODIFIED", at(10), calendarName="Dr. Neu", calendarID=999)
    assert (house.entries(), outcomes(house)) == ([], ["unplaced", "unplaced"])
    [task] = EterminTask.objects.all()
    assert (task.kind, str(task.calendar)) == ("no_column", "Dr. Neu")
    EterminCalendar.objects.filter(calendar_id="999").update(column=other_column)
    assert place_waiting(house.practice.pk, now=house.now) == 1
    house.work()
    assert [(entry.starts_at, entry.column_id) for entry in house.standing()] == [(at(10), other_column.pk)]
    assert EterminTask.objects.get().done_at is not None


def test_the_reference_to_another_system_names_the_doctor(house: EterminHouse) -> None:
    house.deliver("CREATED", at(9), calendarName="Neu", calendarID=999, reference=str(house.role.pk))
    assert [entry.column_id for entry in house.standing()] == [house.column.pk]


def test_the_reference_of_another_practices_doctor_leads_nowhere(house: EterminHouse, neighbour: Practice) -> None:
    house.deliver("CREATED", at(9), calendarName="Neu", calendarID=999, reference=str(house.role.pk + 4711))
    assert outcomes(house) == ["unplaced"]


def test_an_erased_appointment_is_not_brought_back(house: EterminHouse) -> None:
    house.deliver("CREATED", at(9))
    EterminAppointment.objects.update(erased_at=house.now, told="", entry=None, accepted_digest="")
    EterminDelivery.objects.all().delete()
    Entry.objects.all().delete()
    for command in ("CREATED", "MODIFIED", "DELETED"):
        house.say(command, at(9))
    house.work()
    assert (house.deliveries(), house.entries()) == ([], [])


def test_what_ended_ninety_days_ago_is_not_taken_in_again(house: EterminHouse) -> None:
    house.deliver("CREATED", at(9, day=house.now.date().replace(month=8)))
    [delivery] = house.deliveries()
    assert (delivery.outcome, delivery.body, house.entries()) == ("late", "", [])


def test_a_test_event_books_nothing(house: EterminHouse) -> None:
    accept(
        practice_id=house.practice.pk, connection=house.connection, door=EterminDelivery.Door.WEBHOOK,
        command=EterminDelivery.Command.CREATED, told=Reduced(uid="probe"), now=house.now, is_test=True,
    )  # fmt: skip
    house.work()
    assert (outcomes(house), house.entries()) == (["test"], [])


def test_one_that_nobody_foresaw_does_not_keep_the_others_away(
    house: EterminHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = Landing.book

    def book(self: Landing, appointment: EterminAppointment, wish: Any) -> Any:
        if wish.told.uid == "b":
            raise KeyError("Muster")
        return original(self, appointment, wish)

    monkeypatch.setattr(Landing, "book", book)
    for number, uid in enumerate("abc"):
        house.say("CREATED", at(9 + number), appointmentUID=uid)
    house.work()
    assert [entry.starts_at for entry in house.standing()] == [at(9), at(11)]
    [waiting] = EterminDelivery.objects.filter(state="queued")
    assert waiting.last_error == "Unerwarteter Fehler (KeyError)."
    monkeypatch.undo()
    EterminDelivery.objects.filter(pk=waiting.pk).update(due_at=house.now)
    house.work()
    assert len(house.standing()) == 3


def test_a_dead_letter_is_tried_again_when_a_person_asks(house: EterminHouse) -> None:
    house.push({**house.payload("CREATED", at(9)), "endDateTimeUTC": "2026-11-23T07:00:00"})
    [dead] = house.deliveries()
    assert dead.state == "failed"
    with pytest.raises(NotReplayable, match="Ende"):
        replay(delivery=dead, now=house.now)
    # As if the program had learnt to read it.
    body = json.loads(dead.body)
    body["picked"]["enddatetimeutc"] = "2026-11-23T08:15:00"
    dead.body = json.dumps(body)
    dead.save(update_fields=["body"])
    replay(delivery=dead, now=house.now)
    house.work()
    assert [entry.starts_at for entry in house.standing()] == [at(9)]
    dead.refresh_from_db()
    assert (dead.state, dead.body) == ("done", "")
    with pytest.raises(NotReplayable):
        replay(delivery=dead, now=house.now)
