"""A run from the start to the protocol: what moves, what is deleted, what the old service and the patients learn."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import DoctorRole, User
from accounts.services.participants import deactivate_participant
from notifications.models import Message
from praxis.core.models import AuditEntry
from tests.videosprechstunde.calls import call_of, join_by, member_of
from tests.videosprechstunde.konto.cast import SECRET, OldWorld
from tests.videosprechstunde.konto.service import OldService
from videosprechstunde.models import (
    CallEvent,
    KontoLine,
    KontoRow,
    LegacyAppointment,
    LegacyParticipant,
    VideoCall,
    VideoParticipant,
)
from videosprechstunde.selectors.konto import standing
from videosprechstunde.selectors.konto_plan import plan_migration
from videosprechstunde.selectors.konto_runs import log_lines, progress, run_rows
from videosprechstunde.services import inviting
from videosprechstunde.services.konto import finishing
from videosprechstunde.services.konto.starting import NotReady, PlanChanged, RunIsOn, WrongName

pytestmark = pytest.mark.django_db


def wait_until(reached: Callable[[], bool]) -> None:
    end = time.monotonic() + 10
    while not reached():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_a_run_moves_appointments_roles_type_and_links_and_deletes_the_old_account(
    world: OldWorld, service: OldService
) -> None:
    legacy = world.pair("Reuter", appointment_type=world.kind, email="reuter@alt.example")
    entries = [world.appointment(legacy) for _ in range(3)]
    role = legacy.doctor_roles.get()
    plan = plan_migration(timezone.now())

    run = world.start()
    assert world.work() == 1

    participant = VideoParticipant.objects.get()
    assert participant.participant.name == "Reuter"
    assert list(participant.doctor_roles.all()) == [role]
    assert participant.appointment_type == world.kind
    for entry in entries:
        call = call_of(entry)
        assert (call.participant, call.provider, call.external_link) == (participant, "builtin", "")
    assert service.gone() == ["reuter"]
    legacy.refresh_from_db()
    assert legacy.gone_at
    assert (legacy.credentials, legacy.email, legacy.name) == ("", "", "Reuter")
    assert not LegacyAppointment.objects.exists()
    run.refresh_from_db()
    assert run.finished_at
    row = KontoRow.objects.get()
    assert row.state == "done"
    planned = plan.rows[0]
    assert row.counts == {
        "appointments": planned.appointments, "links": planned.links, "roles": len(planned.roles),
        "told": planned.told, "by_sms": planned.by_sms, "to_call": planned.to_call,
    }  # fmt: skip
    assert row.counts["appointments"] == row.counts["links"] == row.counts["to_call"] == 3


def test_the_secret_of_an_old_link_opens_the_call_here(world: OldWorld) -> None:
    legacy = world.pair("Reuter")
    entry = world.appointment(legacy, minutes_ahead=20)
    world.start()
    world.work()

    assert member_of(entry).link == SECRET.format(1)
    assert join_by(SECRET.format(1), "code").status_code == 302


def test_a_link_in_use_or_too_short_stays_behind(world: OldWorld) -> None:
    legacy = world.pair("Reuter")
    entry = world.appointment(legacy, link="https://alt.example/raum/kurz")
    LegacyAppointment.objects.update(link_hash="")
    own = member_of(entry).link
    plan = plan_migration(timezone.now())
    world.start()
    world.work()

    assert member_of(entry).link == own
    assert plan.rows[0].links == KontoRow.objects.get().counts["links"] == 0


def test_patients_who_had_a_link_get_the_new_one_once_the_row_is_final(world: OldWorld, service: OldService) -> None:
    legacy = world.pair("Reuter")
    with_mail = world.appointment(legacy, email="p@patient.example")
    without_mail, not_sent = world.appointment(legacy), world.appointment(legacy, sent=False)
    CallEvent.objects.all().delete()
    service.fault("500")
    plan = plan_migration(timezone.now())
    world.start()
    world.work()
    assert not CallEvent.objects.filter(kind="sent").exists()

    KontoRow.objects.update(due_at=timezone.now())
    world.work()

    assert [event.call for event in CallEvent.objects.filter(kind="sent")] == [call_of(with_mail)]
    [message] = Message.objects.filter(notice="video_invitation", due_at__gt=timezone.now())
    assert message.due_at > timezone.now() + timedelta(minutes=1), "the run comes first"
    counts = KontoRow.objects.get().counts
    assert (counts["told"], counts["to_call"]) == (1, 1)
    assert (plan.counts.told, plan.counts.to_call) == (1, 1)
    assert call_of(without_mail).provider == call_of(not_sent).provider == "builtin"


def test_who_has_only_a_mobile_number_gets_the_new_link_as_an_sms(world: OldWorld) -> None:
    legacy = world.pair("Reuter")
    entry = world.appointment(legacy, mobile="0151 23456789")
    CallEvent.objects.all().delete()
    plan = plan_migration(timezone.now())
    world.start()
    world.work()

    [message] = Message.objects.filter(notice="video_invitation_sms", due_at__gt=timezone.now())
    assert (message.channel, CallEvent.objects.get(kind="sent_sms").call) == ("sms", call_of(entry))
    counts = KontoRow.objects.get().counts
    assert (plan.counts.told, plan.counts.by_sms, plan.counts.to_call) == (1, 1, 0)
    assert (counts["told"], counts["by_sms"], counts["to_call"]) == (1, 1, 0)


@pytest.mark.parametrize(
    ("hour", "opens_after_hours", "is_later"), [(23, 72, True), (3, 72, True), (23, 1, False), (12, 72, False)]
)
def test_an_sms_waits_for_the_morning_unless_the_call_opens_before(
    hour: int, opens_after_hours: int, is_later: bool
) -> None:
    at = datetime(2026, 11, 26, hour, 15, tzinfo=timezone.get_current_timezone())
    call = VideoCall(opens_at=at + timedelta(hours=opens_after_hours))
    when = timezone.localtime(inviting._by_day(call, at))
    assert (when > at) == is_later
    assert not is_later or (when.hour, when - at < timedelta(hours=10)) == (8, True)


def test_deleting_keeps_users_roles_and_appointments(world: OldWorld, service: OldService) -> None:
    legacy = world.old("Borchert")
    entry = world.appointment(legacy)
    world.bin(legacy)
    users, roles = User.objects.count(), DoctorRole.objects.count()
    world.start()
    world.work()

    assert service.gone() == ["borchert"]
    assert (User.objects.count(), DoctorRole.objects.count()) == (users, roles)
    entry.refresh_from_db()
    assert entry.deleted_at is None
    assert call_of(entry).participant is None
    assert call_of(entry).provider == "builtin"
    assert not VideoParticipant.objects.exists()
    assert LegacyParticipant.objects.get().gone_at


def test_an_account_gone_outside_is_as_good_as_deleted(world: OldWorld, service: OldService) -> None:
    world.pair("Reuter")
    service.forget("reuter")
    world.start()
    world.work()

    kinds = list(KontoLine.objects.order_by("pk").values_list("kind", flat=True))
    assert kinds == ["started", "moved", "already_gone", "done", "finished"]


@pytest.mark.parametrize(
    ("kind", "reason"), [("500", "meldet eine Störung"), ("reset", "hat die Verbindung beendet"), ("429", "Pause")]
)
def test_trouble_outside_leaves_the_row_open_with_its_reason_and_the_others_go_on(
    world: OldWorld, service: OldService, kind: str, reason: str
) -> None:
    world.pair("Arndt")
    world.pair("Reuter")
    service.fault(kind)
    run = world.start()
    world.work()

    now = timezone.now()
    first, second = run_rows(run, now)
    assert (first.state, second.state) == ("open", "done")
    assert reason in first.reason
    assert first.can_retry
    assert progress(run, now).done == 1
    run.refresh_from_db()
    assert run.finished_at is None, "it comes back by itself"
    KontoRow.objects.filter(state="queued").update(due_at=now)
    world.work()
    run.refresh_from_db()
    assert run.finished_at
    assert service.gone() == ["reuter", "arndt"]


def test_a_provider_that_answers_too_late_leaves_the_row_open(
    world: OldWorld, service: OldService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("videosprechstunde.legacy_accounts.TIMEOUT_SECONDS", 0.2)
    world.pair("Reuter")
    service.fault("slow", seconds=0.6)
    run = world.start()
    world.work()

    [line] = run_rows(run, timezone.now())
    assert line.state == "open"
    assert "nicht rechtzeitig" in line.reason
    wait_until(lambda: service.gone() == ["reuter"])
    KontoRow.objects.update(due_at=timezone.now())
    world.work()
    assert KontoRow.objects.get().state == "done", "it had been deleted, only too late"


def test_a_slow_provider_is_waited_for(world: OldWorld, service: OldService) -> None:
    world.pair("Reuter")
    service.fault("slow", seconds=0.3)
    world.start()
    world.work()

    assert KontoRow.objects.get().state == "done"


def test_wrong_credentials_wait_for_a_person(world: OldWorld, service: OldService) -> None:
    world.pair("Reuter")
    service.fault("401")
    run = world.start()
    world.work()

    run.refresh_from_db()
    [line] = run_rows(run, timezone.now())
    assert (line.state, line.can_retry, line.can_undo) == ("open", True, True)
    assert run.finished_at, "nothing is left to the program"


def test_a_participant_switched_off_during_the_run_keeps_only_its_own_row(world: OldWorld) -> None:
    world.pair("Arndt")
    legacy = world.pair("Reuter")
    run = world.start()
    assert legacy.assigned_to
    deactivate_participant(participant=legacy.assigned_to, actor=world.admin, now=timezone.now())
    world.work()

    arndt, reuter = run_rows(run, timezone.now())
    assert (arndt.state, reuter.state) == ("done", "open")
    assert "nicht mehr aktiv" in reuter.reason
    assert VideoParticipant.objects.count() == 1
    assert "Reuter: offen" in next(line.words for line in log_lines(run) if line.tone == "bad")


def test_names_are_nowhere_in_the_audit_trail(world: OldWorld) -> None:
    world.pair("Reuter")
    world.start()
    world.work()

    actions = set(AuditEntry.objects.values_list("action", flat=True))
    assert {"KontoRunStarted", "LegacyMoved", "LegacyAccountDeleted", "LegacyGone", "KontoRunFinished"} <= actions
    assert not any("reuter" in line.reason.lower() for line in KontoLine.objects.all())


def test_only_who_types_the_name_of_the_practice_starts(world: OldWorld) -> None:
    world.pair("Reuter")
    with pytest.raises(WrongName):
        world.start(typed_name="Praxis Dem")
    world.start(typed_name="  praxis   demo ")


def test_every_old_participant_must_be_chosen_for(world: OldWorld) -> None:
    world.old("Kolbe")
    with pytest.raises(NotReady, match="Kolbe ist weder"):
        world.start()


def test_a_participant_switched_off_after_the_dry_run_refuses_the_start(world: OldWorld) -> None:
    legacy = world.pair("Reuter")
    fingerprint = plan_migration(timezone.now()).fingerprint
    assert legacy.assigned_to
    deactivate_participant(participant=legacy.assigned_to, actor=world.admin, now=timezone.now())
    with pytest.raises(NotReady, match="„Reuter“ ist deaktiviert"):
        world.start(fingerprint=fingerprint)


def test_another_choice_after_the_dry_run_asks_for_another_look(world: OldWorld) -> None:
    legacy = world.pair("Reuter")
    fingerprint = plan_migration(timezone.now()).fingerprint
    world.bin(legacy)
    with pytest.raises(PlanChanged):
        world.start(fingerprint=fingerprint)


def test_a_second_start_learns_that_it_runs(world: OldWorld) -> None:
    world.pair("Reuter")
    world.start()
    with pytest.raises(RunIsOn):
        world.start()


def test_somebody_added_by_hand_gets_the_roles_in_addition(world: OldWorld) -> None:
    legacy = world.pair("Reuter", appointment_type=world.kind)
    other = DoctorRole.objects.create(practice=world.practice, name="Vertretung")
    assert legacy.assigned_to
    by_hand = VideoParticipant.objects.create(
        practice=world.practice, participant=legacy.assigned_to, created_at=world.moment
    )
    by_hand.doctor_roles.set([other])
    assert [one.kind for one in plan_migration(timezone.now()).rows[0].warnings] == ["merge"]
    world.start()
    world.work()

    known = VideoParticipant.objects.get()
    assert set(known.doctor_roles.all()) == {other, legacy.doctor_roles.get()}
    assert known.appointment_type == world.kind


def test_after_success_nothing_is_to_be_done(world: OldWorld) -> None:
    assert not standing(timezone.now()).has_old
    world.pair("Reuter")
    world.start()
    world.work()

    after = standing(timezone.now())
    assert after.is_done
    assert (after.total, after.gone, after.is_running) == (0, 1, False)
    with pytest.raises(NotReady, match="nichts zu tun"):
        world.start()


def test_a_lost_claim_changes_nothing(world: OldWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    """The lease ran out while the old service was asked; another worker finished the row meanwhile."""
    world.pair("Reuter")
    world.start()
    original = finishing._deleted

    def too_late(row: KontoRow, **said: Any) -> None:
        KontoRow.objects.filter(pk=row.pk).update(claim_number=row.claim_number + 1)
        original(row, **said)

    monkeypatch.setattr(finishing, "_deleted", too_late)
    world.work()

    assert not KontoLine.objects.filter(kind__in=["deleted", "done"]).exists()
    assert LegacyParticipant.objects.get().outside_deleted_at is None
    assert VideoCall.objects.count() == 0
