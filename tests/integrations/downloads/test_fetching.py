"""Files arrive once, whole and verified, however often the line breaks; the publisher is asked politely."""

import errno
import os
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from accounts.models import Practice
from integrations.downloads import files, receiving
from integrations.downloads.locks import FILE
from integrations.downloads.models import Activity, Download, Element, ElementVersion, Installation, Subscription
from integrations.downloads.services import fetching
from integrations.downloads.services.subscribing import request_download, subscribe
from praxis.core.jobs import claim
from praxis.core.workrow import WorkState
from tests.downloads_publisher import KEY, Publisher, fetch_all, run_and_fetch, the_version

pytestmark = pytest.mark.django_db

State = ElementVersion.State
SIX_MEGABYTES = 6_000_000


def offered(publisher: Publisher, practice: Practice, content: bytes) -> ElementVersion:
    """Known and subscribed, and its download waits."""
    publisher.offer(content)
    run_and_fetch(practice)
    subscribe_to(practice)
    return the_version()


def subscribe_to(practice: Practice, *, is_automatic: bool = True) -> Subscription:
    return subscribe(
        practice=practice, element=Element.objects.get(key=KEY), is_automatic=is_automatic, actor=None,
        now=timezone.now(),
    )  # fmt: skip


def content_of(version: ElementVersion) -> bytes:
    version.refresh_from_db()
    assert version.state == State.VERIFIED
    return (Path(settings.DOWNLOADS_DIR) / version.file_name).read_bytes()


def one_turn() -> Download:
    [row] = claim(Download, now=timezone.now() + Download.longest_pause * 2)
    fetching.fetch(row)
    row.refresh_from_db()
    return row


def test_three_cuts_in_six_megabytes_fetch_no_byte_twice(publisher: Publisher, in_practice: Practice) -> None:
    content = os.urandom(SIX_MEGABYTES)
    version = offered(publisher, in_practice, content)
    publisher.faults(*({"kind": "cut", "after": after} for after in (1_500_000, 2_000_001, 999_999)))

    fetch_all()

    assert content_of(version) == content
    calls = publisher.sent()
    assert [one["range"] for one in calls] == ["", "bytes=1500000-", "bytes=3500001-", "bytes=4500000-"]
    assert sum(one["sent"] for one in calls) == SIX_MEGABYTES


def test_after_a_cut_it_goes_on_soon_and_after_silence_later_and_later(
    publisher: Publisher, in_practice: Practice
) -> None:
    offered(publisher, in_practice, os.urandom(100_000))
    publisher.faults({"kind": "cut", "after": 50_000}, {"kind": "500", "times": 3})
    pauses = []
    for _try in range(4):
        row = one_turn()
        pauses.append((row.due_at - timezone.now()).total_seconds())
    assert row.state == WorkState.QUEUED
    first = Download.first_pause.total_seconds()
    assert pauses[0] == pytest.approx(first, abs=2)
    assert 1.2 * pauses[1] < pauses[2] < pauses[3]
    assert the_version().error.startswith("127.0.0.1 meldet eine Störung")
    assert the_version().state == State.LOADING


def test_a_pause_that_the_publisher_asks_for_is_kept(publisher: Publisher, in_practice: Practice) -> None:
    offered(publisher, in_practice, b"pack")
    publisher.faults({"kind": "429"})
    row = one_turn()
    assert row.state == WorkState.QUEUED
    assert "Pause" in row.last_error


def test_a_reset_keeps_what_has_arrived(publisher: Publisher, in_practice: Practice) -> None:
    content = os.urandom(1_000_000)
    version = offered(publisher, in_practice, content)
    publisher.faults({"kind": "reset", "after": 600_000})
    fetch_all()
    assert content_of(version) == content


def test_a_sender_that_knows_no_ranges_begins_anew(publisher: Publisher, in_practice: Practice) -> None:
    content = os.urandom(300_000)
    version = offered(publisher, in_practice, content)
    publisher.faults({"kind": "cut", "after": 200_000}, {"kind": "no-range"})
    fetch_all()
    assert content_of(version) == content
    assert [one["status"] for one in publisher.sent()] == [200, 200]


def test_a_part_of_another_file_is_not_gone_on_with(publisher: Publisher, in_practice: Practice) -> None:
    """The mark of the sender changed: what is on disk would not fit."""
    content = os.urandom(300_000)
    version = offered(publisher, in_practice, content)
    publisher.faults({"kind": "cut", "after": 200_000})
    one_turn()
    ElementVersion.objects.filter(pk=version.pk).update(etag='"another"')
    fetch_all()
    assert content_of(version) == content
    assert [one["status"] for one in publisher.sent()] == [200, 200]


def test_a_large_file_is_fetched_in_turns(
    publisher: Publisher, in_practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = os.urandom(300_000)
    version = offered(publisher, in_practice, content)
    monkeypatch.setattr(fetching, "LEAST_BYTES_PER_TURN", 1)
    publisher.faults({"kind": "slow", "piece": 100_000, "seconds": 0})
    [row] = claim(Download, now=timezone.now())
    fetching.fetch(row, turn=timedelta())
    row.refresh_from_db()
    assert row.state == WorkState.QUEUED
    assert row.due_at <= timezone.now()
    fetch_all()
    assert content_of(version) == content
    assert len(publisher.sent()) == 2


def test_a_sender_that_trickles_is_left_in_peace(publisher: Publisher, in_practice: Practice) -> None:
    offered(publisher, in_practice, os.urandom(100_000))
    publisher.faults({"kind": "slow", "piece": 10, "seconds": 0.02})
    [row] = claim(Download, now=timezone.now())
    fetching.fetch(row, turn=timedelta(seconds=0.1))
    row.refresh_from_db()
    assert the_version().error == "Der Herausgeber sendet zu langsam."
    assert row.due_at > timezone.now()


def test_a_full_quota_waits_for_room(
    publisher: Publisher, in_practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = os.urandom(300_000)
    version = offered(publisher, in_practice, content)
    monkeypatch.setattr(settings, "DOWNLOADS_QUOTA_MB", 0)
    row = one_turn()
    assert row.due_at > timezone.now() + timedelta(minutes=20)
    assert "Platz für Downloads" in the_version().error
    assert publisher.sent() == []
    monkeypatch.undo()
    settings.DOWNLOADS_QUOTA_MB = 500
    fetch_all()
    assert content_of(version) == content


def test_a_disk_that_is_nearly_full_is_left_alone(
    publisher: Publisher, in_practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    offered(publisher, in_practice, b"pack")
    usage = SimpleNamespace(disk_usage=lambda _path: SimpleNamespace(free=files.SPARE_BYTES))
    monkeypatch.setattr(files, "shutil", usage)
    one_turn()
    assert "Festplatte ist zu wenig Platz" in the_version().error
    assert publisher.sent() == []


def test_a_disk_that_fills_up_meanwhile_keeps_the_part(
    publisher: Publisher, in_practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = os.urandom(300_000)
    version = offered(publisher, in_practice, content)
    write = receiving._Part.write

    def full(part: receiving._Part, file: object, piece: bytes) -> None:
        if part.received > 100_000:
            raise OSError(errno.ENOSPC, "No space left on device")
        write(part, file, piece)  # type: ignore[arg-type]

    monkeypatch.setattr(receiving._Part, "write", full)
    row = one_turn()
    assert (row.state, the_version().state) == (WorkState.QUEUED, State.LOADING)
    assert "kein Platz mehr" in the_version().error
    monkeypatch.undo()
    fetch_all()
    assert content_of(version) == content
    assert publisher.sent()[-1]["range"].startswith("bytes=")


def test_a_folder_that_cannot_be_used_is_said(publisher: Publisher, in_practice: Practice, tmp_path: Path) -> None:
    offered(publisher, in_practice, b"pack")
    (tmp_path / "file").write_bytes(b"")
    settings.DOWNLOADS_DIR = tmp_path / "file" / "downloads"
    assert one_turn().state == WorkState.QUEUED
    assert the_version().error == files.NOT_USABLE


def test_two_workers_never_write_one_file(publisher: Publisher, in_practice: Practice) -> None:
    """The lease of the first is over, the first is not."""
    version = offered(publisher, in_practice, b"pack")
    first = connection.copy()
    try:
        with first.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s, %s)", [FILE, int(version.sha256[:7], 16)])
        row = one_turn()
    finally:
        first.close()
    assert (row.state, row.attempts) == (WorkState.QUEUED, 0)
    assert publisher.sent() == []
    fetch_all()
    assert content_of(version) == b"pack"


def test_only_the_last_two_versions_stay(
    publisher: Publisher, in_practice: Practice, django_capture_on_commit_callbacks: Any
) -> None:
    version = offered(publisher, in_practice, b"one")
    fetch_all()
    for content in (b"two", b"three"):
        publisher.offer(content)
        with django_capture_on_commit_callbacks(execute=True):
            run_and_fetch(in_practice)
    states = dict(ElementVersion.objects.values_list("sequence", "state"))
    assert states == {1: State.DISCARDED, 2: State.VERIFIED, 3: State.VERIFIED}
    assert not files.finished(version.sha256).exists()


def test_what_an_installation_can_be_taken_back_to_stays(publisher: Publisher, in_practice: Practice) -> None:
    version = offered(publisher, in_practice, b"one")
    fetch_all()
    Installation.objects.create(
        practice=in_practice, version=version, before={"templates": []}, state=WorkState.DONE, due_at=timezone.now()
    )
    for content in (b"two", b"three"):
        publisher.offer(content)
        run_and_fetch(in_practice)
    assert content_of(version) == b"one"


def test_nothing_is_fetched_that_nobody_wants_by_itself(publisher: Publisher, in_practice: Practice) -> None:
    publisher.offer(b"one")
    run_and_fetch(in_practice)
    subscribe_to(in_practice, is_automatic=False)
    publisher.offer(b"two")
    run = run_and_fetch(in_practice)
    assert run.counts == {"new": 1, "wanted": 0}
    assert {version.state for version in ElementVersion.objects.all()} == {State.FOUND}
    assert publisher.sent() == []


def test_a_person_may_ask_for_one_version(publisher: Publisher, in_practice: Practice) -> None:
    publisher.offer(b"one")
    run_and_fetch(in_practice)
    request_download(practice=in_practice, version=the_version(), actor=None, now=timezone.now())
    fetch_all()
    assert content_of(the_version()) == b"one"
    assert Subscription.objects.get().is_automatic is False


def test_downloading_never_installs(publisher: Publisher, in_practice: Practice) -> None:
    offered(publisher, in_practice, b"one")
    fetch_all()
    assert the_version().state == State.VERIFIED
    assert not Installation.objects.exists()


def test_the_protocol_of_each_subscriber_tells(
    publisher: Publisher, in_practice: Practice, neighbour: Practice
) -> None:
    offered(publisher, in_practice, b"one")
    fetch_all()
    lines = Activity._base_manager.filter(text__contains="geladen und geprüft")
    assert [line.practice_id for line in lines] == [in_practice.pk]


def test_a_file_that_the_disk_lost_is_fetched_again(publisher: Publisher, in_practice: Practice) -> None:
    version = offered(publisher, in_practice, b"one")
    fetch_all()
    files.finished(version.sha256).unlink()
    run_and_fetch(in_practice)
    assert content_of(version) == b"one"


def test_a_file_that_is_there_already_is_not_fetched(publisher: Publisher, in_practice: Practice) -> None:
    """Killed between the move into place and the word of it."""
    version = offered(publisher, in_practice, b"one")
    files.finished(version.sha256).write_bytes(b"one")
    fetch_all()
    assert content_of(version) == b"one"
    assert publisher.sent() == []
