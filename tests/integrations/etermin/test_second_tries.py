"""What failed at first is tried again: it overwrites nothing newer, and keeps nothing else waiting."""

import json

import pytest
from django.utils import timezone

from integrations.etermin.models import EterminConnection, EterminDelivery
from integrations.etermin.services.landing import Landing
from integrations.etermin.services.replaying import NotReplayable, replay
from integrations.etermin.work import place_waiting_everywhere
from scheduling.services.columns import update_column
from tests.etermin_account import PRIVATE_KEY, PUBLIC_KEY, EterminAccount
from tests.factories import at, make_column
from tests.integrations.etermin.house import EterminHouse

pytestmark = pytest.mark.django_db


def failing(house: EterminHouse, monkeypatch: pytest.MonkeyPatch) -> EterminDelivery:
    """A change to ten o'clock that nobody could apply, over an appointment at nine."""
    house.deliver("CREATED", at(9))

    def break_off(*_args: object, **_fields: object) -> None:
        raise KeyError

    monkeypatch.setattr(Landing, "change", break_off)
    EterminDelivery.max_attempts, most = 1, EterminDelivery.max_attempts
    house.deliver("MODIFIED", at(10))
    EterminDelivery.max_attempts = most
    monkeypatch.undo()
    return house.deliveries()[-1]


def test_an_old_dead_letter_tried_again_overwrites_nothing_newer(
    house: EterminHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    dead = failing(house, monkeypatch)
    assert dead.state == "failed"
    house.deliver("MODIFIED", at(11))
    replay(delivery=dead, now=timezone.now())
    house.work()
    dead.refresh_from_db()
    assert [entry.starts_at for entry in house.standing()] == [at(11)]
    assert (dead.state, dead.outcome) == ("done", "late")


def test_an_unreadable_one_that_can_be_read_now_overwrites_nothing_newer(house: EterminHouse) -> None:
    for command in ("MODIFIED", "DELETED"):
        house.push({**house.payload(command, at(9)), "endDateTimeUTC": "2026-11-23T07:00:00"})
    # A deletion needs no times, so only the change is a dead letter.
    EterminDelivery.objects.exclude(state="failed").delete()
    [dead] = house.deliveries()
    body = json.loads(dead.body)
    body["picked"]["enddatetimeutc"] = "2026-11-23T08:15:00"
    dead.body = json.dumps(body)
    dead.save(update_fields=["body"])
    house.deliver("MODIFIED", at(11))
    with pytest.raises(NotReplayable, match="neuerer Stand"):
        replay(delivery=dead, now=timezone.now())
    assert [entry.starts_at for entry in house.standing()] == [at(11)]


def test_an_appointment_that_etermin_cannot_answer_for_keeps_the_others_waiting_once_only(
    house: EterminHouse, etermin: EterminAccount
) -> None:
    EterminConnection.objects.update(api_url=etermin.api_url, public_key=PUBLIC_KEY, private_key=PRIVATE_KEY)
    house.connection.refresh_from_db()
    uids = [etermin.book(at(hour)) for hour in (9, 10)]
    for uid in uids:
        house.say("CREATED", at(9), appointmentUID=uid)
    etermin.faults({"on": "appointment", "kind": "404"})
    for _question in range(2):
        EterminConnection.objects.update(retry_at=None)
        house.work()
    assert [entry.starts_at for entry in house.standing()] == [at(10)], "the first does not stand in its way"
    waiting = house.deliveries()[0]
    assert (waiting.state, waiting.attempts) == ("queued", 1)
    EterminDelivery.objects.update(due_at=timezone.now(), attempts=EterminDelivery.max_attempts)
    etermin.faults({"on": "appointment", "kind": "404"})
    EterminConnection.objects.update(retry_at=None)
    house.work()
    dead = house.deliveries()[0]
    assert (dead.state, dead.outcome, bool(dead.reason)) == ("failed", "dead", True)


def test_what_waits_is_placed_by_itself_when_a_column_of_the_doctor_opens(house: EterminHouse) -> None:
    """Also what a mapping that was saved at the same moment has missed."""
    update_column(column=house.column, actor=None, is_active=False)
    house.deliver("CREATED", at(9))
    assert house.standing() == []
    place_waiting_everywhere(timezone.now())
    assert house.work() == 0, "it leads nowhere yet"
    column = make_column(house.practice, "Neu", doctor_role=house.role)
    place_waiting_everywhere(timezone.now())
    house.work()
    assert [(entry.starts_at, entry.column_id) for entry in house.standing()] == [(at(9), column.pk)]
