"""Workers and web processes killed with -9 at each step of the migration: it goes on, nothing is lost or done twice.

PRAXIS_RUNS=20 repeats each as often as the issue asks for.
"""

import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta

import pytest
from django.utils import timezone
from django_scopes import scope

from accounts.models import Practice, User
from praxis.core.jobs import claim
from tests.factories import make_practice, make_user
from tests.notifications.runs import RUNS
from tests.videosprechstunde.konto.acts import ACTS, check_taken_back, on_the_page, prepare
from tests.videosprechstunde.konto.cast import OldWorld, make_old_world
from tests.videosprechstunde.konto.checking import check_final
from tests.videosprechstunde.konto.service import OldService
from tests.videosprechstunde.konto.steps import OF_A_PAGE, OF_A_ROW, die, in_child
from videosprechstunde.models import CallEvent, KontoRow, LegacyParticipant
from videosprechstunde.services.konto import undoing
from videosprechstunde.services.konto.starting import RunIsOn

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(600)]


@contextmanager
def house(service: OldService, what: str) -> Iterator[OldWorld]:
    """A practice of its own, so that one test can go through all steps."""
    service.reset()
    slug = f"h{Practice.objects.count()}"
    practice = make_practice(slug)
    admin = make_user(practice, f"admin@{slug}.example", role=User.Role.PRACTICE_ADMIN)
    with scope(practice=practice):
        try:
            yield make_old_world(practice, admin, service.url)
        except BaseException as error:
            error.add_note(f"when killed at: {what}")
            raise


def fill(world: OldWorld) -> None:
    """One that moves with its appointments, one that is deleted."""
    legacy = world.pair("Arndt")
    world.appointment(legacy, email="arndt@patient.example")
    world.appointment(legacy, sent=False)
    world.bin(world.old("Borchert"))
    CallEvent.objects.all().delete()


def finish(world: OldWorld) -> None:
    """What a dead worker held is taken up once its lease is over; what waits, after its pause."""
    for _ in range(2):
        KontoRow.objects.filter(state="running").update(lease_until=timezone.now())
        KontoRow.objects.filter(state="queued").update(due_at=timezone.now())
        world.work()


@pytest.mark.parametrize("run", range(RUNS))
def test_a_worker_killed_at_any_step(service: OldService, run: int) -> None:
    for step in OF_A_ROW:
        with house(service, step) as world:
            fill(world)
            kill_workers(world, step)
            finish(world)

            check_final(appointments=2, told=1)
            assert sorted(service.gone()) == ["arndt", "borchert"]
            for user in service.gone():
                assert service.deletions(user).count(204) == 1
                assert set(service.deletions(user)) <= {204, 404}


def kill_workers(world: OldWorld, step: str) -> None:
    """One, and the next one that goes on for it."""
    world.start()

    def work() -> None:
        OF_A_ROW[step](die)
        world.work()

    for _worker in range(2):
        assert in_child(work) == -signal.SIGKILL, "the step was never reached"
        KontoRow.objects.filter(state="running").update(lease_until=timezone.now() - timedelta(seconds=1))


@pytest.mark.parametrize("run", range(RUNS))
def test_a_web_process_killed_at_any_step(service: OldService, run: int) -> None:
    """Whoever clicks once more is where they wanted to be: the act is done, or is done now."""
    for step in OF_A_PAGE:
        with house(service, step) as world:
            act = on_the_page(step)
            prepare(world, service, act)
            kill_and_click_again(world, step, act)
            if act == "undo":
                check_taken_back(service)
            if act in ("assign", "undo"):
                world.start()
            finish(world)
            assert LegacyParticipant.objects.get().gone_at
            assert service.deletions("kolbe").count(204) == 1


def kill_and_click_again(world: OldWorld, step: str, act: str) -> None:
    def click() -> None:
        OF_A_PAGE[step](die)
        ACTS[act](world)

    assert in_child(click) == -signal.SIGKILL, "the step was never reached"
    with suppress(RunIsOn, undoing.UndoNotPossible):
        ACTS[act](world)
    assert LegacyParticipant.objects.get().choice == "assign"


def test_four_workers_share_the_rows_of_a_run(service: OldService) -> None:
    """As threads of one worker or processes of four: each row is somebody's, none is anybody's twice."""
    with house(service, "nothing") as world:
        fill(world)
        world.start()
        now = timezone.now()
        held = [row for _ in range(4) for row in claim(KontoRow, now=now)]
        assert len({row.pk for row in held}) == len(held) == 2
        finish(world)
        check_final(appointments=2, told=1)


def test_two_practices_run_beside_each_other(service: OldService) -> None:
    with house(service, "nothing") as world:
        fill(world)
        world.start()
        with house(service, "nothing") as neighbour:
            neighbour.pair("Nachbar")
            run = neighbour.start()
        world.work()
        check_final(appointments=2, told=1)
        with scope(practice=neighbour.practice):
            run.refresh_from_db()
            assert run.finished_at
