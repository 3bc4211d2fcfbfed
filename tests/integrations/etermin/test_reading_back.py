"""eTermin's REST API: how we ask, what we believe, and how missed pushes are healed (mission E5)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from integrations.etermin.models import EterminConnection, EterminDelivery, EterminPull, EterminRun
from integrations.etermin.rest import EterminClient, signature
from integrations.etermin.selectors.place import place_of
from integrations.etermin.services import pulling
from integrations.etermin.services.pulling import schedule_pull
from praxis.core.exceptions import OutsideError
from praxis.core.sweeping import run_due
from tests.etermin_account import OTHER_CALENDAR, PRIVATE_KEY, PUBLIC_KEY, EterminAccount
from tests.factories import at
from tests.integrations.etermin.house import EterminHouse

pytestmark = pytest.mark.django_db


@pytest.fixture
def reading_back(house: EterminHouse, etermin: EterminAccount) -> EterminHouse:
    EterminConnection.objects.update(api_url=etermin.api_url, public_key=PUBLIC_KEY, private_key=PRIVATE_KEY)
    house.connection.refresh_from_db()
    return house


def pull(house: EterminHouse) -> EterminRun:
    schedule_pull(house.connection, now=timezone.now())
    EterminPull.objects.update(due_at=timezone.now())
    run_due(EterminPull, now=timezone.now())
    house.connection.refresh_from_db()
    house.work()
    return EterminRun.objects.latest("pk")


def test_the_signature_is_the_one_of_the_reference() -> None:
    assert signature("demo-private-key", "8d4f2a1b6c3e4f50") == "VDEDexuyWHkyxuYD5NL+7cUNLTOhbYejQbx4wYqPFgE="


def test_the_simulator_refuses_another_signature(reading_back: EterminHouse) -> None:
    reading_back.connection.private_key = "falsch"
    with pytest.raises(OutsideError, match="Zugangsdaten"):
        EterminClient(place_of(reading_back.connection)).appointment("x")


def test_nothing_is_an_empty_body(reading_back: EterminHouse) -> None:
    assert EterminClient(place_of(reading_back.connection)).appointment("gibt-es-nicht") is None


def test_a_push_is_only_a_bell_and_the_truth_counts(reading_back: EterminHouse, etermin: EterminAccount) -> None:
    uid = etermin.book(at(10), last_name="Wahr")
    reading_back.deliver("CREATED", at(8), appointmentUID=uid, lastName="Falsch")
    [entry] = reading_back.standing()
    assert (entry.starts_at, entry.last_name, entry.is_video) == (at(10), "Wahr", True)
    etermin.move(uid, at(11))
    reading_back.deliver("CREATED", at(8), appointmentUID=uid, lastName="Falsch")
    assert reading_back.standing()[0].starts_at == at(11), "a repeat rings the bell, too"
    etermin.delete(uid)
    reading_back.deliver("MODIFIED", at(8), appointmentUID=uid)
    assert reading_back.standing() == []


def test_what_nobody_pushed_is_found_by_asking(reading_back: EterminHouse, etermin: EterminAccount) -> None:
    past = etermin.book(at(9) - timedelta(days=7), last_name="Vorbei")
    moved, deleted = etermin.book(at(8)), etermin.book(at(9))
    run = pull(reading_back)
    assert (run.named, run.missed, run.error) == (2, 2, "")
    assert [entry.starts_at for entry in reading_back.standing()] == [at(8), at(9)]
    assert past
    etermin.move(moved, at(11))
    etermin.delete(deleted)
    assert pull(reading_back).named == 2
    assert [entry.starts_at for entry in reading_back.standing()] == [at(11)]
    assert pull(reading_back).named == 0
    [waiting] = EterminPull.objects.filter(state="queued")
    assert waiting.due_at > timezone.now()


def test_what_was_pushed_is_no_news_even_before_the_worker_came(
    reading_back: EterminHouse, etermin: EterminAccount
) -> None:
    for hour in (8, 9):
        uid = etermin.book(at(hour))
        reading_back.say("CREATED", at(hour), appointmentUID=uid)
    etermin.delete(uid)
    reading_back.say("DELETED", at(9), appointmentUID=uid)
    run = pull(reading_back)
    assert (run.named, run.missed) == (2, 0)
    assert [entry.starts_at for entry in reading_back.standing()] == [at(8)]
    lines = [(row.command, row.outcome) for row in reading_back.deliveries()]
    assert lines[1:3] == [("created", "cancelled"), ("deleted", "unchanged")]
    reading_back.deliver("MODIFIED", at(9), appointmentUID=uid)
    assert reading_back.deliveries()[-1].outcome == "unchanged", "it was cancelled once"


@pytest.mark.parametrize("kind", ["500", "429", "401", "reset", "half", "garbage", "404"])
def test_while_etermin_is_out_of_order_nothing_is_lost_or_cancelled(
    reading_back: EterminHouse, etermin: EterminAccount, kind: str
) -> None:
    uid = etermin.book(at(9))
    reading_back.deliver("CREATED", at(9), appointmentUID=uid)
    etermin.move(uid, at(10))
    etermin.faults({"on": "*", "kind": kind, "times": 2, "seconds": 0.01})
    delivery = reading_back.deliver("MODIFIED", at(10), appointmentUID=uid)
    assert (delivery.state, delivery.outcome) == ("queued", "")
    reading_back.connection.refresh_from_db()
    assert reading_back.connection.last_error
    assert [entry.starts_at for entry in reading_back.standing()] == [at(9)]
    assert reading_back.work() == 0, "it is left in peace for a while"
    for _time in range(2):
        EterminConnection.objects.update(retry_at=None)
        EterminDelivery.objects.update(due_at=timezone.now())
        reading_back.work()
    assert [entry.starts_at for entry in reading_back.standing()] == [at(10)]
    reading_back.connection.refresh_from_db()
    assert (reading_back.connection.last_error, reading_back.connection.failures) == ("", 0)


def test_a_failed_question_is_written_down_and_asked_again_later(
    reading_back: EterminHouse, etermin: EterminAccount
) -> None:
    etermin.book(at(9))
    etermin.faults({"on": "appointmentsync", "kind": "500"})
    assert pull(reading_back).error
    [waiting] = EterminPull.objects.all()
    assert (waiting.state, waiting.due_at > timezone.now()) == ("queued", True)
    EterminConnection.objects.update(retry_at=None)
    assert pull(reading_back).error == ""
    assert len(reading_back.standing()) == 1


def test_other_keys_meanwhile_move_no_position(reading_back: EterminHouse, etermin: EterminAccount) -> None:
    etermin.book(at(9))
    EterminConnection.objects.update(account=5)
    pulling.pull(reading_back.connection, now=timezone.now())
    reading_back.connection.refresh_from_db()
    assert (reading_back.connection.sync_token, reading_back.deliveries()) == ("", [])


def test_pushes_of_the_simulator_are_what_our_door_takes(house: EterminHouse, etermin: EterminAccount) -> None:
    """The other way round is walked by the browser test; here only that the simulator says it could not deliver."""
    etermin.set_up(push_url="http://127.0.0.1:9/hooks/etermin/x", push_secret="x", push_mode="variables")
    etermin.book(at(9), calendar=OTHER_CALENDAR)
    assert [(push["command"], push["status"]) for push in etermin.pushes()] == [("CREATED", "ConnectionRefusedError")]
