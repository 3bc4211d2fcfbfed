from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import pytest
from django.db import transaction
from django_scopes import scopes_disabled

from praxis.core import events
from praxis.core.audit import acting_via
from praxis.core.models import AuditEntry


@dataclass(frozen=True, kw_only=True)
class KettleBoiled(events.Event):
    audit_object: ClassVar[str] = "kettle_id"

    kettle_id: int


@pytest.fixture
def heard() -> Iterator[list[KettleBoiled]]:
    seen: list[KettleBoiled] = []
    events.subscribe(KettleBoiled, seen.append)
    yield seen
    events.unsubscribe(KettleBoiled, seen.append)


def boil(kettle_id: int = 7) -> KettleBoiled:
    return KettleBoiled(practice_id=3, actor_id=5, kettle_id=kettle_id)


@pytest.mark.django_db
def test_it_refuses_to_publish_outside_a_transaction_even_inside_the_one_of_a_test_case() -> None:
    with pytest.raises(RuntimeError, match="transaction"):
        events.publish(boil())


@pytest.mark.django_db(transaction=True)
def test_it_refuses_to_publish_in_autocommit() -> None:
    with pytest.raises(RuntimeError, match="transaction"):
        events.publish(boil())


@pytest.mark.django_db
def test_listeners_hear_the_event_at_once_and_in_order_of_subscription(heard: list[KettleBoiled]) -> None:
    with transaction.atomic():
        events.publish(boil())
        assert heard == [boil()]
    assert events.listeners_of(KettleBoiled) == (heard.append,)


@pytest.mark.django_db
def test_it_writes_one_audit_line_with_ids_and_the_way_it_came() -> None:
    with transaction.atomic(), acting_via("api"):
        events.publish(boil())
    with scopes_disabled():
        [line] = AuditEntry.objects.all()
    assert (line.practice_id, line.actor_id, line.action, line.object_type, line.object_id, line.via) == (
        3,
        5,
        "KettleBoiled",
        "kettle",
        7,
        "api",
    )
    assert line.at is not None


@pytest.mark.django_db
def test_many_events_cost_one_insert(
    django_assert_num_queries: pytest.FixtureRequest, heard: list[KettleBoiled]
) -> None:
    with transaction.atomic(), django_assert_num_queries(1):
        events.publish_all([boil(number) for number in range(50)])
    assert [event.kettle_id for event in heard] == list(range(50))


@pytest.mark.django_db
def test_a_failing_listener_takes_the_event_and_its_audit_line_back() -> None:
    def break_down(_: KettleBoiled) -> None:
        raise ZeroDivisionError

    events.subscribe(KettleBoiled, break_down)
    try:
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            events.publish(boil())
    finally:
        events.unsubscribe(KettleBoiled, break_down)
    with scopes_disabled():
        assert not AuditEntry.objects.exists()


def test_the_decorator_returns_the_function_and_registers_it_once() -> None:
    def note(_: KettleBoiled) -> None: ...

    assert events.listen(KettleBoiled)(note) is note
    events.listen(KettleBoiled)(note)
    try:
        assert events.listeners_of(KettleBoiled) == (note,)
    finally:
        events.unsubscribe(KettleBoiled, note)
