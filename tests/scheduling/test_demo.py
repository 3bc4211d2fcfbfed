from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import override_settings
from django_scopes import scope, scopes_disabled
from pytest_django import DjangoDbBlocker

from accounts.models import Patient, Practice, User
from scheduling.demo import filling, house
from scheduling.demo.filling import fill_demo
from scheduling.models import Entry, EntryChange
from scheduling.models.entry import Kind, Placement, Status

# A Wednesday, 10:20 in Berlin: somebody is in the room, somebody waits.
NOW = datetime(2026, 11, 25, 9, 20, tzinfo=UTC)


@pytest.fixture(scope="module")
def demo(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Practice]:
    """Filled once for all tests of this file, smaller than the real one; every test only reads it."""
    with pytest.MonkeyPatch.context() as smaller, override_settings(DEMO=True), django_db_blocker.unblock():
        smaller.setattr(house, "PATIENTS", 40)
        smaller.setattr(filling, "WEEKS", ((0, 0.25), (1, 0.05)))
        with transaction.atomic():
            fill_demo(now=NOW)
            yield Practice.objects.get(slug="demo")
            transaction.set_rollback(True)


def test_it_is_refused_outside_a_demo() -> None:
    with override_settings(DEMO=False), pytest.raises(CommandError, match="DEMO=1"):
        call_command("demo")


def test_the_week_looks_like_a_real_one(demo: Practice) -> None:
    with scope(practice=demo):
        kinds = set(Entry.objects.values_list("kind", flat=True))
        states = set(Entry.objects.filter(kind=Kind.APPOINTMENT).values_list("status", flat=True))
        assert kinds == {Kind.APPOINTMENT, Kind.RESERVATION, Kind.LOCK, Kind.NOTE}
        assert states >= {Status.DONE, Status.ARRIVED, Status.IN_ROOM, Status.DEFINITE, Status.CANCELLED}
        assert Entry.objects.filter(placement=Placement.EXTRA).exists()
        assert Entry.objects.filter(placement=Placement.PARKED).count() == 1
        assert Entry.objects.filter(is_video=True).exists()
        thursday = datetime(2026, 11, 26, tzinfo=UTC)
        on_full_day = Entry.objects.filter(starts_at__gte=thursday, starts_at__lt=thursday + timedelta(days=1))
        assert on_full_day.count() > 1.5 * Entry.objects.filter(starts_at__date="2026-11-25").count()


def test_nothing_is_entered_in_the_future(demo: Practice) -> None:
    with scope(practice=demo):
        assert not EntryChange.objects.filter(at__gt=NOW).exists()
        assert not Entry.objects.filter(starts_at__gt=NOW, status=Status.DONE).exists()


def test_everything_went_through_the_services(demo: Practice) -> None:
    with scopes_disabled():
        assert not Entry.objects.filter(changes=None).exists()
        assert not Patient.objects.filter(folded_last="").exists()


def test_there_are_people_who_are_taken_for_each_other(demo: Practice) -> None:
    with scope(practice=demo):
        assert Patient.objects.filter(folded_last="meier", folded_first="magda").count() == 2
        assert Patient.objects.filter(folded_last="muller", folded_first="jan").count() == 2


def test_a_second_run_changes_nothing(demo: Practice) -> None:
    with scopes_disabled():
        before = (Entry.objects.count(), EntryChange.objects.count(), Patient.objects.count(), User.objects.count())
        assert fill_demo(now=NOW) == 0
        after = (Entry.objects.count(), EntryChange.objects.count(), Patient.objects.count(), User.objects.count())
    assert before == after


def test_a_week_later_the_next_week_is_filled_and_the_old_one_is_over(demo: Practice) -> None:
    later = NOW + timedelta(days=7)
    next_monday = datetime(2026, 12, 7, tzinfo=UTC)
    with transaction.atomic(), scope(practice=demo):
        assert not Entry.objects.filter(starts_at__gte=next_monday).exists()
        fill_demo(now=later)
        assert Entry.objects.filter(starts_at__gte=next_monday).exists()
        missed = Entry.objects.filter(
            kind=Kind.APPOINTMENT, placement=Placement.GRID, ends_at__lte=NOW, status=Status.DEFINITE
        )
        assert not missed.exists()
        transaction.set_rollback(True)


def test_the_neighbour_shares_nobody_with_the_demo(demo: Practice) -> None:
    neighbour = Practice.objects.get(slug="nachbar")
    assert User.objects.get(email="empfang@nachbar.example").practice == neighbour
    with scope(practice=neighbour):
        assert Entry.objects.exists()
        assert not Entry.objects.exclude(practice=neighbour).exists()
