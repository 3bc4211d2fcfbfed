"""The job: by its plan exactly once, by hand, and one question to the publisher however many practices ask."""

import shutil
from datetime import date, datetime, time, timedelta
from io import StringIO
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.utils import timezone
from django_scopes import scope

from accounts.models import Practice
from integrations.downloads.models import Activity, Download, DownloadRun, Element, ElementVersion
from integrations.downloads.services import at_once
from integrations.downloads.services.jobs import (
    JobChanged,
    RunRefused,
    clear_activities,
    clear_runs,
    enable_job,
    job_of,
    new_run,
    plan_job,
    run_now,
)
from integrations.downloads.services.running import run_job
from integrations.downloads.services.subscribing import NotOffered, subscribe
from integrations.downloads.services.ticking import start_due_jobs
from integrations.downloads.work import do_download, do_run
from praxis.core.exceptions import OutsideError
from praxis.core.jobs import claim
from praxis.core.planrow import PlanHasNoRuns
from praxis.core.schedule import Frequency, Plan
from tests import factories
from tests.downloads_publisher import KEY, Publisher, run_and_fetch, the_version

pytestmark = pytest.mark.django_db

Result = DownloadRun.Result
TICK = timedelta(seconds=10)


def daily(at: time) -> Plan:
    return Plan(frequency=Frequency.DAILY, start_on=date(2026, 1, 1), at=at, zone="Europe/Berlin")


def planned(practice: Practice, now: datetime, at: time = time(10)) -> None:
    job = job_of(practice, now=now)
    plan_job(job=job, plan=daily(at), catch_up_minutes=60, is_enabled=True, actor=None, now=now)


def run_due_ones(now: datetime) -> None:
    while rows := claim(DownloadRun, now=now):
        do_run(rows[0])


def test_a_new_job_is_off_and_never_runs(in_practice: Practice) -> None:
    job = job_of(in_practice, now=factories.at(9))
    assert (job.is_enabled, job.next_run_at) == (False, None)
    assert start_due_jobs(factories.at(23)) == 0


def test_a_due_plan_becomes_one_run_however_often_it_ticks(in_practice: Practice) -> None:
    planned(in_practice, factories.at(9))
    assert [start_due_jobs(factories.at(10) + n * TICK) for n in range(-1, 3)] == [0, 1, 0, 0]
    assert list(DownloadRun.objects.values_list("planned_for", flat=True)) == [factories.at(10)]


def test_what_was_missed_for_long_is_left_out_and_says_so(in_practice: Practice) -> None:
    planned(in_practice, factories.at(9))
    start_due_jobs(factories.at(12))
    run = DownloadRun.objects.get()
    assert (run.state, run.result) == ("done", Result.SKIPPED)
    assert run.note.startswith("Verpasst")


def test_two_who_plan_at_once_do_not_overwrite_each_other(in_practice: Practice) -> None:
    now = factories.at(9)
    job = job_of(in_practice, now=now)
    enable_job(job=job, is_enabled=True, actor=None, now=now)
    with pytest.raises(JobChanged):
        enable_job(job=job, is_enabled=False, actor=None, now=now)


def test_a_plan_without_a_run_is_not_switched_on(in_practice: Practice) -> None:
    now = factories.at(9)
    over = Plan(frequency=Frequency.ONCE, start_on=date(2026, 1, 1), at=time(10), zone="Europe/Berlin")
    with pytest.raises(PlanHasNoRuns):
        plan_job(job=job_of(in_practice, now=now), plan=over, catch_up_minutes=0, is_enabled=True, actor=None, now=now)


def test_by_hand_it_runs_once_at_a_time(in_practice: Practice, publisher: Publisher) -> None:
    publisher.offer(b"one")
    job = job_of(in_practice, now=timezone.now())
    run = run_now(job=job, actor=None, now=timezone.now())
    with pytest.raises(RunRefused):
        run_now(job=job, actor=None, now=timezone.now())
    run_due_ones(timezone.now())
    run.refresh_from_db()
    assert (run.result, run.trigger, run.counts) == (Result.SUCCESS, "person", {"new": 1, "wanted": 0})


def test_a_thousand_practices_of_one_minute_ask_the_publisher_once(
    in_practice: Practice, neighbour: Practice, publisher: Publisher
) -> None:
    publisher.offer(b"one")
    now, runs = timezone.now(), []
    for practice in (in_practice, neighbour):
        with scope(practice=practice):
            runs.append(new_run(job_of(practice, now=now), DownloadRun.Trigger.PLAN, None, now))
    for run in runs:
        run_job(run, clock=timezone.now)
    assert len(publisher.sent("metadata/timestamp.json")) == 1
    assert set(DownloadRun._base_manager.values_list("result", flat=True)) == {Result.SUCCESS}


def test_a_publisher_that_is_away_is_asked_again_and_then_the_run_is_an_error(
    in_practice: Practice, publisher: Publisher
) -> None:
    publisher.offer(b"one")
    publisher.faults({"kind": "500", "path": "metadata/", "times": 100})
    run_now(job=job_of(in_practice, now=timezone.now()), actor=None, now=timezone.now())
    tries = 0
    while rows := claim(DownloadRun, now=timezone.now() + timedelta(hours=3)):
        tries += 1
        try:
            do_run(rows[0])
        except OutsideError:
            # As the sweeper does.
            DownloadRun.objects.update(state="queued", due_at=timezone.now())
    run = DownloadRun.objects.get()
    assert tries == DownloadRun.max_attempts
    assert (run.state, run.result) == ("done", Result.ERROR)
    assert "Störung" in run.note
    assert not Element.objects.exists()


def test_without_a_publisher_the_run_is_left_out(in_practice: Practice, publisher: Publisher) -> None:
    settings.DOWNLOADS_URL = ""
    run = run_and_fetch(in_practice)
    assert run.result == Result.SKIPPED
    assert "kein Herausgeber eingerichtet" in run.note


def test_a_root_that_cannot_be_read_is_said(in_practice: Practice, publisher: Publisher) -> None:
    settings.DOWNLOADS_ROOT = "/nowhere/root.json"
    assert "Schlüssel des Herausgebers" in run_and_fetch(in_practice).note


def test_what_is_withdrawn_can_no_longer_be_subscribed(in_practice: Practice, publisher: Publisher) -> None:
    publisher.offer(b"one")
    run_and_fetch(in_practice)
    shutil.rmtree(publisher.folder / "packs" / KEY)
    publisher.publish()
    run_and_fetch(in_practice)
    element = Element.objects.get()
    assert element.is_gone
    assert the_version().state == ElementVersion.State.DISCARDED
    with pytest.raises(NotOffered):
        subscribe(practice=in_practice, element=element, is_automatic=True, actor=None, now=timezone.now())


def test_cleared_lines_are_hidden_not_gone(in_practice: Practice, publisher: Publisher) -> None:
    publisher.offer(b"one")
    run_and_fetch(in_practice)
    now = timezone.now()
    assert clear_runs(practice=in_practice, actor=None, now=now) == 1
    assert clear_activities(practice=in_practice, actor=None, now=now) == 1
    assert DownloadRun.objects.get().cleared_at == Activity.objects.get().cleared_at == now


def test_the_command_fetches_and_lists(in_practice: Practice, publisher: Publisher) -> None:
    publisher.offer(b"one", label="2026-11")
    run_and_fetch(in_practice)
    subscribe(practice=in_practice, element=Element.objects.get(), is_automatic=True, actor=None, now=timezone.now())
    publisher.offer(b"two", label="2026-12")
    assert "Erfolg" in said("fetch", "--practice", "demo")
    lines = said("list").splitlines()
    # The older one is left to the workers.
    assert [line.split("\t")[:4] for line in lines] == [
        [KEY, "2", "2026-12", "geprüft"], [KEY, "1", "2026-11", "wird geladen"],
    ]  # fmt: skip


def test_the_command_imports_from_a_folder_without_any_net(
    in_practice: Practice, publisher: Publisher, tmp_path: Path
) -> None:
    publisher.offer(b"one")
    stick = tmp_path / "stick"
    shutil.copytree(publisher.folder / "repository", stick)
    settings.DOWNLOADS_URL = ""
    said("import", str(stick))
    assert (Path(settings.DOWNLOADS_DIR) / the_version().file_name).read_bytes() == b"one"
    assert the_version().state == ElementVersion.State.VERIFIED


def test_a_half_file_on_the_stick_is_refused(in_practice: Practice, publisher: Publisher) -> None:
    publisher.offer(b"one and a half")
    for path in publisher.repository.targets.glob("packs/*/*"):
        path.write_bytes(path.read_bytes()[:5])
    with pytest.raises(CommandError, match="mitten in der Datei"):
        said("import", str(publisher.folder / "repository"))
    assert the_version().file_name == ""


def test_the_command_says_what_is_wrong(in_practice: Practice, publisher: Publisher) -> None:
    with pytest.raises(CommandError, match="Praxis"):
        said("fetch", "--practice", "nobody")
    with pytest.raises(CommandError, match="Verzeichnisses"):
        said("import", "/nowhere")


def said(*words: str) -> str:
    out = StringIO()
    call_command("downloads", *words, stdout=out)
    return out.getvalue()


def test_the_command_says_what_became_of_a_file_that_a_worker_took(
    in_practice: Practice, publisher: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    publisher.offer(b"one")
    run_and_fetch(in_practice)
    subscribe(practice=in_practice, element=Element.objects.get(), is_automatic=True, actor=None, now=timezone.now())
    [row] = claim(Download, now=timezone.now())
    publisher.faults({"kind": "tampered"})
    # The worker goes on while the command waits.
    monkeypatch.setattr(at_once, "time", SimpleNamespace(sleep=lambda _seconds: do_download(row)))
    assert "mit Fehlern" in said("fetch", "--practice", "demo")
