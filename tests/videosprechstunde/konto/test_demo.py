"""The demo practice has nine old participants, one of each awkward kind, and every one of them can be migrated."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import DoctorRole, OnlineAccount, OnlineParticipant
from accounts.services.online_accounts import reactivate_online_account
from accounts.services.participants import reactivate_participant
from tests.factories import make_column, make_patient
from tests.videosprechstunde.konto.cast import OldWorld
from tests.videosprechstunde.konto.service import OldService
from videosprechstunde.demo_konto import BRANDES, REUTER, fill_konto
from videosprechstunde.models import KontoRow, LegacyParticipant
from videosprechstunde.selectors.konto import free_targets, legacy_rows, prerequisites, standing
from videosprechstunde.selectors.konto_plan import plan_migration
from videosprechstunde.selectors.konto_suggestions import suggestions

pytestmark = pytest.mark.django_db


@pytest.fixture
def demo(world: OldWorld, doctor: object, service: OldService, settings: Any) -> OldWorld:
    settings.DEMO = True
    OnlineAccount.objects.all().delete()
    for name in (REUTER, BRANDES):
        role = DoctorRole.objects.create(practice=world.practice, name=name)
        make_column(world.practice, name, doctor_role=role)
    for number in range(16):
        make_patient(world.practice, f"Nr{number}", email=f"p{number}@patient.example" if number < 14 else "")
    assert fill_konto(host=service.url, now=timezone.now()) == 9
    service.forget("test-videoraum")
    return world


def test_each_is_awkward_in_its_own_way(demo: OldWorld) -> None:
    now = timezone.now()
    rows = {row.participant.provider_user: row for row in legacy_rows(now=now)}
    assert len(rows) == 9
    assert rows["brandes"].participant.email == ""
    assert rows["sayegh"].twins == rows["sayegh-2"].twins == 1
    assert len(rows["sayegh"].roles) == 2
    assert rows["rautenberg"].has_running
    assert rows["borchert"].appointments == 0
    assert {one.legacy.provider_user for one in suggestions()} == {"reuter", "brandes", "rautenberg"}
    plan = {row.participant.provider_user: {one.kind for one in row.warnings} for row in plan_migration(now).rows}
    assert plan["rautenberg"] == {"running"}
    assert plan["wendt"] >= {"soon", "sent", "to_call"}
    wanted = prerequisites()
    assert [one.licensee for one in wanted.waiting] == ["Zweigpraxis Nord"]
    assert [one.licensee for one in wanted.inactive] == ["Praxis Wendt"]

    assert fill_konto(host="http://127.0.0.1:9", now=now) == 0, "once; it only follows the service"
    assert set(LegacyParticipant.objects.values_list("host", flat=True)) == {"http://127.0.0.1:9"}


def test_all_nine_can_be_migrated(demo: OldWorld, service: OldService) -> None:
    now = timezone.now()
    reactivate_online_account(account=OnlineAccount.objects.get(licensee="Praxis Wendt"), actor=demo.admin, now=now)
    kolbe = OnlineParticipant.objects.get(name="Dr. Ida Kolbe")
    reactivate_participant(participant=kolbe, actor=demo.admin, now=now)
    targets = {one.name.removeprefix("Dr. ").removeprefix("med. "): one for one in free_targets()}
    for legacy in LegacyParticipant.objects.order_by("pk"):
        target = targets.pop(legacy.name.removeprefix("Dr. "), None)
        demo.assign(legacy, target) if target else demo.bin(legacy)
    demo.start()
    demo.work()

    after = standing(timezone.now())
    assert (after.gone, after.total) == (8, 1), "one waits until its consultation is over"
    assert KontoRow.objects.get(state="queued").due_at < timezone.now() + timedelta(minutes=16)
    assert "test-videoraum" in service.gone()


def test_there_is_nothing_invented_outside_a_demo(settings: Any) -> None:
    settings.DEMO = False
    with pytest.raises(CommandError, match="Only for a demo"):
        call_command("demo_konto")
