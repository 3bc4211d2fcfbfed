"""What somebody does on the pages of the migration, each act with what it needs and what is true when it is done."""

from django.utils import timezone

from tests.videosprechstunde.konto.cast import OldWorld
from tests.videosprechstunde.konto.service import OldService
from videosprechstunde.models import KontoRow, KontoRun, LegacyParticipant, VideoCall
from videosprechstunde.selectors.konto_plan import plan_migration
from videosprechstunde.services.konto import assigning, retrying, starting, undoing


def assign(world: OldWorld) -> None:
    legacy = LegacyParticipant.objects.get(name="Kolbe")
    target = world.account.participants.get(name="Kolbe")
    assigning.assign_participant(legacy=legacy, participant=target, actor=world.admin, now=timezone.now())


def start(world: OldWorld) -> None:
    now = timezone.now()
    fingerprint = plan_migration(now).fingerprint
    starting.start_run(
        practice=world.practice, typed_name=world.practice.name, fingerprint=fingerprint, actor=world.admin, now=now
    )


def retry(world: OldWorld) -> None:
    retrying.retry_row(row=KontoRow.objects.get(), actor=world.admin, now=timezone.now())


def take_back(world: OldWorld) -> None:
    undoing.undo_row(row=KontoRow.objects.get(), actor=world.admin, now=timezone.now())


def on_the_page(step: str) -> str:
    if "assigned" in step:
        return "assign"
    if "retried" in step:
        return "retry"
    return "start" if step in ("run written, not committed", "run written, workers not told", "started") else "undo"


ACTS = {"assign": assign, "start": start, "retry": retry, "undo": take_back}


def prepare(world: OldWorld, service: OldService, act: str, user: str = "kolbe") -> None:
    legacy = world.old("Kolbe", user=user)
    target = world.target("Kolbe")
    if act != "assign":
        world.assign(legacy, target)
    world.appointment(legacy)
    if act in ("retry", "undo"):
        service.fault("401")
        world.start()
        world.work()
        assert LegacyParticipant.objects.get().outside_tried_at


def check_taken_back(service: OldService, user: str = "kolbe") -> None:
    assert LegacyParticipant.objects.get().moved_at is None
    assert VideoCall.objects.get().provider == "external"
    assert KontoRun.objects.get().finished_at
    assert user not in service.gone()
