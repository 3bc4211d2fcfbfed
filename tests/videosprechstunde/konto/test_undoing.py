"""Taking a row back until the old account is deleted outside; booking meanwhile; trying again."""

import threading
import time
from typing import Any

import pytest
from django.db import connections, transaction
from django.utils import timezone
from django_scopes import scope

from accounts.models import DoctorRole
from praxis.core.jobs import claim
from scheduling.models import Entry
from tests.factories import make_appointment
from tests.videosprechstunde.calls import call_of, member_of
from tests.videosprechstunde.konto.cast import SECRET, OldWorld
from tests.videosprechstunde.konto.service import OldService
from videosprechstunde.models import (
    KontoRow,
    KontoRun,
    LegacyAppointment,
    LegacyParticipant,
    VideoCall,
    VideoParticipant,
)
from videosprechstunde.selectors.konto_runs import run_rows
from videosprechstunde.services.konto import undoing
from videosprechstunde.services.konto.assigning import NotChangeable
from videosprechstunde.services.konto.claims import settle
from videosprechstunde.services.konto.moving import move
from videosprechstunde.services.konto.retrying import RetryNotPossible, retry_row
from videosprechstunde.services.konto.undoing import UndoNotPossible, undo_row

pytestmark = pytest.mark.django_db


def take_back(world: OldWorld, row: KontoRow) -> None:
    undo_row(row=row, actor=world.admin, now=timezone.now())


@pytest.fixture
def moved(world: OldWorld, service: OldService) -> LegacyParticipant:
    """Moved, and the old service did not answer."""
    legacy = world.pair("Reuter", appointment_type=world.kind)
    world.appointment(legacy)
    service.fault("500")
    world.start()
    world.work()
    legacy.refresh_from_db()
    assert legacy.moved_at
    assert not legacy.outside_deleted_at
    return legacy


def test_everything_belongs_to_the_old_participant_again(
    world: OldWorld, service: OldService, moved: LegacyParticipant
) -> None:
    call = VideoCall.objects.get()
    assert call.entry
    take_back(world, KontoRow.objects.get())

    call.refresh_from_db()
    old_link = f"https://alt.example/raum/{SECRET.format(1)}"
    assert (call.participant, call.provider, call.external_link) == (None, "external", old_link)
    assert member_of(call.entry).link != SECRET.format(1)
    assert VideoParticipant.objects.get().removed_at
    moved.refresh_from_db()
    assert (moved.moved_at, moved.outside_tried_at, moved.choice) == (None, None, "assign")
    assert service.gone() == []
    [line] = run_rows(KontoRow.objects.get().run, timezone.now())
    assert (line.state, line.can_retry, line.can_undo) == ("undone", False, False)

    run = world.start()
    world.work()
    assert service.gone() == ["reuter"]
    assert [one.state for one in run_rows(run, timezone.now())] == ["done"]
    assert member_of(call.entry).link == SECRET.format(1)


def test_roles_added_to_somebody_are_taken_off_again(world: OldWorld, service: OldService) -> None:
    legacy = world.pair("Reuter", appointment_type=world.kind)
    other = DoctorRole.objects.create(practice=world.practice, name="Vertretung")
    assert legacy.assigned_to
    by_hand = VideoParticipant.objects.create(
        practice=world.practice, participant=legacy.assigned_to, created_at=world.moment
    )
    by_hand.doctor_roles.set([other])
    service.fault("500")
    world.start()
    world.work()
    take_back(world, KontoRow.objects.get())

    by_hand.refresh_from_db()
    assert (list(by_hand.doctor_roles.all()), by_hand.appointment_type, by_hand.removed_at) == ([other], None, None)


def test_what_a_person_changed_meanwhile_stays(world: OldWorld, service: OldService) -> None:
    legacy = world.pair("Reuter", appointment_type=world.kind)
    own = legacy.doctor_roles.get()
    assert legacy.assigned_to
    by_hand = VideoParticipant.objects.create(
        practice=world.practice, participant=legacy.assigned_to, created_at=world.moment
    )
    service.fault("500")
    world.start()
    world.work()
    added = world.role("Notdienst")
    by_hand.doctor_roles.add(added)
    entry = book(world, own)
    stays = book(world, added)
    take_back(world, KontoRow.objects.get())

    assert list(by_hand.doctor_roles.all()) == [added]
    assert (call_of(entry).participant, LegacyAppointment.objects.get(entry=entry).participant) == (None, legacy)
    assert call_of(stays).participant == by_hand


def test_what_another_run_has_by_now_is_not_taken_back(
    world: OldWorld, service: OldService, moved: LegacyParticipant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody else began it while the old service was asked."""
    fail_for_good()
    original = undoing._ask_outside

    def meanwhile(*given: Any) -> None:
        original(*given)
        world.start()

    monkeypatch.setattr(undoing, "_ask_outside", meanwhile)
    with pytest.raises(UndoNotPossible, match="späteren Lauf"):
        take_back(world, KontoRow.objects.get())

    moved.refresh_from_db()
    assert moved.moved_at
    world.work()
    assert service.gone() == ["reuter"]
    assert {run.finished_at is None for run in KontoRun.objects.all()} == {False}


def test_a_deletion_nobody_heard_of_is_completed_in_its_run(
    world: OldWorld, service: OldService, moved: LegacyParticipant
) -> None:
    fail_for_good()
    service.forget("reuter")
    with pytest.raises(UndoNotPossible, match="endgültig"):
        take_back(world, KontoRow.objects.get())
    assert KontoRun.objects.get().finished_at is None
    world.work()

    assert KontoRun.objects.get().finished_at
    assert LegacyParticipant.objects.get().gone_at


def fail_for_good() -> None:
    """As after a refusal that only a person can settle."""
    KontoRow.objects.update(state="failed", finished_at=timezone.now())
    with transaction.atomic():
        settle(KontoRun.objects.get().pk, now=timezone.now())


def book(world: OldWorld, role: DoctorRole) -> Entry:
    return make_appointment(
        world.columns[role.pk], world.moment.replace(second=0, microsecond=0), now=world.moment,
        appointment_type=world.kind, placement="extra",
    )  # fmt: skip


def test_what_was_booked_since_comes_along(world: OldWorld, moved: LegacyParticipant) -> None:
    column = world.columns[moved.doctor_roles.get().pk]
    entry = make_appointment(
        column, world.moment.replace(second=0, microsecond=0), now=world.moment, appointment_type=world.kind,
        placement="extra",
    )  # fmt: skip
    assert call_of(entry).participant == VideoParticipant.objects.get()
    take_back(world, KontoRow.objects.get())

    assert call_of(entry).participant is None
    assert LegacyAppointment.objects.get(entry=entry).participant == moved


def test_once_the_account_is_deleted_outside_it_is_final(world: OldWorld) -> None:
    world.pair("Reuter")
    run = world.start()
    world.work()

    [line] = run_rows(run, timezone.now())
    assert (line.is_final, line.can_undo) == (True, False)
    with pytest.raises(UndoNotPossible, match="endgültig"):
        take_back(world, line.row)


def test_a_deletion_of_which_nobody_heard_is_asked_for_before_taking_back(world: OldWorld, service: OldService) -> None:
    world.pair("Reuter")
    service.fault("reset-after")
    world.start()
    world.work()
    row = KontoRow.objects.get()
    assert row.state == "queued"

    with pytest.raises(UndoNotPossible, match="endgültig"):
        take_back(world, row)
    world.work()
    assert KontoRow.objects.get().state == "done"
    assert service.deletions("reuter") == [204, 404]


def test_nothing_is_taken_back_while_nobody_knows(
    world: OldWorld, service: OldService, moved: LegacyParticipant
) -> None:
    service.fault("500", on="GET")
    with pytest.raises(UndoNotPossible, match="nicht feststellen"):
        take_back(world, KontoRow.objects.get())

    moved.refresh_from_db()
    assert moved.moved_at
    assert KontoRun.objects.get().finished_at, "a person decides, nothing is left to the program"
    take_back(world, KontoRow.objects.get())


def test_a_row_at_work_is_left_alone(world: OldWorld) -> None:
    world.pair("Reuter")
    world.start()
    [row] = claim(KontoRow, now=timezone.now())
    for act in (lambda: take_back(world, row), lambda: retry_row(row=row, actor=world.admin, now=timezone.now())):
        with pytest.raises((UndoNotPossible, RetryNotPossible), match="gerade in Arbeit"):
            act()


def test_an_open_row_is_tried_again_and_opens_the_run_once_more(
    world: OldWorld, service: OldService, moved: LegacyParticipant
) -> None:
    KontoRow.objects.update(state="failed", finished_at=timezone.now())
    row = KontoRow.objects.get()
    row.run.finished_at = timezone.now()
    row.run.save(update_fields=["finished_at"])
    retry_row(row=row, actor=world.admin, now=timezone.now())
    row.run.refresh_from_db()
    assert row.run.finished_at is None
    world.work()

    row.run.refresh_from_db()
    assert row.run.finished_at
    assert service.gone() == ["reuter"]
    with pytest.raises(RetryNotPossible, match="fertig"):
        retry_row(row=row, actor=world.admin, now=timezone.now())


def test_a_moved_row_is_taken_back_before_it_is_chosen_for_anew(world: OldWorld, moved: LegacyParticipant) -> None:
    KontoRow.objects.update(state="failed")
    with pytest.raises(NotChangeable, match="Nehmen Sie die Zeile im Lauf zurück"):
        world.bin(moved)
    take_back(world, KontoRow.objects.get())
    world.bin(moved)


@pytest.mark.django_db(transaction=True)
def test_a_booking_waits_only_while_its_row_is_moved(world: OldWorld, service: OldService) -> None:
    """It comes while the old participant is moved, and goes to the new one; while the outside is slow nobody waits."""
    legacy = world.pair("Reuter")
    world.start()
    [row] = claim(KontoRow, now=timezone.now())
    column = world.columns[legacy.doctor_roles.get().pk]
    took: list[float] = []
    booked: list[int] = []

    def book() -> None:
        began = time.monotonic()
        with scope(practice=world.practice):
            entry = make_appointment(
                column, world.moment.replace(second=0, microsecond=0), now=world.moment, appointment_type=world.kind,
                placement="extra",
            )  # fmt: skip
        took.append(time.monotonic() - began)
        booked.append(entry.pk)
        connections.close_all()

    with transaction.atomic():
        move(row, now=timezone.now())
        thread = threading.Thread(target=book)
        thread.start()
        thread.join(timeout=1)
        assert thread.is_alive(), "it must wait for the row"
    thread.join(timeout=10)
    assert took

    participant = VideoParticipant.objects.get()
    assert VideoCall.objects.get(entry=booked[0]).participant == participant
    assert not LegacyAppointment.objects.exists()
    # The transaction is over, the old service has not been asked yet: nobody waits any more.
    book()
    assert took[1] < 1
    assert VideoCall.objects.filter(participant=participant).count() == 2
