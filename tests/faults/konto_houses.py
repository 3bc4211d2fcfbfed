"""Houses in the middle of the Konto-Migration, one at each of its steps, for a database that dies under all of them."""

import threading
from contextlib import suppress
from dataclasses import dataclass, field

from django.db import DatabaseError, InterfaceError, connections
from django.db.models import Q
from django.utils import timezone
from django_scopes import scope

from accounts.models import User
from praxis.core.jobs import claim
from praxis.core.sweeping import run_due
from tests.factories import make_practice, make_user
from tests.videosprechstunde.konto import acts
from tests.videosprechstunde.konto.cast import OldWorld, make_old_world
from tests.videosprechstunde.konto.checking import check_final
from tests.videosprechstunde.konto.service import OldService
from tests.videosprechstunde.konto.steps import OF_A_PAGE, OF_A_ROW
from videosprechstunde.legacy_accounts import OverHttp
from videosprechstunde.models import CallEvent, KontoRow, LegacyParticipant
from videosprechstunde.services.konto.retrying import RetryNotPossible
from videosprechstunde.services.konto.running import migrate_row
from videosprechstunde.services.konto.starting import NotReady, RunIsOn
from videosprechstunde.services.konto.undoing import UndoNotPossible

PATIENCE = 60


@dataclass(eq=False)
class House:
    """`act`: what somebody does on its page; empty: a worker has its row."""

    world: OldWorld
    user: str
    step: str
    act: str
    reached: threading.Event = field(default_factory=threading.Event)
    goes_on: threading.Event = field(default_factory=threading.Event)
    thread: threading.Thread | None = None
    # How the thread ended that the database died under.
    trouble: str = ""


_here = threading.local()


def install_stops() -> None:
    for step, install in (OF_A_ROW | OF_A_PAGE).items():
        install(lambda step=step: _stop(step))


def _stop(step: str) -> None:
    house: House | None = getattr(_here, "house", None)
    if house is not None and house.step == step and not house.reached.is_set():
        house.reached.set()
        house.goes_on.wait(PATIENCE)


def build(url: str, name: str) -> list[House]:
    """Those of the pages first: to make them ready, their rows are worked on as far as they come."""
    service = OldService(url)
    of_pages = [_house(url, f"{name}p{n}", step, acts.on_the_page(step)) for n, step in enumerate(OF_A_PAGE)]
    for house in of_pages:
        with scope(practice=house.world.practice):
            acts.prepare(house.world, service, house.act, house.user)
    of_rows = [_house(url, f"{name}r{n}", step, "") for n, step in enumerate(OF_A_ROW)]
    for house in of_rows:
        with scope(practice=house.world.practice):
            legacy = house.world.pair("Arndt", user=house.user)
            house.world.appointment(legacy, email=f"{house.user}@patient.example")
            house.world.bin(house.world.old("Borchert", user=f"borchert-{house.user}"))
            CallEvent.objects.all().delete()
            house.world.start()
    return of_pages + of_rows


def _house(url: str, slug: str, step: str, act: str) -> House:
    practice = make_practice(slug)
    admin = make_user(practice, f"admin@{slug}.example", role=User.Role.PRACTICE_ADMIN)
    with scope(practice=practice):
        world = make_old_world(practice, admin, url)
    # The links of old installations differ.
    world.links = 100 * practice.pk
    return House(world, f"user-{slug}", step, act)


def stop_at_their_steps(houses: list[House]) -> None:
    for house in houses:
        house.thread = threading.Thread(target=_begin, args=[house])
        house.thread.start()
    for house in houses:
        assert house.reached.wait(PATIENCE), f"never reached: {house.step} {house.trouble}"


def let_go(houses: list[House]) -> None:
    """Whatever they do now, they do on a dead connection."""
    for house in houses:
        house.goes_on.set()
    for house in houses:
        assert house.thread
        house.thread.join(PATIENCE)
        assert not house.thread.is_alive(), house.step
    connections.close_all()


def _begin(house: House) -> None:
    _here.house = house
    try:
        with scope(practice=house.world.practice):
            if house.act:
                acts.ACTS[house.act](house.world)
            else:
                [row] = claim(KontoRow, now=timezone.now(), among=Q(practice=house.world.practice.pk))
                migrate_row(row, OverHttp(), clock=timezone.now)
    except (DatabaseError, InterfaceError) as error:
        house.trouble = repr(error)
    finally:
        connections.close_all()


def check(house: House) -> None:
    try:
        with scope(practice=house.world.practice):
            if house.act:
                _click_again(house)
            else:
                check_final(appointments=1, told=1)
    except BaseException as error:
        error.add_note(f"when the database was killed at: {house.step}")
        raise


def _click_again(house: House) -> None:
    """Whoever clicks once more is where they wanted to be."""
    service = OldService(house.world.host)
    with suppress(NotReady, RunIsOn, UndoNotPossible, RetryNotPossible):
        acts.ACTS[house.act](house.world)
    if house.act == "undo":
        acts.check_taken_back(service, house.user)
    if house.act in ("assign", "undo"):
        house.world.start()
    run_due(KontoRow, now=timezone.now())
    assert LegacyParticipant.objects.get().gone_at
    assert service.deletions(house.user).count(204) == 1
