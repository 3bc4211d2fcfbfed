"""What becomes of an old participant, and two people who choose at once."""

import threading
from collections.abc import Callable

import pytest
from django.db import IntegrityError, connections, transaction
from django.utils import timezone
from django_scopes import scope

from accounts.models import Practice, User
from accounts.services.online_accounts import deactivate_online_account
from accounts.services.participants import deactivate_participant
from tests.videosprechstunde.konto.cast import OldWorld
from videosprechstunde.models import KontoRun, LegacyParticipant, VideoParticipant
from videosprechstunde.selectors.konto import (
    free_targets,
    legacy_rows,
    open_names,
    prerequisites,
    standing,
)
from videosprechstunde.selectors.konto_plan import plan_migration
from videosprechstunde.selectors.konto_suggestions import suggestions
from videosprechstunde.services.konto.assigning import (
    ChoiceChanged,
    NotChangeable,
    TargetNotUsable,
    TargetTaken,
    accept_suggestions,
    assign_participant,
    mark_for_deletion,
    unmark,
)
from videosprechstunde.services.konto.starting import RunIsOn

at_once = pytest.mark.django_db(transaction=True)


@pytest.fixture
def reuter(world: OldWorld) -> LegacyParticipant:
    return world.old("Reuter")


def test_assign_mark_and_unmark(world: OldWorld, reuter: LegacyParticipant) -> None:
    target = world.target("Reuter")
    world.assign(reuter, target)
    reuter.refresh_from_db()
    assert (reuter.choice, reuter.assigned_to, reuter.chosen_by) == ("assign", target, world.admin)
    world.bin(reuter)
    reuter.refresh_from_db()
    assert (reuter.choice, reuter.assigned_to) == ("delete", None)
    unmark(legacy=reuter, actor=world.admin, now=world.moment)
    reuter.refresh_from_db()
    assert (reuter.choice, standing(world.moment).open) == ("", 1)


def test_only_usable_and_free_targets_are_offered(world: OldWorld, reuter: LegacyParticipant) -> None:
    taken, gone, free = world.target("Eins"), world.target("Zwei"), world.target("Drei")
    world.assign(reuter, taken)
    deactivate_participant(participant=gone, actor=world.admin, now=world.moment)

    assert list(free_targets()) == [free]
    with pytest.raises(TargetTaken, match="„Eins“"):
        world.assign(world.old("Arndt"), taken)
    with pytest.raises(TargetNotUsable):
        world.assign(world.old("Kolbe"), gone)
    deactivate_online_account(account=world.account, actor=world.admin, now=world.moment)
    assert not free_targets().exists()


def test_the_list_and_the_constraint_know_the_same_rule(world: OldWorld, reuter: LegacyParticipant) -> None:
    """Also after the migration, and for whoever takes part already."""
    target = world.target("Reuter")
    VideoParticipant.objects.create(practice=world.practice, participant=target, created_at=world.moment)
    assert [one.is_taking_part for one in free_targets()] == [True]
    world.assign(reuter, target)
    world.start()
    world.work()

    assert not free_targets().exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        LegacyParticipant.objects.filter(pk=world.old("Zweiter").pk).update(choice="assign", assigned_to=target)


def test_a_window_that_is_out_of_date_changes_nothing(world: OldWorld, reuter: LegacyParticipant) -> None:
    seen = reuter.version
    world.bin(reuter)
    with pytest.raises(ChoiceChanged):
        assign_participant(
            legacy=reuter, participant=world.target("A"), actor=world.admin, now=world.moment, version=seen
        )


def test_what_a_run_has_in_work_or_did_is_not_changed(world: OldWorld) -> None:
    legacy = world.pair("Reuter")
    world.start()
    assert legacy_rows(now=world.moment)[0].is_locked
    with pytest.raises(NotChangeable, match="in Arbeit"):
        mark_for_deletion(legacy=legacy, actor=world.admin, now=world.moment)
    world.work()
    with pytest.raises(NotChangeable, match="schon migriert"):
        unmark(legacy=legacy, actor=world.admin, now=world.moment)


def test_suggestions_are_beyond_doubt(world: OldWorld, doctor: User) -> None:
    by_email = world.old("H. Reuter", email=doctor.email.upper())
    by_name = world.old("Dr. med. Brandes, Thomas")
    for number in (1, 2):
        world.old("Mina Sayegh", user=f"sayegh-{number}", roles=[])
    with_user, named = world.target("Ganz Anders", doctor), world.target("Thomas Brandes")
    world.target("Mina Sayegh")

    found = suggestions()
    assert {(one.legacy, one.target, one.why) for one in found} == {
        (by_email, with_user, "email"), (by_name, named, "name"),
    }  # fmt: skip
    pairs = [(one.legacy.pk, one.target.pk) for one in found]
    assert accept_suggestions(practice=world.practice, pairs=pairs, actor=world.admin, now=world.moment) == 2
    assert accept_suggestions(practice=world.practice, pairs=pairs, actor=world.admin, now=world.moment) == 0
    assert [row.twins for row in legacy_rows(only_open=True, now=world.moment)] == [1, 1]


def test_two_of_the_same_name_are_told_apart_by_their_accounts(world: OldWorld) -> None:
    for user in ("sayegh-1", "sayegh-2", "arndt"):
        world.old(user.partition("-")[0].title(), user=user, roles=[])
    assert open_names(3) == ["Arndt", "Sayegh (sayegh-1)", "Sayegh (sayegh-2)"]
    assert plan_migration(world.moment).blockers == [
        "Arndt, Sayegh (sayegh-1) und Sayegh (sayegh-2) sind weder zugeordnet noch zum Löschen markiert."
    ]


def test_search_and_filter(world: OldWorld, reuter: LegacyParticipant) -> None:
    world.old("Arndt", email="silke@alt.example")
    world.bin(reuter)
    assert [row.participant.name for row in legacy_rows(search="SILKE arn", now=world.moment)] == ["Arndt"]
    assert [row.participant.name for row in legacy_rows(only_open=True, now=world.moment)] == ["Arndt"]


def test_an_account_switched_off_later_is_named_on_its_row(world: OldWorld) -> None:
    world.pair("Reuter")
    deactivate_online_account(account=world.account, actor=world.admin, now=world.moment)

    [row] = legacy_rows(now=world.moment)
    assert row.target_problem == "Das Online-Konto „Praxis“ ist nicht aktiv."
    plan = plan_migration(world.moment)
    assert not plan.is_ready
    assert plan.blockers == ["Reuter: Das Online-Konto „Praxis“ ist nicht aktiv. Bitte reaktivieren oder neu zuordnen."]
    assert [one.licensee for one in prerequisites().inactive] == ["Praxis"]


def both(practice: Practice, *works: Callable[[], object]) -> list[str]:
    """At the same moment, each with a connection of its own; what each ended with."""
    barrier = threading.Barrier(len(works))
    ended = [""] * len(works)

    def run(number: int, work: Callable[[], object]) -> None:
        barrier.wait()
        try:
            with scope(practice=practice):
                work()
            ended[number] = "done"
        except (TargetTaken, RunIsOn, ChoiceChanged) as error:
            ended[number] = type(error).__name__
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return sorted(ended)


@at_once
def test_two_tabs_assign_the_same_participant(world: OldWorld) -> None:
    one, other, target = world.old("Eins"), world.old("Zwei"), world.target("Ziel")
    ended = both(world.practice, lambda: world.assign(one, target), lambda: world.assign(other, target))

    assert ended == ["TargetTaken", "done"]
    assert LegacyParticipant.objects.filter(assigned_to=target).count() == 1


@at_once
def test_two_who_swap_their_targets_do_not_wait_in_a_circle(world: OldWorld) -> None:
    one, other, first, second = world.old("Eins"), world.old("Zwei"), world.target("Ziel"), world.target("Anderes")
    world.assign(one, first)
    world.assign(other, second)
    for _ in range(10):
        ended = both(world.practice, lambda: world.assign(one, second), lambda: world.assign(other, first))
        assert ended == ["TargetTaken", "TargetTaken"]


@at_once
def test_two_admins_start_at_once(world: OldWorld) -> None:
    world.pair("Reuter")
    fingerprint = plan_migration(timezone.now()).fingerprint
    ended = both(world.practice, *[lambda: world.start(fingerprint=fingerprint)] * 3)

    assert ended == ["RunIsOn", "RunIsOn", "done"]
    assert KontoRun.objects.count() == 1
