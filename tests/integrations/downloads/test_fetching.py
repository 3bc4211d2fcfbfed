"""Files arrive once, whole and verified, however often the line breaks; the publisher is asked politely."""

import errno
import os
from datetime import timedelta
from io import FileIO
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from accounts.models import Practice
from integrations.downloads import files, receiving
from integrations.downloads.locks import FILE
from integrations.downloads.models import Download, ElementVersion
from integrations.downloads.services import fetching
from praxis.core.jobs import claim
from praxis.core.workrow import WorkState
from tests.downloads_publisher import Publisher, fetch_all, the_version
from tests.integrations.downloads.following import State, content_of, offered

pytestmark = pytest.mark.django_db

SIX_MEGABYTES = 6_000_000


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

    def full(part: receiving._Part, file: FileIO, piece: bytes) -> None:
        if part.received > 100_000:
            raise OSError(errno.ENOSPC, "No space left on device")
        write(part, file, piece)

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
