"""Somebody talks over the old service while the participant is moved: nobody is cut, whoever drops out comes back."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from praxis.core.jobs import claim
from tests.videosprechstunde.konto.cast import OldWorld
from tests.videosprechstunde.konto.service import OldService
from videosprechstunde.legacy_accounts import OverHttp
from videosprechstunde.models import KontoRow, VideoCall, VideoParticipant
from videosprechstunde.models.settings import Provider
from videosprechstunde.selectors.konto_runs import run_rows
from videosprechstunde.services.konto.retrying import retry_row
from videosprechstunde.services.konto.running import migrate_row

pytestmark = pytest.mark.django_db


def test_a_running_consultation_is_not_cut(world: OldWorld, service: OldService) -> None:
    legacy = world.pair("Reuter")
    entry = world.appointment(legacy, minutes_ahead=-10)
    run = world.start()
    world.work()

    [line] = run_rows(run, timezone.now())
    assert (line.state, line.can_cut, line.can_undo) == ("open", True, True)
    assert "läuft noch bis" in line.reason
    assert service.gone() == []
    assert KontoRow.objects.get().due_at == entry.ends_at
    after = entry.ends_at + timedelta(seconds=1)
    [row] = claim(KontoRow, now=after)
    migrate_row(row, OverHttp(), clock=lambda: after)
    assert KontoRow.objects.get().state == "done"
    assert service.gone() == ["reuter"]


def test_whoever_drops_out_of_a_running_consultation_comes_back_into_it(
    world: OldWorld, service: OldService, client: Client
) -> None:  # fmt: skip
    legacy = world.pair("Reuter")
    held, next_one = world.appointment(legacy, minutes_ahead=-10), world.appointment(legacy, minutes_ahead=60)
    old_link = VideoCall.objects.get(entry=held).external_link
    world.start()
    world.work()

    assert VideoCall.objects.get(entry=next_one).provider == Provider.BUILTIN
    call = VideoCall.objects.get(entry=held)
    assert (call.provider, call.external_link) == (Provider.EXTERNAL, old_link)
    assert call.participant == VideoParticipant.objects.get(), "held by the new participant"
    client.force_login(world.admin)
    answer = client.get(reverse("video_call", args=[held.pk]), follow=True)
    assert old_link in answer.content.decode()

    after = held.ends_at + timedelta(seconds=1)
    [row] = claim(KontoRow, now=after)
    migrate_row(row, OverHttp(), clock=lambda: after)
    row = KontoRow.objects.get()
    assert (row.state, row.counts["appointments"]) == ("done", 2)
    call.refresh_from_db()
    assert (call.provider, call.external_link) == (Provider.BUILTIN, ""), "the old link opens nothing any more"


def test_an_admin_may_end_the_waiting(world: OldWorld, service: OldService) -> None:
    legacy = world.pair("Reuter")
    held = world.appointment(legacy, minutes_ahead=-10)
    run = world.start()
    world.work()
    retry_row(row=KontoRow.objects.get(), actor=world.admin, now=timezone.now(), may_cut=True)
    world.work()

    assert service.gone() == ["reuter"]
    assert VideoCall.objects.get(entry=held).provider == Provider.BUILTIN
    assert [line.state for line in run_rows(run, timezone.now())] == ["done"]
